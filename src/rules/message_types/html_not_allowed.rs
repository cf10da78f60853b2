use crate::document::{Document, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "API002",
    name: "html-not-allowed",
    clause: "A-02",
    label: None,
    scope: Scope::OutboundMessage,
    summary: "Markup stands in a message type that takes plain text only.",
    why: "The types of the messaging interface take plain text; tags and character references are refused or shown as they are.",
    instead: "Write plain text with line breaks.",
    fires: Examples::Code(&[
        Example::text("<p>Which initials?</p>").message_type("confirmCustomizationDetails"),
        Example::text("Tuesday<br>or Wednesday?").message_type("confirmDeliveryDetails"),
        Example::text("Tea &amp; cups: which colour?").message_type("confirmOrderDetails"),
    ]),
    passes: Examples::Code(&[
        Example::text("<p>Which initials?</p>").message_type("reply"),
        Example::text("<p>Which initials?</p>"),
        Example::text("Is 3 < 5 & 5 > 3?").message_type("confirmOrderDetails"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    if document.message.message_type.as_deref().and_then(super::kind).is_none() {
        return;
    }
    let part = &document.body;
    if let Some(element) = document.elements().first() {
        hits.at(Span { field: part.field, raw: element.tag.clone() }, "this message type takes plain text only");
        return;
    }
    let reference = part.raw.match_indices('&').find_map(|(at, _)| {
        let end = part.raw[at..].find(';').filter(|&e| e < 12)? + at + 1;
        let reference = &part.raw[at..end];
        (htmlize::unescape(reference) != reference).then_some(at..end)
    });
    if let Some(raw) = reference {
        hits.at(Span { field: part.field, raw }, "this message type takes plain text only");
    }
}
