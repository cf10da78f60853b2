use std::ops::Range;

use crate::document::{Document, Part};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "REV006",
    name: "printed-stars",
    clause: "I-12",
    label: Some("positive_steering"),
    scope: Scope::Outbound,
    summary: "Five filled stars are printed.",
    why: "Five filled stars beside a request for a review suggest the rating. A row of empty stars is a neutral scale, fewer or more than five are ornament or another \
          rating, and stars in a table of product grades with words between them do not count.",
    instead: "Leave the stars out, or print empty ones.",
    fires: Examples::Code(&[
        Example::text("Rate your purchase ★★★★★").insert(),
        Example::text("⭐⭐⭐⭐⭐ How did we do?"),
        Example::text("★ ★ ★ ★ ★").insert(),
        Example::text("<p>&#9733;&#9733;&#9733;&#9733;&#9733;</p>"),
        Example::text("Thank you! 🌟🌟🌟🌟🌟"),
    ]),
    passes: Examples::Code(&[
        Example::text("Rate your purchase ☆☆☆☆☆").insert(),
        Example::text("★★★ hotel quality towels"),
        Example::text("Wash ★ dry ★ iron ★ fold ★ store ★"),
        Example::text("Password: *****"),
        Example::text("★★★★★★★★ end of page ★★★★★★★★"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    for part in document.parts() {
        for range in rows(part) {
            hits.at(part.span(range), "five filled stars suggest the rating");
        }
    }
}

fn is_filled_star(c: char) -> bool {
    matches!(c, '★' | '⭐' | '🌟' | '✭' | '✮' | '🟊' | '⋆' | '✪' | '✯')
}

/// Rows of exactly five filled stars, with nothing but blanks between them.
fn rows(part: &Part<'_>) -> Vec<Range<usize>> {
    let text = part.text();
    if text.is_ascii() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut row: Option<(Range<usize>, usize)> = None;
    for (i, c) in text.char_indices().chain([(text.len(), '.')]) {
        if is_filled_star(c) {
            let (range, count) = row.get_or_insert((i..i, 0));
            range.end = i + c.len_utf8();
            *count += 1;
        } else if !matches!(c, ' ' | '\u{A0}' | '\u{FE0F}') {
            found.extend(row.take().filter(|(_, count)| *count == 5).map(|(range, _)| range));
        }
    }
    found
}
