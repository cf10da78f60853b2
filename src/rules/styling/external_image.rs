use crate::document::hosts;
use crate::document::link::host;
use crate::document::{Document, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "STY002",
    name: "external-image",
    clause: "C-15",
    label: None,
    scope: Scope::OutboundMail,
    summary: "An image is loaded from a server that is not the marketplace's.",
    why: "An image on a server of the seller's tells that server who opened the message, can be changed after the message was checked, and is often a picture that has nothing to do with the order. Images embedded in the message are fine.",
    instead: "Embed the image (cid:) or attach the file.",
    fires: Examples::Code(&[
        Example::text("<img src=\"https://cdn.homely-finds.com/banner.png\" alt=\"Banner\">"),
        Example::text("<img src=\"//cdn.example.org/a.jpg\" alt=\"x\">"),
        Example::text("<img src=\"http://example.net/a.jpg\" alt=\"x\">"),
        Example::text("<div style=\"background-image:url(https://cdn.example.org/bg.png)\">x</div>"),
    ]),
    passes: Examples::Code(&[
        Example::text("<img src=\"cid:logo\" alt=\"Logo\">"),
        Example::text("<img src=\"data:image/png;base64,iVBOR\" alt=\"x\">"),
        Example::text("<img src=\"https://m.media-amazon.com/images/I/41.jpg\" alt=\"proof\">"),
        Example::text("<img src=\"{{proof_image}}\" alt=\"proof\">"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    let field = document.body.field;
    for image in super::images(document) {
        if let Some(host) = foreign(super::source(image)) {
            hits.at(Span { field, raw: image.tag.clone() }, format!("this image is loaded from {host}"));
        }
    }
    for declaration in super::declarations(document).filter(|d| d.property.starts_with("background")) {
        let url = declaration.value.split_once("url(").map_or("", |(_, rest)| rest).split(')').next().unwrap_or_default();
        if let Some(host) = foreign(url.trim_matches(['"', '\'', ' '])) {
            hits.at(Span { field, raw: declaration.raw.clone() }, format!("this background is loaded from {host}"));
        }
    }
}

/// The host of a remote address outside the marketplace.
fn foreign(address: &str) -> Option<String> {
    if !address.contains("//") {
        return None;
    }
    host(address).filter(|h| !hosts::is_amazon_host(h))
}
