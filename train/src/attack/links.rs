//! Disguises of links, addresses and ratings, and padding.

use super::catalogue::Disguise;
use crate::random::Random;

/// Writes the dots of host names and addresses otherwise: those between letters or digits with two letters after.
fn each_dot(text: &str, dot: &str) -> String {
    let bytes = text.as_bytes();
    let joins = |at: usize| {
        at > 0 && bytes[at - 1].is_ascii_alphanumeric() && bytes.get(at + 1..at + 3).is_some_and(|b| b.iter().all(u8::is_ascii_lowercase))
    };
    text.char_indices().map(|(i, c)| if c == '.' && joins(i) { dot.to_owned() } else { c.to_string() }).collect()
}

fn bracketed_dot(text: &str, _: &mut Random) -> String {
    each_dot(text, "[.]")
}

fn spelled_dot(text: &str, _: &mut Random) -> String {
    each_dot(text, " dot ")
}

fn bracketed_spelled_dot(text: &str, _: &mut Random) -> String {
    each_dot(text, " (dot) ")
}

fn spaced_dot(text: &str, _: &mut Random) -> String {
    each_dot(text, " . ")
}

fn ideographic_dot(text: &str, _: &mut Random) -> String {
    each_dot(text, "。")
}

fn hxxp(text: &str, _: &mut Random) -> String {
    text.replace("http", "hxxp")
}

fn spelled_at(text: &str, _: &mut Random) -> String {
    text.replace('@', " [at] ")
}

const RATINGS: [&str; 8] = ["five-star", "Five-star", "5-star", "5 stars", "five stars", "Five stars", "5 star", "five star"];

fn stars(text: &str, sign: &str) -> String {
    RATINGS.iter().fold(text.to_owned(), |text, rating| text.replace(rating, &sign.repeat(5)))
}

fn emoji_stars(text: &str, _: &mut Random) -> String {
    stars(text, "⭐")
}

fn glyph_stars(text: &str, _: &mut Random) -> String {
    stars(text, "★")
}

const INNOCENT: [&str; 4] = [
    "Your parcel left our warehouse this morning and the carrier has it now.",
    "The manual is in the box, below the tray.",
    "If a part is missing, answer this message and we send it by return.",
    "The invoice is attached to your order.",
];

fn padding(text: &str, random: &mut Random) -> String {
    let at = random.below(INNOCENT.len());
    let before = INNOCENT[at];
    let after: Vec<&str> = INNOCENT.iter().copied().filter(|s| *s != before).collect();
    format!("{before} {text} {}", after.join(" "))
}

/// Disguises of links, addresses and ratings, and padding.
pub const LINKS: &[Disguise] = &[
    Disguise::text("bracketed-dot", "shop[.]com", bracketed_dot),
    Disguise::text("spelled-dot", "shop dot com", spelled_dot),
    Disguise::text("bracketed-spelled-dot", "shop (dot) com", bracketed_spelled_dot),
    Disguise::text("spaced-dot", "shop . com", spaced_dot),
    Disguise::text("ideographic-dot", "shop。com", ideographic_dot),
    Disguise::text("hxxp", "hxxp for http", hxxp),
    Disguise::text("spelled-at", "[at] for @", spelled_at),
    Disguise::text("emoji-stars", "five star emoji for the words", emoji_stars),
    Disguise::text("glyph-stars", "five star signs for the words", glyph_stars),
    Disguise::text("padding", "innocent sentences before and after", padding),
];
