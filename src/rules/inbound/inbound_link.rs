use crate::document::hosts;
use crate::document::{Document, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "INB002",
    name: "inbound-link",
    clause: "N-03",
    label: None,
    scope: Scope::Inbound,
    summary: "A message that reaches the seller asks to follow a link off the marketplace.",
    why: "Links that lead off the marketplace, in a message that claims to come from a buyer or from the marketplace, are how accounts are stolen.",
    instead: "Do not click; open the marketplace in a browser of your own.",
    fires: Examples::Code(&[
        Example::text("See the damage at https://photos.dropzone.example.com/1").inbound(),
        Example::text("Please check www.verify-seller.net today").inbound(),
        Example::text("<a href=\"http://verify-seller.net\">Keep my account</a>").inbound(),
    ]),
    passes: Examples::Code(&[
        Example::text("My order is at https://www.amazon.com/gp/css/order-details?orderID=1").inbound(),
        Example::text("The file is photo.jpg and it is 2.5 cm.").inbound(),
        Example::text("See https://photos.dropzone.example.com/1"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    for part in document.parts() {
        for link in part.links.iter().filter(|l| l.is_web() && !hosts::is_amazon(l)) {
            let host = link.host.as_deref().unwrap_or_default();
            hits.at(Span { field: part.field, raw: link.raw.clone() }, format!("this link leads to {host}; do not follow it"));
        }
    }
}
