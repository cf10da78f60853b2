use crate::document::{DisguiseKind, Document, Span};
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
        for row in part.disguises.iter().filter(|d| d.kind == DisguiseKind::Stars) {
            hits.at(Span { field: part.field, raw: row.raw.clone() }, "five filled stars suggest the rating");
        }
    }
}
