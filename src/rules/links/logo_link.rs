use crate::document::hosts;
use crate::document::{Document, Element, LinkPlace, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "LNK008",
    name: "logo-link",
    clause: "C-09",
    label: None,
    scope: Scope::Outbound,
    summary: "A logo or picture is a link, or shows a web address.",
    why: "A logo is welcome as long as it neither carries nor shows a link to a site of the seller's. Its alternative text and file name \
          tell what can be read in it.",
    instead: "Show the logo alone, without a link around it and without an address in it.",
    fires: Examples::Code(&[
        Example::text("<a href=\"https://homely-finds.shop\"><img src=\"cid:logo\" alt=\"Homely Finds\"></a>"),
        Example::text("<a href=\"https://homely-finds.shop\"><b><img src=\"logo.png\" alt=\"\"></b></a>"),
        Example::text("<img src=\"cid:logo\" alt=\"www.homely-finds.shop\">"),
        Example::text("<img src=\"cid:1\" alt=\"Logo of homely-finds.com\">"),
    ]),
    passes: Examples::Code(&[
        Example::text("<img src=\"cid:logo\" alt=\"Homely Finds\">"),
        Example::text("<a href=\"https://www.amazon.com/gp/css/order-history\"><img src=\"cid:o\" alt=\"your order\"></a>"),
        Example::text("<img src=\"cid:photo\" alt=\"drawing.png of version 1.2\"><a href=\"https://homely-finds.shop\">Shop</a>"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    let elements = document.elements();
    let away = document.body.links.iter().filter(|l| l.is_web() && !hosts::is_amazon(l));
    let mut links = away
        .filter_map(|link| match link.place {
            LinkPlace::Element(i) if elements[i].name == "a" => Some(&elements[i].content),
            _ => None,
        })
        .peekable();
    // links and pictures are in the order of the document: where the last of the links begun so far ends
    let mut end = 0;
    let mut inside_link = |image: &Element| {
        while let Some(content) = links.next_if(|c| c.start <= image.tag.start) {
            end = end.max(content.end);
        }
        image.tag.start < end
    };
    for image in elements.iter().filter(|e| matches!(e.name.as_str(), "img" | "svg" | "picture") && !e.hidden) {
        let shows_address = image.attribute("alt").is_some_and(|alt| {
            let view = crate::document::View::identity(&alt.value);
            crate::document::link::links(&alt.value, &view, None, &[]).iter().any(|l| !hosts::is_amazon(l))
        });
        if inside_link(image) {
            hits.at(Span { field: document.body.field, raw: image.tag.clone() }, "this picture is a link off the marketplace");
        } else if shows_address {
            hits.at(Span { field: document.body.field, raw: image.tag.clone() }, "this picture shows a web address");
        }
    }
}
