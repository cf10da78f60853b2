//! Disguises by HTML.

use super::catalogue::Disguise;
use super::words::{between_letters, each_letter, each_word};
use crate::random::Random;

/// Puts something in the middle of each word.
fn inside(text: &str, what: &str) -> String {
    each_word(text, |word| {
        let middle = word.chars().count() / 2;
        let at = word.char_indices().nth(middle).map_or(word.len(), |(i, _)| i);
        if middle == 0 { word.to_owned() } else { format!("{}{what}{}", &word[..at], &word[at..]) }
    })
}

fn entities(text: &str, _: &mut Random) -> String {
    each_letter(text, |c| format!("&#{};", u32::from(c)))
}

fn hexadecimal_entities(text: &str, _: &mut Random) -> String {
    each_letter(text, |c| format!("&#x{:X};", u32::from(c)))
}

fn split_tags(text: &str, _: &mut Random) -> String {
    between_letters(text, |i| ["<b></b>", "<i></i>", "<span></span>"][i % 3].to_owned())
}

fn break_opportunities(text: &str, _: &mut Random) -> String {
    inside(text, "<wbr>")
}

fn comments(text: &str, _: &mut Random) -> String {
    inside(text, "<!-- order -->")
}

fn hidden_letters(text: &str, _: &mut Random) -> String {
    between_letters(text, |_| "<span style=\"display:none\">x</span>".to_owned())
}

fn invisible_letters(text: &str, _: &mut Random) -> String {
    inside(text, "<span style=\"font-size:0\">zq</span>")
}

fn hidden_words(text: &str, _: &mut Random) -> String {
    text.replace(' ', " <span hidden>delivery invoice</span>")
}

fn alt_text(text: &str, _: &mut Random) -> String {
    format!("<img src=\"https://m.media-amazon.com/card.png\" alt=\"{}\">", text.replace('"', "&quot;"))
}

fn title_text(text: &str, _: &mut Random) -> String {
    format!("<span title=\"{}\">(i)</span>", text.replace('"', "&quot;"))
}

/// Disguises by HTML; a text message becomes HTML for them.
pub const MARKUP: &[Disguise] = &[
    Disguise::html("entities", "every letter as a decimal entity", entities),
    Disguise::html("hex-entities", "every letter as a hexadecimal entity", hexadecimal_entities),
    Disguise::html("split-tags", "empty tags between letters", split_tags),
    Disguise::html("wbr", "a place for a line break in each word", break_opportunities),
    Disguise::html("comments", "a comment in each word", comments),
    Disguise::html("hidden-letters", "letters of display:none between the visible ones", hidden_letters),
    Disguise::html("zero-size-letters", "letters of size 0 in each word", invisible_letters),
    Disguise::html("hidden-words", "innocent hidden words between the visible ones", hidden_words),
    Disguise::html("alt-text", "the words as an image's alternative text", alt_text).plain_only(),
    Disguise::html("title-text", "the words as a title that shows under the pointer", title_text).plain_only(),
];
