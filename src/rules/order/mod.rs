//! What the order and its history forbid.

mod courtesy;
mod critical_marker;
mod malformed_order_id;
mod missing_order_id;
mod opted_out_buyer;
mod order_confirmation;
mod outside_window;
mod thanks_only;

use std::ops::Range;
use std::sync::LazyLock;

use regex_automata::meta::Regex;
use regex_automata::util::syntax;

use super::Rule;
use super::message_types;
use crate::document::{Document, Part, TagKind};
use crate::message::Message;

/// The rules on order context.
pub const RULES: &[Rule] = &[
    missing_order_id::RULE,
    malformed_order_id::RULE,
    opted_out_buyer::RULE,
    critical_marker::RULE,
    outside_window::RULE,
    thanks_only::RULE,
    order_confirmation::RULE,
];

/// Three groups of 3, 7 and 7 digits; digital and multi-channel orders have a letter and two digits in front.
static ORDER_NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:\b[0-9]{3}|\b[A-Za-z][0-9]{2})-[0-9]{7}-[0-9]{7}\b"));

/// A pattern over ASCII, in any letter case.
fn pattern(pattern: &str) -> Regex {
    let syntax = syntax::Config::new().case_insensitive(true).unicode(false);
    // long libraries would fill the default cache of every pattern in every thread
    let config = Regex::config().hybrid_cache_capacity(1 << 17);
    Regex::builder().configure(config).syntax(syntax).build(pattern).expect("the pattern is valid")
}

/// Order numbers of the marketplace in a text.
fn order_numbers(text: &str) -> Vec<Range<usize>> {
    ORDER_NUMBER.find_iter(text).map(|m| m.range()).collect()
}

/// Whether a field names its order, by number or merge tag.
fn names_order(part: &Part<'_>) -> bool {
    part.tags.iter().any(|t| t.kind == TagKind::OrderId) || ORDER_NUMBER.is_match(part.text())
}

/// Whether the seller writes unasked, by free text: neither an answer nor a message of the marketplace's own types.
fn is_free_text(message: &Message) -> bool {
    !message.is_reply() && message.message_type.as_deref().is_none_or(|t| message_types::kind(t).is_none())
}

/// Whether the message's type says that it is needed to complete the order.
fn is_critical(document: &Document<'_>) -> bool {
    document.message.message_type.as_deref().is_some_and(message_types::is_critical)
}
