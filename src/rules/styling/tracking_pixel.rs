use crate::document::style::pixels;
use crate::document::{Document, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "STY001",
    name: "tracking-pixel",
    clause: "C-11",
    label: None,
    scope: Scope::OutboundMail,
    summary: "An image is there to see whether the message was opened.",
    why: "Images of one or two pixels, hidden images, and addresses that count openings follow the buyer around. A spacer embedded in the message follows nobody.",
    instead: "Remove the image; the marketplace does not permit measuring who opens a message.",
    fires: Examples::Code(&[
        Example::text("<p>Hi</p><img src=\"https://t.mail.example/o.png\" width=\"1\" height=\"1\">"),
        Example::text("<img src=\"https://t.mail.example/a.png\" style=\"display:none\">"),
        Example::text("<img src=\"https://mail.example/track/open?u=12\" alt=\"x\">"),
        Example::text("<img src=\"https://x.example/a.png\" style=\"width:1px; height:1px\">"),
    ]),
    passes: Examples::Code(&[
        Example::text("<img src=\"https://m.media-amazon.com/a.png\" width=\"100\" height=\"40\" alt=\"proof\">"),
        Example::text("<img src=\"cid:spacer\" width=\"1\" height=\"10\">"),
        Example::text("<img src=\"https://x.example/openwork-lace.jpg\" width=\"300\" alt=\"lace\">"),
        Example::text("<img src=\"https://x.example/a.png\" width=\"2%\" alt=\"x\">"),
    ]),
    check: Check::Code(check),
};

/// Parts of an address that tell of counting; whole steps and parameters, since `open` is also a word.
const COUNTING: &[&str] = &[
    "open",
    "opens",
    "opened",
    "track",
    "tracking",
    "pixel",
    "beacon",
    "wf",
    "o.gif",
    "open.gif",
    "open.aspx",
    "pixel.gif",
    "spacer.gif",
    "t.gif",
];

fn check(document: &Document<'_>, hits: &mut Hits) {
    for image in super::images(document) {
        let source = super::source(image);
        let remote = source.contains("//");
        let tiny = |name: &str| {
            let attribute = image.attribute(name).and_then(|a| pixels(&a.value));
            attribute.or_else(|| image.style(name).and_then(|d| pixels(&d.value))).is_some_and(|v| v <= 2.0)
        };
        let lower = source.to_ascii_lowercase();
        let address = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
        let counts = address.split(['/', '?', '&', '=']).skip(1).any(|step| COUNTING.contains(&step));
        let message = match () {
            () if !remote => continue,
            () if tiny("width") && tiny("height") => "this image is too small to be seen: a tracking pixel",
            () if image.hidden => "this image is hidden: a tracking pixel",
            () if counts => "the address of this image counts openings",
            () => continue,
        };
        hits.at(Span { field: document.body.field, raw: image.tag.clone() }, message);
    }
}
