//! Disguises of letters and digits.

use super::catalogue::Disguise;
use super::words::{each_letter, each_word, one_letter};
use crate::random::Random;

/// Writes each letter that a table has by what the table has for it.
fn by_table(text: &str, from: &str, to: &str) -> String {
    let to: Vec<char> = to.chars().collect();
    each_letter(text, |c| from.chars().position(|f| f == c).map_or_else(|| c.to_string(), |i| to[i].to_string()))
}

/// Writes one letter of each word by what a table has for it.
fn one_by_table(text: &str, from: &str, to: &str, random: &mut Random) -> String {
    let to: Vec<char> = to.chars().collect();
    one_letter(text, random, |c| from.contains(c), |c| from.chars().position(|f| f == c).map_or(c, |i| to[i]).to_string())
}

/// Moves the letters a-z and A-Z to alphabets elsewhere in Unicode.
fn shifted(text: &str, small: u32, capital: u32) -> String {
    each_letter(text, |c| {
        let moved = match c {
            'a'..='z' => char::from_u32(small + u32::from(c) - u32::from('a')),
            'A'..='Z' => char::from_u32(capital + u32::from(c) - u32::from('A')),
            _ => None,
        };
        moved.unwrap_or(c).to_string()
    })
}

const CYRILLIC: (&str, &str) = ("aceopxyisjABCEHKMOPTX", "асеорхуіѕјАВСЕНКМОРТХ");

fn leet(text: &str, _: &mut Random) -> String {
    by_table(text, "aeiostAEIOST", "431057431057")
}

fn leet_signs(text: &str, _: &mut Random) -> String {
    by_table(text, "aislAIS", "@!$|@!$")
}

fn leet_one(text: &str, random: &mut Random) -> String {
    one_by_table(text, "aeiost", "431057", random)
}

fn full_width(text: &str, _: &mut Random) -> String {
    shifted(text, 0xFF41, 0xFF21)
}

fn cyrillic_one(text: &str, random: &mut Random) -> String {
    one_by_table(text, CYRILLIC.0, CYRILLIC.1, random)
}

fn cyrillic_all(text: &str, _: &mut Random) -> String {
    by_table(text, CYRILLIC.0, CYRILLIC.1)
}

fn greek(text: &str, _: &mut Random) -> String {
    by_table(text, "oviupkABEHIKMNOPTXYZ", "ονιυρκΑΒΕΗΙΚΜΝΟΡΤΧΥΖ")
}

fn mathematical_bold(text: &str, _: &mut Random) -> String {
    shifted(text, 0x1D41A, 0x1D400)
}

fn mathematical_sans_italic(text: &str, _: &mut Random) -> String {
    shifted(text, 0x1D622, 0x1D608)
}

fn circled(text: &str, _: &mut Random) -> String {
    shifted(text, 0x24D0, 0x24B6)
}

fn small_capitals(text: &str, _: &mut Random) -> String {
    by_table(text, "abcdefghijklmnoprtuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ")
}

fn combining_strokes(text: &str, _: &mut Random) -> String {
    each_letter(text, |c| format!("{c}\u{336}"))
}

fn accents(text: &str, _: &mut Random) -> String {
    by_table(text, "aceinouyAEIOU", "àçêïñöûýÀÉÎÕÜ")
}

fn upside_down(text: &str, _: &mut Random) -> String {
    each_word(text, |word| {
        let (from, to) = ("abcdefghijklmnopqrstuvwxyz", "ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz");
        let turned = |c: char| from.chars().position(|f| f == c.to_ascii_lowercase()).and_then(|i| to.chars().nth(i)).unwrap_or(c);
        word.chars().rev().map(turned).collect()
    })
}

fn mixed_case(text: &str, _: &mut Random) -> String {
    each_word(text, |word| {
        let case = |(i, c): (usize, char)| if i % 2 == 1 { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
        word.chars().enumerate().map(case).collect()
    })
}

fn upper_case(text: &str, _: &mut Random) -> String {
    each_word(text, |word| word.to_uppercase())
}

fn doubled_letter(text: &str, random: &mut Random) -> String {
    one_letter(text, random, |_| true, |c| format!("{c}{c}"))
}

fn stretched_end(text: &str, _: &mut Random) -> String {
    each_word(text, |word| word.chars().chain(word.chars().last().into_iter().cycle().take(3)).collect())
}

fn dropped_letter(text: &str, random: &mut Random) -> String {
    one_letter(text, random, |_| true, |_| String::new())
}

fn swapped_letters(text: &str, random: &mut Random) -> String {
    each_word(text, |word| {
        let mut letters: Vec<char> = word.chars().collect();
        // the first and the last letter stay: a reader hardly notices the others
        if letters.len() >= 4 {
            let at = 1 + random.below(letters.len() - 3);
            letters.swap(at, at + 1);
        }
        letters.into_iter().collect()
    })
}

fn keycap_digits(text: &str, _: &mut Random) -> String {
    digits(text, |d| format!("{d}\u{fe0f}\u{20e3}"))
}

fn mathematical_digits(text: &str, _: &mut Random) -> String {
    digits(text, |d| char::from_u32(0x1D7CE + u32::from(d) - u32::from('0')).unwrap_or(d).to_string())
}

fn letters_for_digits(text: &str, _: &mut Random) -> String {
    digits(text, |d| match d {
        '0' => "O".to_owned(),
        '1' => "l".to_owned(),
        other => other.to_string(),
    })
}

fn spelled_digits(text: &str, _: &mut Random) -> String {
    const NAMES: [&str; 10] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    digits(text, |d| format!(" {} ", NAMES[d.to_digit(10).unwrap_or(0) as usize]))
}

fn digits(text: &str, write: impl Fn(char) -> String) -> String {
    text.chars().map(|c| if c.is_ascii_digit() { write(c) } else { c.to_string() }).collect()
}

/// Disguises of letters and digits.
pub const LETTERS: &[Disguise] = &[
    Disguise::text("leet", "digits for letters: r3v13w", leet),
    Disguise::text("leet-signs", "signs for letters: rev!ew", leet_signs),
    Disguise::text("leet-one", "one digit in each word: rev1ew", leet_one),
    Disguise::text("full-width", "full-width letters", full_width),
    Disguise::text("cyrillic-one", "one Cyrillic look-alike in each word", cyrillic_one),
    Disguise::text("cyrillic-all", "Cyrillic look-alikes wherever there are any", cyrillic_all),
    Disguise::text("greek", "Greek look-alikes", greek),
    Disguise::text("mathematical-bold", "the bold mathematical alphabet", mathematical_bold),
    Disguise::text("mathematical-sans", "the sans-serif italic mathematical alphabet", mathematical_sans_italic),
    Disguise::text("circled", "letters in circles", circled),
    Disguise::text("small-capitals", "phonetic small capitals", small_capitals),
    Disguise::text("combining-strokes", "a combining stroke over every letter", combining_strokes),
    Disguise::text("accents", "letters with accents: rêvïêw", accents),
    Disguise::text("upside-down", "words turned upside down", upside_down),
    Disguise::text("mixed-case", "every other letter a capital: rEvIeW", mixed_case),
    Disguise::text("upper-case", "all capitals", upper_case),
    Disguise::text("doubled-letter", "one letter of each word doubled", doubled_letter),
    Disguise::text("stretched-end", "the last letter repeated: reviewwww", stretched_end),
    Disguise::text("dropped-letter", "one letter of each word left out", dropped_letter),
    Disguise::text("swapped-letters", "two inner letters of each word swapped", swapped_letters),
    Disguise::text("keycap-digits", "digits as keycaps", keycap_digits),
    Disguise::text("mathematical-digits", "bold mathematical digits", mathematical_digits),
    Disguise::text("letters-for-digits", "O for 0 and l for 1", letters_for_digits),
    Disguise::text("spelled-digits", "digits as words", spelled_digits),
];
