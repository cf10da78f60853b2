use crate::document::style::{percent, pixels};
use crate::document::{Document, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "STY004",
    name: "image-too-wide",
    clause: "S-05",
    label: None,
    scope: Scope::OutboundMail,
    summary: "An image is wider than 80 % of the message.",
    why: "Images may take at most 80 % of the width. Percentages are taken as they are, lengths against a body of 600 pixels.",
    instead: "Make the image at most 480 pixels or 80 % wide.",
    fires: Examples::Code(&[
        Example::text("<img src=\"cid:a\" width=\"900\" alt=\"x\">"),
        Example::text("<img src=\"cid:a\" width=\"100%\" alt=\"x\">"),
        Example::text("<img src=\"cid:a\" style=\"width: 81%\" alt=\"x\">"),
        Example::text("<img src=\"cid:a\" style=\"width:520px\" alt=\"x\">"),
    ]),
    passes: Examples::Code(&[
        Example::text("<img src=\"cid:a\" width=\"480\" alt=\"x\">"),
        Example::text("<img src=\"cid:a\" style=\"width:80%\" alt=\"x\">"),
        Example::text("<table width=\"100%\"><tr><td>x</td></tr></table>"),
        Example::text("<img src=\"cid:a\" height=\"900\" alt=\"x\">"),
    ]),
    check: Check::Code(check),
};

/// Width of a message body in pixels, as most mail programs show it.
const BODY: f64 = 600.0;
/// Widest image in percent.
const WIDEST: f64 = 80.0;

fn check(document: &Document<'_>, hits: &mut Hits) {
    for image in super::images(document).filter(|e| !e.hidden) {
        let attribute = image.attribute("width").map(|a| a.value.as_str());
        let style = ["width", "min-width"].iter().find_map(|p| image.style(p)).map(|d| d.value.as_str());
        // the style wins over the attribute
        let Some(width) = style.or(attribute) else { continue };
        let share = percent(width).or_else(|| pixels(width).map(|p| p / BODY * 100.0));
        if let Some(share) = share.filter(|s| *s > WIDEST) {
            let message = format!("this image is {width} wide, {share:.0} % of the message; at most 80 % is permitted");
            hits.at(Span { field: document.body.field, raw: image.tag.clone() }, message);
        }
    }
}
