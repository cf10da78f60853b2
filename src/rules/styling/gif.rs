use crate::document::{Document, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "STY005",
    name: "gif",
    clause: "S-03",
    label: None,
    scope: Scope::OutboundMail,
    summary: "A GIF image stands in the message.",
    why: "Animated images are not permitted in messages, and whether a GIF moves cannot be seen from its name. A GIF as an attachment is an accepted file.",
    instead: "Use a PNG or JPEG image, or words.",
    fires: Examples::Code(&[
        Example::text("<img src=\"cid:banner.gif\" alt=\"x\">"),
        Example::text("<img src=\"https://cdn.example.org/Dance.GIF?x=1\" alt=\"x\">"),
        Example::text("<img src=\"data:image/gif;base64,R0lGOD\" alt=\"x\">"),
    ]),
    passes: Examples::Code(&[
        Example::text("<img src=\"cid:banner.png\" alt=\"the gift\">"),
        Example::text("The picture is called banner.gif"),
        Example::text("<img src=\"https://cdn.example.org/gifts/box.jpg\" alt=\"x\">"),
        Example::text("Label attached").attachments(&[("label.gif", 10)]),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    for image in super::images(document) {
        let source = super::source(image).to_ascii_lowercase();
        let file = source.split(['?', '#']).next().unwrap_or_default();
        if file.ends_with(".gif") || source.starts_with("data:image/gif") {
            hits.at(Span { field: document.body.field, raw: image.tag.clone() }, "GIF images are not permitted in messages");
        }
    }
}
