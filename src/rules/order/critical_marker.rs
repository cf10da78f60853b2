use std::ops::Range;
use std::sync::LazyLock;

use regex_automata::meta::Regex;

use super::{is_critical, pattern};
use crate::document::Document;
use crate::message::Channel;
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "ORD004",
    name: "critical-marker",
    clause: "T-08",
    label: None,
    scope: Scope::OutboundMail,
    summary: "The subject claims to be important or urgent.",
    why: "The marker `[Important]` once carried messages past a buyer's opt-out; since 25 April 2025 it has no effect, and using it, or words like it, on messages \
          that the order does not need is a named reason for restrictions. Words of urgency on a message of a critical type do not count.",
    instead: "Say what the message is about; send critical messages by the marketplace's own types.",
    fires: Examples::Code(&[
        Example::text("Which name shall we engrave?").subject("[Important] Your engraving"),
        Example::text("How is the lamp?").subject("Additional Information Required: your order"),
        Example::text("The manual is attached.").subject("URGENT: please read"),
        Example::text("Action required - your order").subject_line(),
        Example::text("Which size?").subject("(IMPORTANT) size").message_type("freeform_email"),
    ]),
    passes: Examples::Code(&[
        Example::text("An important note on the battery: charge it first.").subject("Charging your lamp"),
        Example::text("Which slot?").subject("Urgent: delivery slot").message_type("confirmDeliveryDetails"),
        Example::text("ok").subject("Importing your recordings"),
        Example::text("Why washing cold is important for wool").subject_line(),
    ]),
    check: Check::Code(check),
};

/// The marker in square brackets: it counts whatever the message is for.
static MARKER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\[\s*important\s*\]"));
/// Other claims of urgency, at the head of a subject or in brackets.
static URGENCY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\(\s*important\s*\)|^[\s*>_(-]*important\s*[:!-]|^[\s*>_(-]*urgent\b|\burgent\s*[:!]|\bvery urgent\b|\b(?:immediate |your )?action (?:is )?(?:required|needed)\b|\badditional information required\b|\b(?:immediate|urgent) (?:attention|response|reply)\b",
    )
});

fn check(document: &Document<'_>, hits: &mut Hits) {
    let alone = (document.message.channel == Channel::Subject).then_some(&document.body);
    for part in document.subject.iter().chain(alone) {
        let found = |regex: &Regex| -> Option<Range<usize>> { regex.find(part.text()).map(|m| m.range()) };
        if let Some(range) = found(&MARKER) {
            hits.at(part.span(range), "this marker has had no effect since April 2025, and is a reason for restrictions");
        } else if let Some(range) = found(&URGENCY).filter(|_| !is_critical(document)) {
            hits.at(part.span(range), "this claims an urgency that the message's type does not have");
        }
    }
}
