//! Styling that messages may not have.

mod all_caps;
mod centered_text;
mod emoji;
mod emoticon;
mod excess_line_breaks;
mod external_image;
mod font_color;
mod font_family;
mod gif;
mod hidden_text;
mod image_too_wide;
mod insecure_image;
mod line_height;
mod missing_alt_text;
mod too_many_font_sizes;
mod tracking_pixel;
mod wide_margin;

use super::{Hits, Rule};
use crate::document::style::Declaration;
use crate::document::{Document, Element, Span};

/// The rules on images and styling.
pub const RULES: &[Rule] = &[
    tracking_pixel::RULE,
    external_image::RULE,
    insecure_image::RULE,
    image_too_wide::RULE,
    gif::RULE,
    missing_alt_text::RULE,
    font_family::RULE,
    line_height::RULE,
    font_color::RULE,
    too_many_font_sizes::RULE,
    centered_text::RULE,
    wide_margin::RULE,
    excess_line_breaks::RULE,
    emoji::RULE,
    emoticon::RULE,
    all_caps::RULE,
    hidden_text::RULE,
];

/// Places reported of a fault that can recur many times.
const MOST_PLACES: usize = 10;

/// The images of a message.
fn images<'d>(document: &'d Document<'_>) -> impl Iterator<Item = &'d Element> {
    document.elements().iter().filter(|e| e.name == "img")
}

/// The target of an image.
fn source(image: &Element) -> &str {
    image.attribute("src").map_or("", |a| a.value.trim())
}

/// All style declarations: of attributes and of style sheets.
fn declarations<'d>(document: &'d Document<'_>) -> impl Iterator<Item = &'d Declaration> {
    let attributes = document.elements().iter().flat_map(|e| e.style.iter());
    attributes.chain(document.body.html.iter().flat_map(|h| h.stylesheet.iter()))
}

/// Reports declarations that are faults, and attributes of elements that are.
fn report(
    document: &Document<'_>,
    hits: &mut Hits,
    declaration: impl Fn(&Declaration) -> Option<String>,
    attribute: impl Fn(&Element, &str, &str) -> Option<String>,
) {
    let field = document.body.field;
    let styles = declarations(document).filter_map(|d| Some((d.raw.clone(), declaration(d)?)));
    let attributes = document
        .elements()
        .iter()
        .flat_map(|e| e.attributes.iter().map(move |a| (e, a)))
        .filter_map(|(e, a)| Some((a.raw.clone(), attribute(e, &a.name, a.value.trim())?)));
    for (raw, message) in styles.chain(attributes).take(MOST_PLACES) {
        hits.at(Span { field, raw }, message);
    }
}

/// For rules that look at declarations alone.
fn no_attribute(_: &Element, _: &str, _: &str) -> Option<String> {
    None
}
