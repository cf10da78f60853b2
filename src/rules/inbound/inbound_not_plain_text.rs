use crate::document::{Document, Span};
use crate::message::Format;
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "INB001",
    name: "inbound-not-plain-text",
    clause: "N-01",
    label: None,
    scope: Scope::Inbound,
    summary: "A message that claims to come from a buyer is not plain text.",
    why: "What buyers write through the marketplace's contact link arrives as plain text, without images, links or scripts. HTML is the mark of \
          a forged message.",
    instead: "Do not reply and do not click; look the message up in the marketplace's own inbox.",
    fires: Examples::Code(&[
        Example::text("<html><body><p>Dear seller</p></body></html>").inbound(),
        Example::text("Please <a href=\"https://x.example.com\">confirm</a>").inbound(),
        Example::text("hello <img src=\"https://x.example.com/a.png\">").inbound(),
        Example::text("hello").html().inbound(),
    ]),
    passes: Examples::Code(&[
        Example::text("Where is my parcel? 3 < 5").inbound(),
        Example::text("The box was open. Photo attached.").inbound().attachments(&[("photo.jpg", 1000)]),
        Example::text("<p>Dear buyer</p>"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    if document.message.effective_format() != Format::Html {
        return;
    }
    match document.elements().first() {
        Some(element) => {
            hits.at(Span { field: document.body.field, raw: element.tag.clone() }, "buyers' messages arrive as plain text; this is HTML")
        }
        None => hits.whole("buyers' messages arrive as plain text; this is HTML"),
    }
}
