use super::{is_free_text, names_order};
use crate::document::Document;
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "ORD001",
    name: "missing-order-id",
    clause: "T-03",
    label: None,
    scope: Scope::OutboundMessage,
    summary: "A message that the seller begins does not name its order.",
    why: "A message sent unasked must hold the order's number of 17 digits (3-7-7), in the subject or in the text; a merge tag for it counts. \
          Replies, and messages of the marketplace's own types, get it from the marketplace.",
    instead: "Add the order number, or the merge tag of your tool for it.",
    fires: Examples::Code(&[
        Example::text("Which of the two colours shall we send?"),
        Example::text("Hi {{first_name}}, which size do you need?"),
        Example::text("Order 4711: which size?").subject("Your order"),
    ]),
    passes: Examples::Code(&[
        Example::text("Order 114-3941689-8772232: which size do you need?"),
        Example::text("Which size?").subject("Your order [[order-id]]"),
        Example::text("Order D01-1234567-1234567: your key is inside."),
        Example::text("Yes, it fits.").message_type("reply"),
        Example::text("Which name shall we engrave?").message_type("confirmCustomizationDetails"),
        Example::text("Wash it cold.").insert(),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    if is_free_text(document.message) && !document.parts().any(names_order) {
        hits.whole("the message does not name its order");
    }
}
