use crate::document::{Document, Field, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

/// 810 characters, for the examples.
const LONG: &str = concat!(
    "Please look at the proof of your engraving. Please look at the proof of your engraving. Please look at the proof of your engraving. Please look at it. ",
    "Please look at the proof of your engraving. Please look at the proof of your engraving. Please look at the proof of your engraving. Please look at it. ",
    "Please look at the proof of your engraving. Please look at the proof of your engraving. Please look at the proof of your engraving. Please look at it. ",
    "Please look at the proof of your engraving. Please look at the proof of your engraving. Please look at the proof of your engraving. Please look at it. ",
    "Please look at the proof of your engraving. Please look at the proof of your engraving. Please look at the proof of your engraving. Please look at it. ",
    "Please look at the proof of your engraving. Please look at the proof of your engraving. Please look at the proof of your engraving. Please look at it. "
);

pub const RULE: Rule = Rule {
    code: "API001",
    name: "text-too-long",
    clause: "A-01",
    label: None,
    scope: Scope::OutboundMessage,
    summary: "The text is longer than its message type allows.",
    why: "Each type of the messaging interface has a limit in characters: 800 for customization, 400 for access keys, 2,000 for order, \
          delivery and service questions and problems. The interface refuses longer texts; types without a text of their own take none.",
    instead: "Shorten the text to what the type is for.",
    fires: Examples::Code(&[
        Example::text(LONG).message_type("confirmCustomizationDetails"),
        Example::text(LONG).message_type("customization"),
        Example::text(LONG).message_type("digital_access_key"),
    ]),
    passes: Examples::Code(&[
        Example::text(LONG).message_type("confirmDeliveryDetails"),
        Example::text(LONG).message_type("reply"),
        Example::text("Which initials?").message_type("confirmCustomizationDetails"),
        Example::text("Attached.").message_type("invoice"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    let Some(kind) = document.message.message_type.as_deref().and_then(super::kind).filter(|k| k.longest > 0) else { return };
    let text = &document.message.text;
    let length = text.chars().count();
    if length > kind.longest {
        let from = text.char_indices().nth(kind.longest).map_or(text.len(), |(i, _)| i);
        let message = format!("{length} characters where {} takes {}; it is cut from here", kind.name, kind.longest);
        hits.at(Span { field: Field::Text, raw: from..text.len() }, message);
    }
}
