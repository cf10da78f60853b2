use std::ops::Range;

use unicode_properties::{EmojiStatus, UnicodeEmoji};
use unicode_segmentation::UnicodeSegmentation;

use crate::document::{Document, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "STY014",
    name: "emoji",
    clause: "S-02",
    label: None,
    scope: Scope::OutboundMail,
    summary: "The message has emoji.",
    why: "Emoji are not permitted in messages. What counts is what is shown as a picture: characters with emoji presentation, those followed by the emoji selector, flags and keycaps. Signs such as © ® ™ and plain glyphs such as ★ or ✓ are text.",
    instead: "Say it in words, without pictures.",
    fires: Examples::Code(&[
        Example::text("Thank you 😊"),
        Example::text("Fragile ⚠️ please"),
        Example::text("Size 1️⃣ or 2️⃣?"),
        Example::text("ok").subject("Your parcel 📦"),
        Example::text("Made in 🇮🇹"),
        Example::text("Rate us ⭐⭐⭐⭐⭐"),
    ]),
    passes: Examples::Code(&[
        Example::text("© 2026 Torkmaster®, M8 ✓ → ★ ™"),
        Example::text("5 × 3 cm, 20 °C, # and *"),
        Example::text("漢字 and αβγ"),
        Example::text("No. 1, 2 and 3"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    for part in document.parts() {
        if part.raw.is_ascii() && !part.raw.contains('&') {
            continue;
        }
        for (raw, text) in pictures(part.raw).into_iter().take(super::MOST_PLACES) {
            hits.at(Span { field: part.field, raw }, format!("{text} is an emoji"));
        }
    }
}

/// Runs of characters that are shown as pictures.
fn pictures(text: &str) -> Vec<(Range<usize>, String)> {
    text.grapheme_indices(true).filter(|(_, g)| !g.is_ascii() && is_picture(g)).map(|(i, g)| (i..i + g.len(), g.to_owned())).collect()
}

/// Whether one visible character is shown as a picture.
fn is_picture(grapheme: &str) -> bool {
    let first = grapheme.chars().next();
    // the selector for pictures, or the one for text, decides
    if grapheme.contains('\u{FE0E}') {
        return false;
    }
    if grapheme.contains('\u{FE0F}') || grapheme.contains('\u{20E3}') {
        return first.is_some_and(|c| c.is_emoji_char());
    }
    first.is_some_and(|c| {
        matches!(
            c.emoji_status(),
            EmojiStatus::EmojiPresentation
                | EmojiStatus::EmojiModifierBase
                | EmojiStatus::EmojiPresentationAndModifierBase
                | EmojiStatus::EmojiPresentationAndModifierAndEmojiComponent
                | EmojiStatus::EmojiPresentationAndEmojiComponent
        ) && !(c.emoji_status() == EmojiStatus::EmojiModifierBase && grapheme.chars().count() == 1)
    })
}
