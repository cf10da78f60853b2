use std::collections::BTreeSet;

use crate::document::{Document, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "STY010",
    name: "too-many-font-sizes",
    clause: "S-07",
    label: None,
    scope: Scope::OutboundMail,
    summary: "The message uses more than three font sizes.",
    why: "At most three different sizes are permitted. Sizes set by style, by `font` elements and by headings count; the same size written twice counts once.",
    instead: "Keep to two sizes: one for a heading, one for the text.",
    fires: Examples::Code(&[
        Example::text("<h1>A</h1><h2>B</h2><h3>C</h3><h4>D</h4>"),
        Example::text(
            "<p style=\"font-size:10px\">a</p><p style=\"font-size:12px\">b</p><p style=\"font-size:14px\">c</p><p style=\"font-size:16px\">d</p>",
        ),
        Example::text("<font size=\"1\">a</font><font size=\"2\">b</font><font size=\"3\">c</font><h1>d</h1>"),
    ]),
    passes: Examples::Code(&[
        Example::text("<h1>A</h1><h2>B</h2><p style=\"font-size:12px\">c</p>"),
        Example::text(
            "<p style=\"font-size:12px\">a</p><p style=\"font-size: 12PX\">b</p><p style=\"font-size:13px\">c</p><p style=\"font-size:14px\">d</p>",
        ),
        Example::text("Sizes S, M, L, XL and XXL"),
    ]),
    check: Check::Code(check),
};

/// Most different sizes.
const MOST: usize = 3;

fn check(document: &Document<'_>, hits: &mut Hits) {
    let mut sizes: BTreeSet<String> = BTreeSet::new();
    let styles = super::declarations(document).filter(|d| d.property == "font-size").map(|d| (d.value.clone(), d.raw.clone()));
    let elements = document.elements().iter().filter(|e| !e.hidden).filter_map(|e| match e.name.as_str() {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Some((e.name.clone(), e.tag.clone())),
        "font" => e.attribute("size").map(|a| (format!("font {}", a.value.trim()), a.raw.clone())),
        _ => None,
    });
    let mut places: Vec<_> = styles.chain(elements).collect();
    places.sort_by_key(|(_, raw)| raw.start);
    for (size, raw) in places {
        sizes.insert(size);
        if sizes.len() > MOST {
            hits.at(Span { field: document.body.field, raw }, "this is the fourth font size; three are permitted");
            return;
        }
    }
}
