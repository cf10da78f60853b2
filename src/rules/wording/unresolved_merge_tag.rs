use std::ops::Range;
use std::sync::LazyLock;

use regex_automata::meta::Regex;
use regex_automata::util::syntax;

use crate::document::Document;
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "TXT002",
    name: "unresolved-merge-tag",
    clause: "C-23",
    label: None,
    scope: Scope::Outbound,
    summary: "A message as sent still has a merge tag, or a name or text that was never filled in.",
    why: "A tag that the mailing tool did not fill shows the buyer a gap. In templates tags are normal, so they count only where the record says that it is rendered; \
          a greeting without a name (\"Hi ,\") and filler text count everywhere.",
    instead: "Fill the tag, or give it a fallback; buyers' names are no longer supplied to tools.",
    fires: Examples::Code(&[
        Example::text("Hi {{first_name}}, which size?").rendered(),
        Example::text("Order [[order-id]] is packed.").rendered(),
        Example::text("ok").subject("Your order #order_id#").rendered(),
        Example::text("Dear ,\nthe lid is on its way."),
        Example::text("Lorem ipsum dolor sit amet."),
    ]),
    passes: Examples::Code(&[
        Example::text("Hi {{first_name}}, which size?"),
        Example::text("Hi Ann, which size?").rendered(),
        Example::text("Set {A, B} [sic] costs 5$ or 6$ #2").rendered(),
        Example::text("Dear customer,\nthe lid is on its way.").rendered(),
        Example::text("My dear, it fits."),
    ]),
    check: Check::Code(check),
};

/// A greeting whose name is empty, and the text of typesetters.
static UNFILLED: LazyLock<Regex> = LazyLock::new(|| {
    let syntax = syntax::Config::new().case_insensitive(true).unicode(false).multi_line(true);
    let pattern =
        r"^[ \t]*(?:hi|hello|dear|hey)[ \t]+[,!:]|\blorem ipsum\b|\b(?:insert|your|enter) (?:name|text|product|store name) here\b";
    Regex::builder().syntax(syntax).build(pattern).expect("the pattern is valid")
});

fn check(document: &Document<'_>, hits: &mut Hits) {
    for part in document.parts() {
        for tag in part.tags.iter().filter(|_| document.message.rendered) {
            hits.at(part.span(tag.range.clone()), "this merge tag was not filled");
        }
        let text = part.text();
        for range in UNFILLED.find_iter(text).map(|m| m.range()) {
            let lead = text[range.clone()].len() - text[range.clone()].trim_start().len();
            hits.at(part.span(Range { start: range.start + lead, end: range.end }), "this place was not filled");
        }
    }
}
