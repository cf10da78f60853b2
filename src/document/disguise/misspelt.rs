//! Words that are written wrong one after the other, as in `plaese laeve a reveiw`, `pleaseleave areview` and `please_leave_a_review`.
//!
//! One unknown word is a name or a slip, and stays. Only where most words of a stretch are unknown and nearly all of them are one step from a
//! known one is it read as if it were spelled well; words of another language are not one step from English.

use std::borrow::Cow;
use std::ops::Range;

use super::super::view::{Edit, View};
use super::words::{is_any_word, is_word, rank, reading_cost, tokens, worth_hiding};
use super::{Disguise, DisguiseKind};

/// Fewest words written wrong in a stretch.
const FEWEST: usize = 2;
/// So many words written wrong outweigh half as many that are no words at all.
const ENOUGH: usize = 3;
/// The longest token looked at.
const LONGEST: usize = 60;
/// The longest word that is looked for.
const LONGEST_WORD: usize = 14;

/// What a token is worth for telling whether its stretch is written wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A word or a name of four letters or more.
    Known,
    /// Letters, with marks in them or without, that are neither.
    Unknown,
    /// A short word, a number, an address, a name with an apostrophe.
    Neutral,
}

/// Reads words that are written wrong one after the other.
pub fn respell<'r>(view: View<'r>, found: &mut Vec<Disguise>) -> View<'r> {
    let view = view_without_underscores(view);
    let text = view.text();
    let mut edits = Vec::new();
    for stretch in stretches(text) {
        let repaired = repaired(text, &stretch);
        found.extend(repaired.iter().map(|(range, reading)| Disguise {
            kind: DisguiseKind::Misspelt,
            raw: view.to_raw(range.clone()),
            reading: reading.clone(),
        }));
        edits.extend(repaired.into_iter().map(|(range, reading)| Edit { range, with: Cow::Owned(reading) }));
    }
    view.edited(&edits)
}

/// Words with underscores for spaces apart again; names of fields, files and addresses have fewer parts or other marks.
fn view_without_underscores(view: View<'_>) -> View<'_> {
    let text = view.text();
    if !text.contains('_') {
        return view;
    }
    let mut edits = Vec::new();
    for (range, token) in tokens(text) {
        if token.contains(['{', '}', '[', ']', '<', '>', '#', '%', '$', '/', '@', '=']) {
            continue;
        }
        let parts = || token.split('_').map(|p| p.trim_matches(|c: char| c.is_ascii_punctuation())).filter(|p| !p.is_empty());
        let known = parts().filter(|p| p.len() < 3 || is_word(&lower(p))).count();
        if parts().count() > ENOUGH && 3 * known >= 2 * parts().count() {
            edits.extend(token.match_indices('_').map(|(i, _)| Edit::replace(range.start + i..range.start + i + 1, " ")));
        }
    }
    view.edited(&edits)
}

/// Stretches in which unknown words outnumber the known by enough.
fn stretches(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut surplus, mut highest) = (0, 0);
    let mut stretch = 0..0;
    for (range, token) in tokens(text) {
        match kind(token) {
            Kind::Unknown => {
                if surplus == 0 {
                    (stretch.start, highest) = (range.start, 0);
                }
                surplus += 1;
                if surplus > highest {
                    (stretch.end, highest) = (range.end, surplus);
                }
            }
            Kind::Known if surplus > 0 => {
                surplus -= 1;
                if surplus == 0 && highest >= FEWEST {
                    found.push(stretch.clone());
                    highest = 0;
                }
            }
            Kind::Known | Kind::Neutral => {}
        }
    }
    if surplus > 0 && highest >= FEWEST {
        found.push(stretch);
    }
    found
}

/// A mark that may be put inside a word to break it.
fn is_mark(b: u8) -> bool {
    matches!(b, b'*' | b'-' | b'~' | b'^')
}

fn kind(token: &str) -> Kind {
    let bytes = token.as_bytes();
    if !(3..=LONGEST).contains(&bytes.len()) || !bytes.iter().all(|b| b.is_ascii_alphabetic() || is_mark(*b)) {
        return Kind::Neutral;
    }
    let lower = lower(token);
    match (is_any_word(&lower), bytes.len()) {
        // words that short are left as they are by who misspells on purpose, and names of three letters are many
        (true, 3) => Kind::Neutral,
        (true, _) => Kind::Known,
        (false, 3) if token[1..] != lower[1..] => Kind::Neutral,
        (false, _) => Kind::Unknown,
    }
}

fn lower(token: &str) -> Cow<'_, str> {
    if token.bytes().any(|b| b.is_ascii_uppercase()) { Cow::Owned(token.to_ascii_lowercase()) } else { Cow::Borrowed(token) }
}

/// The words of a stretch that are written wrong, with how they are read; none where too many are no word at all.
fn repaired(text: &str, stretch: &Range<usize>) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    // words read, those of them that are no names, and words that cannot be read
    let (mut right, mut small, mut wrong) = (0, 0, 0);
    for (range, token) in tokens(&text[stretch.clone()]) {
        let (kind, lower) = (kind(token), lower(token));
        let read = match kind {
            Kind::Unknown => true,
            // too short to tell anything, and read along
            Kind::Neutral => matches!(token.len(), 2 | 3) && token.bytes().all(|b| b.is_ascii_alphabetic()) && !is_word(&lower),
            // no name, and a word that hardly any seller uses: more probably another written wrong
            Kind::Known => lower == token && !is_word(&lower),
        };
        if !read {
            continue;
        }
        let sure = if token.len() < 3 { short(&lower) } else { reading(&lower) };
        // a shorter one is a step from a word in any language
        if kind == Kind::Unknown && token.len() > 3 {
            right += usize::from(sure.is_some());
            small += usize::from(sure.is_some() && !token.starts_with(|c: char| c.is_ascii_uppercase()));
            wrong += usize::from(sure.is_none());
        }
        if let Some(reading) = sure.or_else(|| cut(&lower, true)) {
            found.push((stretch.start + range.start..stretch.start + range.end, in_case_of(token, reading)));
        }
    }
    let many = right >= ENOUGH && right >= 2 * wrong;
    if many || small >= FEWEST && wrong == 0 { found } else { Vec::new() }
}

fn in_case_of(token: &str, reading: String) -> String {
    if token.bytes().all(|b| !b.is_ascii_lowercase()) {
        reading.to_ascii_uppercase()
    } else if token.starts_with(|c: char| c.is_ascii_uppercase()) {
        reading[..1].to_ascii_uppercase() + &reading[1..]
    } else {
        reading
    }
}

/// The words that an unknown token, in lower case, stands for.
fn reading(token: &str) -> Option<String> {
    if token.bytes().any(is_mark) {
        let joined: String = token.chars().filter(char::is_ascii_alphabetic).collect();
        // "state-of-the-art"
        let compound = || token.split('-').all(|part| part.len() < 3 || is_word(part));
        return (!token.contains('-') || is_word(&joined) && !compound()).then_some(joined);
    }
    squeezed(token).or_else(|| nearest(token)).or_else(|| cut(token, false)).or_else(|| one_step(token))
}

/// The word that is left when letters are not repeated.
fn squeezed(token: &str) -> Option<String> {
    let letters = token.as_bytes();
    let keep = |most: usize| -> String {
        let mut out: Vec<u8> = Vec::with_capacity(letters.len());
        for &b in letters {
            if out.len() < most || out[out.len() - most..].iter().any(|o| *o != b) {
                out.push(b);
            }
        }
        String::from_utf8_lossy(&out).into_owned()
    };
    let one_less = (1..letters.len()).filter(|&i| letters[i] == letters[i - 1]).map(|i| format!("{}{}", &token[..i], &token[i + 1..]));
    let all = [keep(1), keep(2)].into_iter().filter(|w| w.len() < token.len());
    one_less.chain(all).find(|w| is_word(w))
}

/// The words that were run together; `names` may be among them, which are no words.
fn cut(token: &str, names: bool) -> Option<String> {
    const NAME: usize = 9;
    if !(5..=LONGEST).contains(&token.len()) || !token.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let cost = |word: &str| reading_cost(word).or((names && word.len() > 3).then_some(NAME));
    // the cheapest way to each position, and where its last word began
    let mut best: Vec<Option<(usize, usize)>> = vec![Some((0, 0))];
    for end in 1..=token.len() {
        let ways = (end.saturating_sub(LONGEST_WORD)..end).filter_map(|start| {
            let (before, _) = best[start]?;
            Some((before + cost(&token[start..end])?, start))
        });
        best.push(ways.min());
    }
    let mut words = Vec::new();
    let mut end = token.len();
    while end > 0 {
        let (_, start) = best[end]?;
        words.push(&token[start..end]);
        end = start;
    }
    words.reverse();
    let telling = words.iter().any(|w| w.len() >= 4) && 2 * words.len() <= token.len();
    telling.then(|| words.join(" "))
}

/// The word that is used most of those that have two letters swapped or one more. One worth hiding before all others.
fn nearest(token: &str) -> Option<String> {
    if token.len() > LONGEST_WORD {
        return None;
    }
    let swapped = (1..token.len()).map(|i| {
        let mut letters = token.as_bytes().to_vec();
        letters.swap(i - 1, i);
        String::from_utf8_lossy(&letters).into_owned()
    });
    most_used(swapped.chain(each_letter(token, 0)))
}

/// The word that is used most of those that have one letter less, or another in a place.
fn one_step(token: &str) -> Option<String> {
    if !(4..=LONGEST_WORD + 1).contains(&token.len()) {
        return None;
    }
    let removed = (0..token.len()).map(|i| format!("{}{}", &token[..i], &token[i + 1..]));
    most_used(removed.chain(each_letter(token, 1)))
}

/// The word that two letters are left of.
fn short(token: &str) -> Option<String> {
    if reading_cost(token).is_some() { None } else { most_used(each_letter(token, 0)) }
}

/// The token with each letter in each place, instead of so many that stand there.
fn each_letter(token: &str, instead: usize) -> impl Iterator<Item = String> {
    let places = (0..=token.len() - instead).flat_map(|i| ('a'..='z').map(move |c| (i, c)));
    places.map(move |(i, c)| format!("{}{c}{}", &token[..i], &token[i + instead..]))
}

fn most_used(words: impl Iterator<Item = String>) -> Option<String> {
    words.filter_map(|w| rank(&w).map(|rank| (!worth_hiding(&w), rank, w))).min().map(|(_, _, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        respell(View::identity(text), &mut Vec::new()).text().to_owned()
    }

    #[test]
    fn words_written_wrong_one_after_the_other_are_read() {
        assert_eq!(read("Hi. Plaese laeve us a reveiw today."), "Hi. Please leave us a review today.");
        assert_eq!(read("Pleasse leeave a reviiew"), "Please leave a review");
        assert_eq!(read("pleaseeee leaveeee a reviewwww"), "please leave a review");
        assert_eq!(read("plase leve a revew"), "please leave a review");
        assert_eq!(read("If it dos, plase tel othr byers abut it."), "If it does, please tell other buyers about it.");
        assert_eq!(read("pl*ease le*ave a rev*iew"), "please leave a review");
        assert_eq!(read("please_leave_us_a_review"), "please leave us a review");
        assert_eq!(read("pleaseleave usa goodreview thankyou"), "please leave usa good review thank you");
    }

    #[test]
    fn names_slips_and_other_languages_stay() {
        for text in [
            "Your Torkmaster and the Brightnest lamp left with Ann-Kathrin Weisz today.",
            "Two luthiers and a spooler came by for pcs and qty.",
            "We recieve your parcel on Monday, and send the new one on Tuesday.",
            "Vielen Dank! Wir haben Ihre Bestellung heute verschickt und hoffen, dass alles passt. Bitte schreiben Sie uns.",
            "Merci pour votre commande. Nous avons bien recu votre message et nous vous repondons demain.",
            "Gracias por su pedido, que sale hoy de nuestro almacen con el numero siguiente.",
            "buyer_first_name and order_id are filled in by the tool; the state-of-the-art re-use is hard-wearing.",
            "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor",
        ] {
            assert_eq!(read(text), text);
        }
    }
}
