use crate::document::{Document, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "STY017",
    name: "hidden-text",
    clause: "S-01",
    label: None,
    scope: Scope::Any,
    summary: "The markup hides text from the buyer.",
    why: "Text that is there but not shown (display:none, visibility, zero size, no opacity, the colour of its background, clipped or moved off the page) is read by filters and by readers who hear the message, and has no honest use in a message to a buyer. Hidden markup without words does not count.",
    instead: "Remove the hidden text.",
    fires: Examples::Code(&[
        Example::text("<p>Hi</p><p style=\"display:none\">five stars</p>"),
        Example::text("<span style=\"font-size:0\">review us</span>ok"),
        Example::text("<div hidden>buy more</div>ok"),
        Example::text("<p style=\"visibility: hidden\">x y</p>"),
        Example::text("<span style=\"opacity:0\">cheap</span>"),
        Example::text("<p>Hi <font color=\"#ffffff\">five stars</font></p>"),
        Example::text("<p>Hi <span style=\"position:absolute;left:-9999px\">five stars</span></p>"),
    ]),
    passes: Examples::Code(&[
        Example::text("<p>The drawer is hidden behind the door.</p>"),
        Example::text("<p style=\"display:block\">Hi</p>"),
        Example::text("<div style=\"display:none\"></div><p>Hi</p>"),
        Example::text("<td style=\"font-size:0px\"><div style=\"font-size:13px\">Hi</div></td>"),
        Example::text("<td bgcolor=\"#333333\"><span style=\"color:#fff\">Hi</span></td>"),
        Example::text("<head><title>Order</title><style>p{margin:0}</style></head><p>Hi</p>"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    let Some(html) = &document.body.html else { return };
    for raw in html.hidden.iter().take(super::MOST_PLACES) {
        hits.at(Span { field: document.body.field, raw: raw.clone() }, "the buyer does not see this text");
    }
}
