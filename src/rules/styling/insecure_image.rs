use crate::document::Document;
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "STY003",
    name: "insecure-image",
    clause: "C-16",
    label: None,
    scope: Scope::OutboundMail,
    summary: "An image is loaded over http://.",
    why: "Images must be loaded securely. Only what is loaded counts: image sources and backgrounds.",
    instead: "Use https://, or embed the image.",
    fires: Examples::Code(&[
        Example::text("<img src=\"http://cdn.example.org/a.png\" alt=\"x\">"),
        Example::text("<IMG SRC='HTTP://cdn.example.org/a.png'>"),
        Example::text("<td style=\"background:url('http://cdn.example.org/a.png')\">x</td>"),
        Example::text("<table background=\"http://cdn.example.org/a.png\"><tr><td>x</td></tr></table>"),
    ]),
    passes: Examples::Code(&[
        Example::text("<img src=\"https://cdn.example.org/a.png\" alt=\"x\">"),
        Example::text("<img src=\"cid:a\" alt=\"http:// is written on the box\">"),
        Example::text("<p>The address http://example.org is text.</p>"),
        Example::text("<!-- <img src=\"http://x.example/a.png\"> --><p>x</p>"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    super::report(
        document,
        hits,
        |d| {
            (d.property.starts_with("background") && d.value.contains("http://"))
                .then(|| "this background is not loaded securely (http)".to_owned())
        },
        |element, name, value| {
            let loads = element.name == "img" && matches!(name, "src" | "srcset") || name == "background";
            let insecure = value.get(..7).is_some_and(|v| v.eq_ignore_ascii_case("http://"));
            (loads && insecure).then(|| "this image is not loaded securely (http)".to_owned())
        },
    );
}
