use super::is_critical;
use crate::document::Document;
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "ORD003",
    name: "opted-out-buyer",
    clause: "T-05",
    label: None,
    scope: Scope::OutboundMail,
    summary: "The buyer has opted out, and the message is not needed to complete the order.",
    why: "Buyers who opt out get only what completes the order: questions about a custom design, delivery dates, address problems, legal documents and \
          problems with the order. Everything else does not reach them. Replies do.",
    instead: "Do not send it; or send what the order needs as a message of the fitting type.",
    fires: Examples::Code(&[
        Example::text("The manual is attached.").opted_out(true),
        Example::text("How do you like it?").message_type("review_request").opted_out(true),
        Example::text("Your invoice.").message_type("invoice").opted_out(true),
    ]),
    passes: Examples::Code(&[
        Example::text("Which name shall we engrave?").message_type("customization").opted_out(true),
        Example::text("Yes, it fits.").message_type("reply").opted_out(true),
        Example::text("The manual is attached.").opted_out(false),
        Example::text("The manual is attached."),
        Example::text("Wash it cold.").insert().opted_out(true),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    if document.message.buyer_opted_out == Some(true) && !document.message.is_reply() && !is_critical(document) {
        hits.whole("the buyer has opted out of messages like this one");
    }
}
