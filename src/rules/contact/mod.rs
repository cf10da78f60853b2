//! Ways to reach each other outside the marketplace.

mod email_address;
mod phone_number;
mod qr_code;
mod social_handle;

use super::Rule;

/// The rules on contact data.
pub const RULES: &[Rule] = &[email_address::RULE, phone_number::RULE, social_handle::RULE, qr_code::RULE];
