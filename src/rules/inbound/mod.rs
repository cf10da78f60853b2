//! What reaches the seller and is not what it seems.

mod inbound_link;
mod inbound_not_plain_text;
mod spoofed_sender;

use super::Rule;

/// The rules on inbound messages.
pub const RULES: &[Rule] = &[inbound_not_plain_text::RULE, inbound_link::RULE, spoofed_sender::RULE];
