use crate::document::hosts;
use crate::document::{Document, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "LNK005",
    name: "lookalike-domain",
    clause: "C-05",
    label: Some("off_platform"),
    scope: Scope::Any,
    summary: "A host passes itself off as the marketplace's.",
    why: "A host that contains the marketplace's name, or something spelled to look like it, without belonging to it is what phishing uses. It is \
          a fault in what a seller sends and in what reaches the seller. Hosts of web links and of mail addresses count.",
    instead: "Use the marketplace's own address, or none.",
    fires: Examples::Code(&[
        Example::text("Confirm at https://amazon-returns.net/label"),
        Example::text("Log in at https://www.arnazon.com/"),
        Example::text("Your account: https://amazon.com.account-check.org/login").inbound(),
        Example::text("Write to help@amaz0n-service.com"),
    ]),
    passes: Examples::Code(&[
        Example::text("https://sellercentral.amazon.co.uk/orders"),
        Example::text("Reply to 3fk2@marketplace.amazon.com"),
        Example::text("The amazing shop.example.com is not meant"),
        Example::text("https://example.org/amazon is a path, not a host"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    for part in document.parts() {
        for link in &part.links {
            if let Some(host) = link.host.as_deref().filter(|h| hosts::looks_like_amazon(h)) {
                hits.at(Span { field: part.field, raw: link.raw.clone() }, format!("{host} only looks like the marketplace's"));
            }
        }
    }
}
