//! Disguises by what stands between letters and words.

use super::catalogue::Disguise;
use super::words::{between_letters, each_word};
use crate::random::Random;

fn zero_width(text: &str, _: &mut Random) -> String {
    between_letters(text, |_| "\u{200b}".to_owned())
}

fn invisible_mix(text: &str, _: &mut Random) -> String {
    between_letters(text, |i| ["\u{200c}", "\u{2060}", "\u{feff}", "\u{200d}", "\u{34f}"][i % 5].to_owned())
}

fn soft_hyphens(text: &str, _: &mut Random) -> String {
    between_letters(text, |_| "\u{ad}".to_owned())
}

fn direction_marks(text: &str, _: &mut Random) -> String {
    between_letters(text, |i| ["\u{200e}", "\u{202a}\u{202c}"][i % 2].to_owned())
}

/// Written backwards between controls that turn it round again on the screen.
fn right_to_left(text: &str, _: &mut Random) -> String {
    each_word(text, |word| format!("\u{202e}{}\u{202c}", word.chars().rev().collect::<String>()))
}

fn spaced(text: &str, _: &mut Random) -> String {
    between_letters(text, |_| " ".to_owned())
}

fn dots(text: &str, _: &mut Random) -> String {
    between_letters(text, |_| ".".to_owned())
}

fn hyphens(text: &str, _: &mut Random) -> String {
    between_letters(text, |_| "-".to_owned())
}

fn punctuation_inside(text: &str, random: &mut Random) -> String {
    each_word(text, |word| {
        let letters: Vec<char> = word.chars().collect();
        if letters.len() < 4 {
            return word.to_owned();
        }
        let at = 1 + random.below(letters.len() - 1);
        letters[..at].iter().chain(&['*']).chain(&letters[at..]).collect()
    })
}

fn missing_spaces(text: &str, _: &mut Random) -> String {
    // every other one: with none left nobody reads it
    let mut count = 0;
    text.chars()
        .filter(|&c| {
            c != ' ' || {
                count += 1;
                count % 2 == 0
            }
        })
        .collect()
}

fn underscores(text: &str, _: &mut Random) -> String {
    text.replace(' ', "_")
}

fn line_breaks(text: &str, _: &mut Random) -> String {
    let mut count = 0;
    let broken = |c: char| {
        count += usize::from(c == ' ');
        if c == ' ' && count % 3 == 0 { '\n' } else { c }
    };
    text.chars().map(broken).collect()
}

fn odd_spaces(text: &str, _: &mut Random) -> String {
    let mut count = 0;
    let odd = |c: char| {
        count += usize::from(c == ' ');
        if c == ' ' { ['\u{a0}', '\u{2009}', '\u{3000}', '\u{2007}'][count % 4] } else { c }
    };
    text.chars().map(odd).collect()
}

/// Disguises by what stands between letters and words.
pub const SPACING: &[Disguise] = &[
    Disguise::text("zero-width", "zero-width spaces between letters", zero_width),
    Disguise::text("invisible-mix", "joiners, word joiners, byte order marks between letters", invisible_mix),
    Disguise::text("soft-hyphens", "soft hyphens between letters", soft_hyphens),
    Disguise::text("direction-marks", "direction marks and empty embeddings between letters", direction_marks),
    Disguise::text("right-to-left", "words backwards, turned round by an override", right_to_left),
    Disguise::text("spaced-letters", "spaces between letters: r e v i e w", spaced),
    Disguise::text("dots", "dots between letters: r.e.v.i.e.w", dots),
    Disguise::text("hyphens", "hyphens between letters: r-e-v-i-e-w", hyphens),
    Disguise::text("punctuation-inside", "an asterisk in each word: rev*iew", punctuation_inside),
    Disguise::text("missing-spaces", "every other space left out", missing_spaces),
    Disguise::text("underscores", "underscores for spaces", underscores),
    Disguise::text("line-breaks", "line breaks inside sentences", line_breaks),
    Disguise::text("odd-spaces", "no-break, thin, ideographic and figure spaces", odd_spaces),
];
