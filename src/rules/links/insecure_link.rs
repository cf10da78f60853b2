use crate::document::{Document, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "LNK002",
    name: "insecure-link",
    clause: "C-02",
    label: None,
    scope: Scope::Outbound,
    summary: "A link uses http:// instead of https://.",
    why: "Links that a message may contain at all must be secure. Only addresses that a buyer could follow count: an `http://` \
          in a DOCTYPE, an `xmlns` attribute or a comment is no link.",
    instead: "Use the https:// address, or leave the link out.",
    fires: Examples::Code(&[
        Example::text("Your manual: http://www.amazon.com/gp/help/manual"),
        Example::text("<p>See <a href=\"http://carrier.example/track\">the parcel</a></p>"),
        Example::text("HTTP://WWW.AMAZON.DE/order has the invoice"),
    ]),
    passes: Examples::Code(&[
        Example::text("Your manual: https://www.amazon.com/gp/help/manual"),
        Example::text("<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1.dtd\"><p>Hello</p>"),
        Example::text("<div xmlns=\"http://www.w3.org/1999/xhtml\"><!-- http://old.example/ --><p>Hello</p></div>"),
        Example::text("The display shows http in the corner while it updates."),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    for part in document.parts() {
        for link in part.links.iter().filter(|l| l.scheme.as_deref() == Some("http")) {
            hits.at(Span { field: part.field, raw: link.raw.clone() }, "this link is not secure (http)");
        }
    }
}
