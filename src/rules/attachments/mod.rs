//! Files that go with a message.

mod attachment_count;
mod attachment_size;
mod attachment_type;

use super::Rule;
use crate::document::{Field, Span};

/// The rules on attachments.
pub const RULES: &[Rule] = &[attachment_type::RULE, attachment_size::RULE, attachment_count::RULE];

/// The place of an attachment: its position in the list.
fn place(index: usize) -> Span {
    Span { field: Field::Attachments, raw: index..index + 1 }
}
