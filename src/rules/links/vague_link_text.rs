use crate::document::{Document, LinkPlace, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "LNK009",
    name: "vague-link-text",
    clause: "C-20",
    label: None,
    scope: Scope::Outbound,
    summary: "The text of a link does not say where it leads.",
    why: "Readers who hear links one by one learn nothing from \"click here\" or from a bare address. Descriptive text, such as the name of the \
          page, is the accessible way. Only links behind elements count.",
    instead: "Name what the link opens: \"your return label\" rather than \"here\".",
    fires: Examples::Code(&[
        Example::text("<a href=\"https://www.amazon.com/returns\">Click here</a>"),
        Example::text("The label is <a href=\"https://www.amazon.com/returns\">here</a>."),
        Example::text("<a href=\"https://www.amazon.com/returns\">https://www.amazon.com/returns</a>"),
        Example::text("<a href=\"[[return-link]]\"><b>this link</b></a>"),
    ]),
    passes: Examples::Code(&[
        Example::text("<a href=\"https://www.amazon.com/returns\">Your return label</a>"),
        Example::text("<a href=\"[[order-link]]\">See where your parcel is</a>"),
        Example::text("Click here to open the lid: press the tab."),
    ]),
    check: Check::Code(check),
};

const VAGUE: &[&str] = &[
    "here",
    "click here",
    "click",
    "this",
    "this link",
    "link",
    "read more",
    "more",
    "learn more",
    "see more",
    "go",
    "continue",
    "tap here",
    "press here",
    "website",
    "click this link",
    "open",
    "start",
    "details",
    "info",
    "clicking here",
    "click below",
    "follow this link",
];

fn check(document: &Document<'_>, hits: &mut Hits) {
    for link in &document.body.links {
        let LinkPlace::Element(index) = link.place else { continue };
        let element = &document.elements()[index];
        if element.name != "a" || element.hidden {
            continue;
        }
        let shown = document.body.shown_text(element);
        let words = shown.to_ascii_lowercase();
        let words = words.trim_matches(|c: char| !c.is_alphanumeric());
        let address = words.starts_with("http://") || words.starts_with("https://") || words.starts_with("www.");
        if VAGUE.contains(&words) || address {
            hits.at(Span { field: document.body.field, raw: element.tag.clone() }, format!("{shown:?} does not say where the link leads"));
        }
    }
}
