use crate::document::{Document, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "STY017",
    name: "hidden-text",
    clause: "S-01",
    label: None,
    scope: Scope::Any,
    summary: "The markup hides text from the buyer.",
    why: "Text that is there but not shown (display:none, visibility, zero size, no opacity, the colour of its background, clipped or moved off the page) is read by filters and by readers who hear the message, and has no honest use in a message to a buyer. Hidden markup without words does not count; a comment with a sentence in it is only worth knowing.",
    instead: "Remove the hidden text.",
    fires: Examples::Code(&[
        Example::text("<p>Hi</p><p style=\"display:none\">five stars</p>"),
        Example::text("<span style=\"font-size:0\">review us</span>ok"),
        Example::text("<div hidden>buy more</div>ok"),
        Example::text("<p style=\"visibility: hidden\">x y</p>"),
        Example::text("<style>.x{display:none}</style><p class=\"x\">cheap</p>ok"),
        Example::text("<p>Hi</p><!-- please leave us five stars today -->"),
        Example::text("<span style=\"opacity:0\">cheap</span>"),
        Example::text("<p>Hi <font color=\"#ffffff\">five stars</font></p>"),
        Example::text("<p>Hi <span style=\"position:absolute;left:-9999px\">five stars</span></p>"),
    ]),
    passes: Examples::Code(&[
        Example::text("<p>The drawer is hidden behind the door.</p>"),
        Example::text("<p>Hi</p><!-- footer --><!--[if mso]><p>a b c d e f</p><![endif]-->"),
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
    let prose = |raw: &&std::ops::Range<usize>| document.body.raw.get((*raw).clone()).is_some_and(is_prose);
    for raw in html.comments.iter().filter(prose).take(super::MOST_PLACES) {
        hits.tolerated(Span { field: document.body.field, raw: raw.clone() }, "a comment is not seen by the buyer");
    }
}

/// Whether a comment has a sentence in it; names of sections and conditions for mail programs have none.
fn is_prose(comment: &str) -> bool {
    let inside = comment.trim_start_matches("<!--").trim_end_matches("-->").trim();
    let words =
        inside.split_whitespace().filter(|w| w.trim_matches(|c: char| c.is_ascii_punctuation()).chars().all(char::is_alphabetic)).count();
    !inside.starts_with('[') && !inside.contains('<') && words >= LEAST_WORDS
}

/// Words from which on a comment is a sentence.
const LEAST_WORDS: usize = 5;
