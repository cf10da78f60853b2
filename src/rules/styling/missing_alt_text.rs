use crate::document::{Document, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "STY006",
    name: "missing-alt-text",
    clause: "C-21",
    label: None,
    scope: Scope::OutboundMail,
    summary: "An image has no alternative text.",
    why: "Buyers who cannot see the image learn nothing from it. An empty `alt=\"\"` says that the image is decoration and is a text of its own kind; only a missing attribute counts. Hidden images are not shown to anybody.",
    instead: "Say in `alt` what the image shows, or write alt=\"\" where it is decoration.",
    fires: Examples::Code(&[
        Example::text("<img src=\"cid:proof\">"),
        Example::text("<p>Your proof:</p><IMG src=\"cid:proof\" width=\"200\">"),
        Example::text("<a href=\"[[order-link]]\"><img src=\"cid:o\"></a>"),
    ]),
    passes: Examples::Code(&[
        Example::text("<img src=\"cid:proof\" alt=\"Proof of your engraving\">"),
        Example::text("<img src=\"cid:line\" alt=\"\">"),
        Example::text("<img src=\"cid:x\" style=\"display:none\">"),
        Example::text("<p>No image at all.</p>"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    for image in super::images(document).filter(|e| !e.hidden && e.attribute("alt").is_none()).take(super::MOST_PLACES) {
        hits.at(Span { field: document.body.field, raw: image.tag.clone() }, "this image has no alternative text");
    }
}
