use crate::document::Document;
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "ORD005",
    name: "outside-window",
    clause: "T-01",
    label: None,
    scope: Scope::OutboundMail,
    summary: "A message that the seller begins comes more than 30 days after the order was completed.",
    why: "Messages sent unasked are permitted within 30 days of the order's completion. Replies to the buyer are permitted at any time, and cards in the box \
          know no window.",
    instead: "Do not send it; answer when the buyer writes.",
    fires: Examples::Code(&[
        Example::text("Your invoice is attached.").days(40),
        Example::text("Please rate your purchase.").days(31),
        Example::text("Which size?").message_type("confirmOrderDetails").days(90),
    ]),
    passes: Examples::Code(&[
        Example::text("Your invoice is attached.").days(30),
        Example::text("Your invoice is attached.").message_type("reply").days(40),
        Example::text("Your invoice is attached."),
        Example::text("Wash it cold.").insert().days(400),
    ]),
    check: Check::Code(check),
};

/// Days after completion of the order in which a seller may write unasked (T-01).
const WINDOW: i64 = 30;

fn check(document: &Document<'_>, hits: &mut Hits) {
    let days = document.message.days_since_completion.filter(|&days| days > WINDOW && !document.message.is_reply());
    if let Some(days) = days {
        hits.whole(format!("{days} days after the order's completion; {WINDOW} are permitted"));
    }
}
