//! What is printed rather than said about reviews; phrases are in `data/phrases/`.

mod printed_stars;

use super::Rule;

/// The rules on reviews that are code.
pub const RULES: &[Rule] = &[printed_stars::RULE];
