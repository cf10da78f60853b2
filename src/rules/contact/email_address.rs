use crate::document::hosts;
use crate::document::{Document, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "CON001",
    name: "email-address",
    clause: "C-12",
    label: Some("off_platform"),
    scope: Scope::Outbound,
    summary: "An e-mail address stands in the message.",
    why: "Buyers are to be written to and to write through the marketplace alone, so an address is a fault whoever it belongs to. The \
          marketplace's own relay addresses are none. Only addresses under a public suffix count.",
    instead: "Ask for a reply to the message.",
    fires: Examples::Code(&[
        Example::text("Write to help@brightnest.com for a new part."),
        Example::text("<a href=\"mailto:care@homely-finds.co.uk\">Mail us</a>"),
        Example::text("Questions? SUPPORT@TORKMASTER.DE").insert(),
        Example::text("ok").subject("From ann.b+orders@mail.example.org"),
    ]),
    passes: Examples::Code(&[
        Example::text("Reply to k3j9x2@marketplace.amazon.com or to this message."),
        Example::text("Two bags @ 3.50 each, and the size is 40@60."),
        Example::text("The part is called M8@steel.bolt"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    for part in document.parts() {
        for link in part.links.iter().filter(|l| l.email) {
            if !link.host.as_deref().is_some_and(hosts::is_amazon_host) {
                hits.at(Span { field: part.field, raw: link.raw.clone() }, "an e-mail address leads the buyer off the marketplace");
            }
        }
    }
}
