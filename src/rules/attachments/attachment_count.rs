use crate::document::Document;
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "ATT003",
    name: "attachment-count",
    clause: "C-08a",
    label: None,
    scope: Scope::Any,
    summary: "There are more attachments than the message may have.",
    why: "A message has at most five attachments, and some message types (order, delivery and service questions, problem notices) have none.",
    instead: "Join the files into one PDF, or choose a message type that takes attachments.",
    fires: Examples::Code(&[
        Example::text("Files.").attachments(&[("1.pdf", 1), ("2.pdf", 1), ("3.pdf", 1), ("4.pdf", 1), ("5.pdf", 1), ("6.pdf", 1)]),
        Example::text("When?").message_type("confirmDeliveryDetails").attachments(&[("1.pdf", 1)]),
        Example::text("Which?").message_type("confirmOrderDetails").attachments(&[("1.pdf", 1)]),
    ]),
    passes: Examples::Code(&[
        Example::text("Files.").attachments(&[("1.pdf", 1), ("2.pdf", 1), ("3.pdf", 1), ("4.pdf", 1), ("5.pdf", 1)]),
        Example::text("Proof.").message_type("confirmCustomizationDetails").attachments(&[("1.pdf", 1)]),
        Example::text("When?").message_type("confirmDeliveryDetails"),
    ]),
    check: Check::Code(check),
};

const MOST: usize = 5;

fn check(document: &Document<'_>, hits: &mut Hits) {
    let count = document.message.attachments.len();
    let kind = document.message.message_type.as_deref().and_then(crate::rules::message_types::kind);
    let most = if kind.is_some_and(|k| !k.attachments) { 0 } else { MOST };
    if count > most {
        let allowed = if most == 0 { "none".to_owned() } else { most.to_string() };
        hits.at(super::place(most), format!("{count} attachments where {allowed} may be"));
    }
}
