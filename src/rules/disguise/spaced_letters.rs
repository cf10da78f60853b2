use crate::document::disguise::worth_hiding;
use crate::document::{Disguise, DisguiseKind, Document};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "EVA003",
    name: "spaced-letters",
    clause: "C-04",
    label: None,
    scope: Scope::Any,
    summary: "The letters of a word stand apart.",
    why: "A word whose letters are set apart by blanks, stops or dashes is read by the buyer and not by filters. Headings in spaced capitals, spelled names, initials, sizes and lists of \
          letters do not count: capitals are reported only where the word is one that a seller has a reason to hide.",
    instead: "Write the word as one.",
    fires: Examples::Code(&[
        Example::text("Please leave a r e v i e w."),
        Example::text("A f.r.e.e g.i.f.t for you"),
        Example::text("A R-E-F-U-N-D by P A Y P A L"),
        Example::text("w_h_a_t_s_a_p_p us"),
    ]),
    passes: Examples::Code(&[
        Example::text("T H A N K  Y O U").insert(),
        Example::text("Sizes S M L X L, options A B C D, 5 x 7 x 3"),
        Example::text("The name on the mug is M-A-R-I-N-E, by J. R. R. T. Hill"),
        Example::text("e.g. in the U.S.A., 10 a.m."),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    let hides = |d: &Disguise| d.reading.split([' ', '.']).any(worth_hiding);
    for part in document.parts() {
        let small = |d: &&Disguise| part.raw.get(d.raw.clone()).is_some_and(|t| t.chars().filter(|c| c.is_lowercase()).count() >= 5);
        for disguise in
            part.disguises.iter().filter(|d| d.kind == DisguiseKind::Spaced).filter(|d| hides(d) || small(d)).take(super::MOST_PLACES)
        {
            hits.at(
                crate::document::Span { field: part.field, raw: disguise.raw.clone() },
                format!("\"{}\" is written letter by letter", disguise.reading),
            );
        }
    }
}
