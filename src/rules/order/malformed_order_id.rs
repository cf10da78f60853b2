use std::sync::LazyLock;

use regex_automata::meta::Regex;

use super::{order_numbers, pattern};
use crate::document::Document;
use crate::document::stretch::first_touching;
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "ORD002",
    name: "malformed-order-id",
    clause: "T-03",
    label: None,
    scope: Scope::OutboundMail,
    summary: "A number looks like an order number with digits missing, added or grouped wrongly.",
    why: "Order numbers have 17 digits in groups of 3, 7 and 7. A wrong one does not count as naming the order, and the buyer cannot find it. \
          Tracking numbers and other long numbers count only where the text calls them an order number.",
    instead: "Copy the number from the order page, or use the merge tag.",
    fires: Examples::Code(&[
        Example::text("Order 114-394168-8772232 is packed; which colour?"),
        Example::text("Order 1143941689-8772232: which colour?"),
        Example::text("Order number: 11439416898772232"),
        Example::text("ok").subject("Order 114-39416891-8772232"),
        Example::text("Order #114 3941689 8772232 needs your answer."),
    ]),
    passes: Examples::Code(&[
        Example::text("Order 114-3941689-8772232: which colour?"),
        Example::text("Order D01-1234567-1234567"),
        Example::text("Tracking number 9400111899223197428490"),
        Example::text("ISBN 978-3-16-148410-0, part 12-345-678"),
        Example::text("Ordered 2026-11-25, packed 2026-11-26"),
    ]),
    check: Check::Code(check),
};

/// Two or three groups with hyphens that are near 3-7-7.
static GROUPED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b[0-9]{2,4}-[0-9]{5,9}-[0-9]{5,9}\b|\b[0-9]{9,11}-[0-9]{6,8}\b|\b[0-9]{2,4}-[0-9]{12,16}\b"));
/// A long number that the text calls an order number.
static CALLED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\border(?:\s*(?:id|no\.?|number|nr\.?))?\s*[:#]?\s*#?\s*([0-9]{15,19}|[0-9]{2,4}[ ./][0-9]{6,8}[ ./][0-9]{6,8})\b")
});

fn check(document: &Document<'_>, hits: &mut Hits) {
    for part in document.parts() {
        let text = part.text();
        let right = order_numbers(text);
        let mut captures = CALLED.create_captures();
        CALLED.captures(text, &mut captures);
        let called = captures.get_group(1).map(|s| s.range());
        for range in GROUPED.find_iter(text).map(|m| m.range()).chain(called) {
            if first_touching(&right, &range, |r| r).is_none() {
                hits.at(part.span(range), "this is not an order number: 3, 7 and 7 digits, with hyphens");
            }
        }
    }
}
