use super::courtesy::{Act, acts};
use super::is_free_text;
use crate::document::Document;
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "ORD007",
    name: "thanks-only",
    clause: "P-06",
    label: None,
    scope: Scope::OutboundMessage,
    summary: "A message that the seller begins says only thank you, or that help is there.",
    why: "Thanks and a general offer of help are no permitted reason to write. They are welcome inside a message that has one, in a reply, and on a card in the box.",
    instead: "Do not send it; put the thanks on a card in the box.",
    fires: Examples::Code(&[
        Example::text("Thank you for your order! We are here if you need anything."),
        Example::text(
            "Hi {{first_name}},\n\nThank you for choosing us. We hope you enjoy your new kettle.\n\nKind regards,\nThe Kettle House team",
        ),
        Example::text("Dear customer, thanks for buying from our small company. Any questions? Just reply to this message.")
            .subject("Thank you!"),
        Example::text("We appreciate your business. Order 114-3941689-8772232."),
    ]),
    passes: Examples::Code(&[
        Example::text("Thank you for your order. Which of the two colours shall we send?"),
        Example::text("Thank you for the photo. A new lid leaves today."),
        Example::text("It fits your pram, enjoy the walks."),
        Example::text("Thank you, that helps!").message_type("reply"),
        Example::text("Thank you for your order!").insert(),
        Example::text("Thank you for your order. The manual is attached."),
        Example::text("Thank you for your order. Wash the filter before first use."),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    if !is_free_text(document.message) || !document.message.attachments.is_empty() {
        return;
    }
    let mut courteous = false;
    for act in acts(&document.body) {
        match act {
            Act::Frame | Act::Wish => {}
            Act::Courtesy => courteous = true,
            Act::Notice | Act::Detail | Act::Other => return,
        }
    }
    if courteous && !document.subject.iter().flat_map(acts).any(|a| a == Act::Notice) {
        hits.whole("the message has no purpose but courtesy");
    }
}
