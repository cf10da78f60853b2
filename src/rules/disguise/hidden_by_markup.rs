use std::ops::Range;

use crate::document::{Document, Html, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "EVA004",
    name: "hidden-by-markup",
    clause: "C-04",
    label: None,
    scope: Scope::Any,
    summary: "Markup that shows nothing stands inside a word.",
    why: "Comments, hidden letters and empty elements between the letters of a word leave it whole for the buyer and break it up for filters, and so do tags around each of its letters. A styled \
          initial or syllable does not count.",
    instead: "Write the word without markup inside.",
    fires: Examples::Code(&[
        Example::text("<p>Leave a re<!-- x -->view</p>"),
        Example::text("<p>Leave a re<span style=\"display:none\">qq</span>view</p>"),
        Example::text("<p>A fr<b></b>ee gift</p>"),
        Example::text("<p><i>r</i><i>e</i><i>v</i><i>i</i><i>e</i><i>w</i> us</p>"),
    ]),
    passes: Examples::Code(&[
        Example::text("<p><b>T</b>hank you</p>"),
        Example::text("<p>Water<em>proof</em>ing</p><!-- footer --><p>Bye</p>"),
        Example::text("<p>H<sub>2</sub>O and CO<sub>2</sub></p>"),
        Example::text("<table><tr><td>a</td><td>b</td></tr></table>"),
    ]),
    check: Check::Code(check),
};

/// Stretches of tags in one word from which on it is taken apart.
const TAKEN_APART: usize = 4;

fn check(document: &Document<'_>, hits: &mut Hits) {
    let Some(html) = &document.body.html else { return };
    let field = document.body.field;
    let mut places = 0;
    let mut row: Vec<&Range<usize>> = Vec::new();
    for gap in &html.inside_words {
        // only letters between this stretch and the one before: the same word
        let joined =
            row.last().is_some_and(|last| document.body.raw.get(last.end..gap.start).is_some_and(|t| t.chars().all(char::is_alphabetic)));
        if !joined {
            row.clear();
        }
        row.push(gap);
        let apart = row.len() == TAKEN_APART;
        if (apart || shows_nothing(document.body.raw, html, gap)) && places < super::MOST_PLACES {
            let raw = if apart { row[0].start..gap.end } else { gap.clone() };
            hits.at(Span { field, raw }, "this breaks up a word that the buyer sees whole");
            places += 1;
        }
    }
}

/// Whether markup between letters is a comment, hidden text or an empty element.
fn shows_nothing(raw: &str, html: &Html, gap: &Range<usize>) -> bool {
    let inside = |ranges: &[Range<usize>]| {
        let first = ranges.partition_point(|r| r.start < gap.start);
        ranges.get(first).is_some_and(|r| r.end <= gap.end)
    };
    let first = html.elements.partition_point(|e| e.tag.start < gap.start);
    let empty = html.elements[first..].iter().take_while(|e| e.tag.end <= gap.end).any(|e| {
        e.content.end <= gap.end
            && raw.get(e.content.clone()).is_some_and(|t| t.trim().is_empty())
            && !matches!(e.name.as_str(), "wbr" | "img" | "input")
    });
    inside(&html.comments) || inside(&html.hidden) || empty
}
