//! Links that may not stand in a message.

mod disguised_link;
mod external_link;
mod insecure_link;
mod link_shortener;
mod logo_link;
mod lookalike_domain;
mod marketplace_product_link;
mod opt_out_link;
mod vague_link_text;

use super::Rule;

/// The rules on links.
pub const RULES: &[Rule] = &[
    external_link::RULE,
    insecure_link::RULE,
    link_shortener::RULE,
    disguised_link::RULE,
    lookalike_domain::RULE,
    marketplace_product_link::RULE,
    opt_out_link::RULE,
    logo_link::RULE,
    vague_link_text::RULE,
];
