use crate::document::{DisguiseKind, Document};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "EVA001",
    name: "invisible-characters",
    clause: "C-04",
    label: None,
    scope: Scope::Any,
    summary: "Characters that cannot be seen stand inside a word, or turn its letters round.",
    why: "Zero-width characters between the letters of a word, and marks that show letters in another order, have no use but to keep filters from reading it. Soft hyphens in \
          long words, joiners of scripts that need them, and what copying leaves between words do not count.",
    instead: "Type the word anew, without copying it.",
    fires: Examples::Code(&[
        Example::text("Please leave a re\u{200B}view."),
        Example::text("A g\u{2060}i\u{2060}f\u{2060}t for you"),
        Example::text("<p>Our web&#8203;site</p>"),
        Example::text("Write a \u{202E}weiver\u{202C} for us"),
        Example::text("f\u{AD}r\u{AD}e\u{AD}e"),
    ]),
    passes: Examples::Code(&[
        Example::text("\u{FEFF}Thank you.\u{200B} It was sent today."),
        Example::text("Die Versand\u{AD}kosten\u{AD}rechnung liegt bei."),
        Example::text("نمی\u{200C}خواهم"),
        Example::text("A mechanic 👩\u{200D}🔧 will call"),
        Example::text("<p>Hello&nbsp;&zwnj;&nbsp;&zwnj;</p>"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    super::report(document, hits, DisguiseKind::Invisible, |_| true, "is broken up by characters that cannot be seen");
}
