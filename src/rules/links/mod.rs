//! Links that may not stand in a message.

mod insecure_link;

use super::Rule;

/// The rules on links.
pub const RULES: &[Rule] = &[insecure_link::RULE];
