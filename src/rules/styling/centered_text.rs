use crate::document::{Document, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "STY011",
    name: "centered-text",
    clause: "S-08",
    label: None,
    scope: Scope::OutboundMail,
    summary: "The message sets its own alignment.",
    why: "Centred bodies and any other override of the default alignment are not permitted. Right alignment is the default of languages that are written from right to left, and left alignment changes nothing.",
    instead: "Remove the alignment.",
    fires: Examples::Code(&[
        Example::text("<center>Hi</center>"),
        Example::text("<p align=\"center\">Hi</p>"),
        Example::text("<div style=\"text-align: center\">Hi</div>"),
        Example::text("<p style=\"text-align:justify\">Hi</p>"),
    ]),
    passes: Examples::Code(&[
        Example::text("<p style=\"text-align:left\">Hi</p>"),
        Example::text("<p>Put the shelf in the center of the wall.</p>"),
        Example::text("<td valign=\"middle\">Hi</td>"),
        Example::text("<p dir=\"rtl\" style=\"text-align:right\">مرحبا</p>"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    let right_to_left = document.elements().iter().any(|e| e.attribute("dir").is_some_and(|a| a.value.eq_ignore_ascii_case("rtl")));
    let changes = |value: &str| match value.to_ascii_lowercase().as_str() {
        "center" | "justify" | "middle" => true,
        "right" => !right_to_left,
        _ => false,
    };
    super::report(
        document,
        hits,
        |d| (d.property == "text-align" && changes(&d.value)).then(|| format!("this aligns the text ({})", d.value)),
        |element, name, value| {
            // an image or table that is placed is not text that is aligned
            (name == "align" && element.name != "img" && element.name != "table" && changes(value))
                .then(|| format!("this aligns the text ({value})"))
        },
    );
    for element in document.elements().iter().filter(|e| e.name == "center") {
        hits.at(Span { field: document.body.field, raw: element.tag.clone() }, "this centres the text");
    }
}
