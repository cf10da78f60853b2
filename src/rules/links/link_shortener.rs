use crate::document::hosts;
use crate::document::{Document, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "LNK003",
    name: "link-shortener",
    clause: "C-03",
    label: Some("off_platform"),
    scope: Scope::Outbound,
    summary: "A link goes through a shortener or redirecting page.",
    why: "A shortened address hides where it leads, and collects who followed it. The whole host is compared, so `smart.co` is not the shortener \
          `t.co`. The marketplace's own affiliate shortener counts as well.",
    instead: "Leave the link out, or write the marketplace's full address.",
    fires: Examples::Code(&[
        Example::text("Your gift: https://bit.ly/3xYz"),
        Example::text("tinyurl.com/brush-care has the video"),
        Example::text("All links: linktr.ee/harbourcandles").insert(),
        Example::text("Find it at https://amzn.to/3abc"),
    ]),
    passes: Examples::Code(&[
        Example::text("Our domain is smart.co"),
        Example::text("Your order: https://www.amazon.com/gp/css/order-details?orderID=1"),
        Example::text("Cut the thread a bit. Ly is not a word."),
        Example::text("See https://orbit.lycra.example/x"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    for part in document.parts() {
        for link in part.links.iter().filter(|l| l.is_web() && hosts::is_shortener(l)) {
            let host = link.host.as_deref().unwrap_or_default();
            hits.at(Span { field: part.field, raw: link.raw.clone() }, format!("{host} hides where this link leads"));
        }
    }
}
