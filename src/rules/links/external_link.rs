use crate::document::hosts;
use crate::document::{Document, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "LNK001",
    name: "external-link",
    clause: "C-01",
    label: Some("off_platform"),
    scope: Scope::Outbound,
    summary: "A link leads to a site that is not the marketplace's.",
    why: "Links are permitted only to the marketplace, or where the order cannot be completed without them. The host alone decides: user \
          information before an `@` and names in a path do not make a site the marketplace's. In a reply a carrier's tracking page is tolerated, \
          since the buyer asked.",
    instead: "Attach the document, or answer in the message itself.",
    fires: Examples::Code(&[
        Example::text("The manual is at https://torkmaster.example.com/manuals/d40"),
        Example::text("See https://www.amazon.co.uk@rewards-desk.top/ for your parcel"),
        Example::text("<p>Have a <a href=\"https://homely-finds.shop/baskets\">look</a></p>"),
        Example::text("More at brightnest.com/help").insert(),
        Example::text("Track it: https://www.dhl.com/track?id=12"),
    ]),
    passes: Examples::Code(&[
        Example::text("The label waits in https://www.amazon.com/gp/your-account/order-history"),
        Example::text("Track it: https://www.dhl.com/track?id=12").message_type("reply"),
        Example::text("The file manual.pdf has version 1.2.3 of the text.It is short."),
        Example::text("<p><a href=\"[[contact-link]]\">Write to us</a> or <a href=\"#top\">go up</a></p>"),
        Example::text("<html xmlns=\"http://www.w3.org/1999/xhtml\"><p>Hello</p></html>"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    for part in document.parts() {
        for link in part.links.iter().filter(|l| l.is_web() && !hosts::is_amazon(l)) {
            if document.message.is_reply() && hosts::is_carrier(link) {
                continue;
            }
            let host = link.host.as_deref().unwrap_or_default();
            hits.at(Span { field: part.field, raw: link.raw.clone() }, format!("this link leads to {host}, outside the marketplace"));
        }
    }
}
