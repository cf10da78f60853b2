//! Words that are written so that filters miss them.

mod hidden_by_markup;
mod invisible_characters;
mod mixed_script_word;
mod spaced_letters;

use super::{Hits, Rule};
use crate::document::{Disguise, DisguiseKind, Document, Span};

/// The rules on disguises.
pub const RULES: &[Rule] = &[invisible_characters::RULE, mixed_script_word::RULE, spaced_letters::RULE, hidden_by_markup::RULE];

/// Places reported of a fault that can recur many times.
const MOST_PLACES: usize = 10;

/// Reports disguises of a kind that are worth it.
fn report(document: &Document<'_>, hits: &mut Hits, kind: DisguiseKind, worth: impl Fn(&Disguise) -> bool, how: &str) {
    for part in document.parts() {
        for disguise in part.disguises.iter().filter(|d| d.kind == kind && worth(d)).take(MOST_PLACES) {
            hits.at(Span { field: part.field, raw: disguise.raw.clone() }, format!("\"{}\" {how}", disguise.reading));
        }
    }
}
