use crate::document::hosts;
use crate::document::{Document, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "LNK006",
    name: "marketplace-product-link",
    clause: "C-06",
    label: None,
    scope: Scope::Outbound,
    summary: "A link leads to a product, shop or search page of the marketplace.",
    why: "Pages for orders, returns, contact and reviews serve the order; product, storefront and search pages sell something else. A link to a \
          product may be harmless (the manual's section on it), so a person should look.",
    instead: "Link to the buyer's own order page, or say it in words.",
    fires: Examples::Code(&[
        Example::text("It goes well with https://www.amazon.com/dp/B0ABCDEFGH"),
        Example::text("https://www.amazon.de/gp/product/B0ABCDEFGH?th=1"),
        Example::text("Our shop: amazon.co.uk/stores/harbourcandles"),
        Example::text("https://www.amazon.com/s?k=candles&me=A1B2C3"),
    ]),
    passes: Examples::Code(&[
        Example::text("https://www.amazon.com/gp/your-account/order-details?orderID=111-2223334-5556667"),
        Example::text("https://www.amazon.com/review/create-review?asin=B0ABCDEFGH"),
        Example::text("https://www.amazon.co.uk/returns"),
        Example::text("https://www.amazon.com/gp/help/customer/display.html"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    for part in document.parts() {
        for link in part.links.iter().filter(|l| l.is_web() && hosts::is_amazon(l)) {
            if sells(link.path()) {
                hits.at(Span { field: part.field, raw: link.raw.clone() }, "this link leads to a page that sells");
            }
        }
    }
}

fn sells(path: &str) -> bool {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let path = path.to_ascii_lowercase();
    let steps: Vec<&str> = path.split('/').filter(|s| !s.is_empty()).collect();
    // an order or review page may carry a product in its query
    steps.contains(&"dp")
        || steps.windows(2).any(|w| w == ["gp", "product"] || w == ["gp", "aw"])
        || steps.iter().any(|s| matches!(*s, "stores" | "shop" | "shops" | "storefront" | "sp" | "b" | "deals"))
        || steps.first() == Some(&"s") && !query.is_empty()
}
