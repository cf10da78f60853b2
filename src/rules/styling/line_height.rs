use crate::document::Document;
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "STY008",
    name: "line-height",
    clause: "S-06",
    label: None,
    scope: Scope::OutboundMail,
    summary: "The message sets its own line height.",
    why: "The default line height of the marketplace may not be overridden. The shorthand `font: 12px/1.5 …` sets it too.",
    instead: "Remove the line height.",
    fires: Examples::Code(&[
        Example::text("<p style=\"line-height:1.8\">Hi</p>"),
        Example::text("<style>td{line-height:20px}</style><p>Hi</p>"),
        Example::text("<p style=\"font:12px/1.5 Arial\">Hi</p>"),
    ]),
    passes: Examples::Code(&[
        Example::text("<p style=\"height:20px\">Hi</p>"),
        Example::text("<p>Set the line-height of the shelf to 40 cm.</p>"),
        Example::text("<p style=\"line-height: inherit\">Hi</p>"),
        Example::text("<p style=\"line-height: normal\">Hi</p>"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    let neutral = |value: &str| matches!(value, "inherit" | "initial" | "unset" | "normal" | "");
    super::report(
        document,
        hits,
        |d| {
            let own = d.property == "line-height" && !neutral(&d.value) || d.property == "font" && d.value.contains('/');
            own.then(|| format!("this sets the line height ({})", d.value))
        },
        super::no_attribute,
    );
}
