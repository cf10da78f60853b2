use crate::document::Document;
use crate::document::style::{percent, pixels};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "STY012",
    name: "wide-margin",
    clause: "S-04",
    label: None,
    scope: Scope::OutboundMail,
    summary: "A margin is wider than 20 % of the message.",
    why: "Margins and padding to the left and right may take at most 20 % of the width. Percentages are taken as they are, lengths against a body of 600 pixels; `auto` is no width.",
    instead: "Use at most 20 % or 120 pixels.",
    fires: Examples::Code(&[
        Example::text("<div style=\"margin-left:25%\">Hi</div>"),
        Example::text("<div style=\"padding: 0 150px\">Hi</div>"),
        Example::text("<div style=\"margin: 10px 30% 10px 10px\">Hi</div>"),
        Example::text("<style>p{padding-right:200px}</style><p>Hi</p>"),
    ]),
    passes: Examples::Code(&[
        Example::text("<div style=\"margin: 200px 10px\">Hi</div>"),
        Example::text("<div style=\"margin: 0 auto\">Hi</div>"),
        Example::text("<div style=\"padding-left:20%\">Hi</div>"),
        Example::text("<p>Leave a margin of 30 % around the photo.</p>"),
    ]),
    check: Check::Code(check),
};

/// Width of a message body in pixels.
const BODY: f64 = 600.0;
/// Widest margin in percent.
const WIDEST: f64 = 20.0;

fn check(document: &Document<'_>, hits: &mut Hits) {
    super::report(
        document,
        hits,
        |d| {
            let values: Vec<&str> = d.value.split_whitespace().collect();
            // the shorthand goes round from the top: right is second, left is fourth, each taken from its opposite when missing
            let sides: Vec<&str> = match d.property.as_str() {
                "margin" | "padding" => [values.get(1).or(values.first()), values.get(3).or(values.get(1)).or(values.first())]
                    .into_iter()
                    .flatten()
                    .copied()
                    .collect(),
                "margin-left" | "margin-right" | "padding-left" | "padding-right" => values,
                _ => return None,
            };
            let share = |v: &&str| percent(v).or_else(|| pixels(v).map(|p| p / BODY * 100.0));
            let widest = sides.iter().filter_map(share).fold(0.0, f64::max);
            (widest > WIDEST).then(|| format!("this margin takes {widest:.0} % of the width; at most 20 % is permitted"))
        },
        super::no_attribute,
    );
}
