use std::sync::LazyLock;

use regex_automata::meta::Regex;

use super::courtesy::{Act, acts};
use super::{is_free_text, pattern};
use crate::document::Document;
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "ORD008",
    name: "order-confirmation",
    clause: "P-05",
    label: None,
    scope: Scope::OutboundMessage,
    summary: "A message only tells that the order was received, sent, delivered or refunded.",
    why: "The marketplace sends these notices itself, and sellers may not. A message that solves a problem, asks something that the order needs or answers the buyer does \
          not count, even if it mentions that a parcel has left.",
    instead: "Do not send it; confirm the shipment on the marketplace, which tells the buyer.",
    fires: Examples::Code(&[
        Example::text("Your order has been shipped! Tracking number: 9400111899223197428490."),
        Example::text("Hi {{name}}, we have received your order {{order_id}}. Thank you for shopping with us!"),
        Example::text("Dear Ann,\nyour package was delivered. We hope you enjoy it.\nBest regards"),
        Example::text("Your order {{order_id}} has been confirmed. You will receive a tracking number as soon as it leaves."),
        Example::text("Your refund has been issued.").subject("Order 114-3941689-8772232"),
    ]),
    passes: Examples::Code(&[
        Example::text("Your order has been shipped. Tracking 9400111899223197428490.").message_type("reply"),
        Example::text("Your order is on its way, but the carrier reports a delay until Monday. Is that in time?"),
        Example::text("We are sorry that the vase broke. A second one has been sent; your order is complete with it."),
        Example::text("The shelf is out of stock. Your order has been refunded in full."),
        Example::text("Your order is packed. Which of the two ribbons do you want?"),
    ]),
    check: Check::Code(check),
};

/// Words of a problem that had to be told.
static PROBLEM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:sorry|apolog\w*|unfortunately|delay\w*|problem|issue|damag\w*|broke\w*|replace\w*|missing|wrong|out of stock|sold out|lost|late|customs|instead|second|again|reship\w*|resent|exchange|as you asked|as requested|you asked|partial|attempt\w*|pick[ -]?up)\b",
    )
});

fn check(document: &Document<'_>, hits: &mut Hits) {
    if !is_free_text(document.message) {
        return;
    }
    let part = &document.body;
    if part.text().contains('?') {
        return;
    }
    let mut notice = None;
    for (i, act) in acts(part).enumerate() {
        match act {
            Act::Frame | Act::Courtesy | Act::Wish | Act::Detail => {}
            Act::Notice => notice = notice.or(Some(i)),
            Act::Other => return,
        }
    }
    if let Some(notice) = notice.filter(|_| !document.parts().any(|p| PROBLEM.is_match(p.text()))) {
        hits.at(part.span(part.sentences[notice].clone()), "the marketplace sends this notice itself");
    }
}
