//! The words themselves: their language, their spelling, and places left unfilled.

mod language_mismatch;
mod spelling;
mod unresolved_merge_tag;

use super::Rule;

/// The rules on wording.
pub const RULES: &[Rule] = &[unresolved_merge_tag::RULE, language_mismatch::RULE, spelling::RULE];
