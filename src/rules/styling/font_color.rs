use crate::document::Document;
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "STY009",
    name: "font-color",
    clause: "S-06",
    label: None,
    scope: Scope::OutboundMail,
    summary: "The message sets its own text colour.",
    why: "The default text colour may not be overridden. A background, border or decoration colour is not the colour of the text.",
    instead: "Remove the colour; use bold where something must stand out.",
    fires: Examples::Code(&[
        Example::text("<p style=\"color:#c00\">Hi</p>"),
        Example::text("<font color=\"red\">Hi</font>"),
        Example::text("<style>a { color: blue }</style><p>Hi</p>"),
        Example::text("<body text=\"#333333\"><p>Hi</p></body>"),
    ]),
    passes: Examples::Code(&[
        Example::text("<p style=\"background-color: #eee; border-color: red\">Hi</p>"),
        Example::text("<td bgcolor=\"#ffffff\">Hi</td>"),
        Example::text("<p>The colour: red, as ordered.</p>"),
        Example::text("<p style=\"color: inherit\">Hi</p>"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    let neutral = |value: &str| matches!(value, "inherit" | "initial" | "unset" | "currentcolor" | "");
    super::report(
        document,
        hits,
        |d| {
            let own = matches!(d.property.as_str(), "color" | "-webkit-text-fill-color") && !neutral(&d.value);
            own.then(|| format!("this sets the text colour to {}", d.value))
        },
        |element, name, value| {
            let own = element.name == "font" && name == "color" || element.name == "body" && name == "text";
            own.then(|| format!("this sets the text colour to {value}"))
        },
    );
}
