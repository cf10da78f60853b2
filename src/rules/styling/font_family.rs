use crate::document::Document;
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "STY007",
    name: "font-family",
    clause: "S-06",
    label: None,
    scope: Scope::OutboundMail,
    summary: "The message sets its own font.",
    why: "The default font of the marketplace may not be overridden, neither by style nor by a `font` element.",
    instead: "Remove the font; the message then looks like all others.",
    fires: Examples::Code(&[
        Example::text("<p style=\"font-family: Georgia, serif\">Hi</p>"),
        Example::text("<font face=\"Arial\">Hi</font>"),
        Example::text("<style>p { font-family: Verdana }</style><p>Hi</p>"),
        Example::text("<p style=\"font: bold 12px Arial\">Hi</p>"),
    ]),
    passes: Examples::Code(&[
        Example::text("<p style=\"font-weight: bold\">Hi</p>"),
        Example::text("<p>The font-family: Arial is listed on page two.</p>"),
        Example::text("<font size=\"2\">Hi</font>"),
        Example::text("<p style=\"font-family: inherit\">Hi</p>"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    let neutral = |value: &str| matches!(value, "inherit" | "initial" | "unset" | "revert" | "");
    super::report(
        document,
        hits,
        |d| {
            (matches!(d.property.as_str(), "font-family" | "font") && !neutral(&d.value))
                .then(|| format!("this sets the font to {}", d.value))
        },
        |element, name, value| (element.name == "font" && name == "face").then(|| format!("this sets the font to {value}")),
    );
}
