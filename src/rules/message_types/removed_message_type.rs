use crate::document::Document;
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "API003",
    name: "removed-message-type",
    clause: "A-07",
    label: None,
    scope: Scope::Any,
    summary: "The message type no longer exists.",
    why: "negativeFeedbackRemoval left the messaging interface on 2025-08-04 and amazonMotors on 2026-01-30; calls fail since.",
    instead: "Drop the message, or choose a type that exists.",
    fires: Examples::Code(&[
        Example::text("Hello").message_type("negativeFeedbackRemoval"),
        Example::text("Hello").message_type("negative_feedback_removal"),
        Example::text("Hello").message_type("amazonMotors"),
    ]),
    passes: Examples::Code(&[
        Example::text("Hello").message_type("invoice"),
        Example::text("Hello").message_type("reply"),
        Example::text("negativeFeedbackRemoval is gone"),
    ]),
    check: Check::Code(check),
};

/// Names without separators, and the day they went.
const REMOVED: &[(&str, &str)] = &[("negativefeedbackremoval", "2025-08-04"), ("amazonmotors", "2026-01-30")];

fn check(document: &Document<'_>, hits: &mut Hits) {
    let Some(name) = document.message.message_type.as_deref() else { return };
    let plain = super::plain(name);
    if let Some((_, day)) = REMOVED.iter().find(|(removed, _)| *removed == plain) {
        hits.whole(format!("the message type {name} was removed on {day}"));
    }
}
