//! Addresses that are spelled out (`mystore dot com`), bracketed (`mystore[.]com`), spaced (`mystore . com`) or made unclickable (`hxxp://`).

use std::ops::Range;
use std::sync::LazyLock;

use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};

use super::super::link::registrable;
use super::super::view::{Edit, View};
use super::words::is_word;
use super::{Disguise, DisguiseKind};

/// The ways to write the full stop and the start of an address. Which one was found decides what must stand around it.
const DOTS: &[&str] = &[
    r"(?i)[ \t]{0,3}[\[({<][ \t]{0,3}(?:dot|punkt|punto|point|\.)[ \t]{0,3}[\])}>][ \t]{0,3}",
    r"(?i)[ \t]{1,3}dot[ \t]{1,3}",
    r"[ \t]{1,2}\.[ \t]{0,2}|\.[ \t]{1,2}",
    r"(?i)\bh(?:xx|\*\*|tt)ps?(?:[ \t]{0,2}\[?:\]?[ \t]{0,2})//[ \t]{0,2}",
    "\u{3002}|\u{B7}|\u{2022}|\u{2219}|\u{22C5}|\u{2027}",
];

/// The ways to write the `@`.
const ATS: &[&str] = &[
    r"(?i)[ \t]{0,3}[\[({<][ \t]{0,3}(?:at|@)[ \t]{0,3}[\])}>][ \t]{0,3}",
    r"[ \t]{1,2}@[ \t]{0,2}|@[ \t]{1,2}",
    r"(?i)[ \t]{1,3}at[ \t]{1,3}",
];

/// Suffixes that are spelled out, and rarely a word after "dot".
const SPOKEN: &[&str] =
    &["com", "net", "org", "info", "biz", "shop", "store", "online", "io", "xyz", "site", "club", "co", "de", "fr", "eu", "uk"];

/// Suffixes that do not begin a sentence.
const SPACED: &[&str] = &["com", "org", "co", "net", "info", "shop", "store", "online", "io", "xyz", "biz", "de"];

/// Words before "dot" or a lone full stop that name no shop.
const NO_NAMES: &[&str] = &[
    "a", "an", "the", "this", "that", "each", "every", "one", "red", "green", "blue", "black", "white", "polka", "little", "small", "and",
    "or", "of", "to", "your", "our", "for", "it",
];

/// Hosts of private mail, before which "at" means `@`.
const MAIL_HOSTS: &[&str] = &[
    "gmail.",
    "googlemail.",
    "yahoo.",
    "outlook.",
    "hotmail.",
    "icloud.",
    "protonmail.",
    "proton.me",
    "gmx.",
    "aol.",
    "qq.com",
    "163.com",
    "mail.com",
    "live.com",
    "web.de",
];

fn regex(patterns: &[&str]) -> Regex {
    // bytes outside of ASCII are only named literally
    Regex::builder().syntax(syntax::Config::new().utf8(true)).build_many(patterns).expect("the patterns are valid")
}

static DOT: LazyLock<Regex> = LazyLock::new(|| regex(DOTS));
static AT: LazyLock<Regex> = LazyLock::new(|| regex(ATS));

/// Puts addresses into their plain form.
pub fn plain<'r>(view: View<'r>, found: &mut Vec<Disguise>) -> View<'r> {
    let text = view.text();
    let mut last = 0;
    let edits: Vec<Edit> = DOT.find_iter(text).filter_map(|m| dot(text, m.range(), m.pattern().as_usize(), &mut last)).collect();
    note(&view, &edits, found);
    let view = view.edited(&edits);
    let text = view.text();
    let edits: Vec<Edit> =
        AT.find_iter(text).filter(|m| at(text, m.range(), m.pattern().as_usize())).map(|m| Edit::replace(m.range(), "@")).collect();
    note(&view, &edits, found);
    view.edited(&edits)
}

/// The edit for a full stop, where it is one of an address. `last` is the end of the one before: suffixes of two parts need two.
fn dot(text: &str, range: Range<usize>, way: usize, last: &mut usize) -> Option<Edit> {
    let before = word_before(text, range.start);
    let after = word_after(text, range.end);
    if way == 3 {
        return (!text[range.clone()].eq_ignore_ascii_case("http://")
            && !text[range.clone()].eq_ignore_ascii_case("https://")
            && !after.is_empty())
        .then(|| {
            let secure = text[range.clone()].to_ascii_lowercase().contains("ps");
            *last = range.end;
            Edit::replace(range, if secure { "https://" } else { "http://" })
        });
    }
    if before.is_empty() || after.is_empty() {
        return None;
    }
    let follows = *last == range.start - before.len() && *last > 0;
    let rest = &text[range.end + after.len()..];
    let name = after.to_ascii_lowercase();
    let listed = |list: &[&str]| list.contains(&name.as_str());
    let meant = match way {
        // "Press [.] to stop"
        0 if text[range.clone()].contains(['.']) && text[range.clone()].contains(' ') => {
            listed(SPOKEN) || follows && suffix(&name) || chain(rest)
        }
        0 => suffix(&name) || follows || dot_at_start(rest).is_some(),
        1 => !NO_NAMES.contains(&before.to_ascii_lowercase().as_str()) && (listed(SPOKEN) || follows && suffix(&name) || chain(rest)),
        2 => {
            let gap = &text[range.clone()];
            let both = gap.starts_with(' ') && gap.ends_with(' ');
            let plain = after.chars().all(|c| c.is_ascii_lowercase()) || before.chars().all(|c| c.is_ascii_uppercase());
            let ends = !rest.starts_with(char::is_alphanumeric);
            let www = before.eq_ignore_ascii_case("www") && (chain(rest) || suffix_follows(rest));
            // "it . net weight": only suffixes that are no words may stand after a gap
            let known = if gap.starts_with(' ') && !both {
                listed(SPACED)
            } else {
                matches!(name.as_str(), "com" | "org") || follows && suffix(&name)
            };
            // no sentence begins with a path or a suffix that is no word, or is a single word after a name
            let names_a_place =
                || !is_word(&before.to_ascii_lowercase()) && (clause_ends(rest) || led_to(&text[..range.start - before.len()]));
            let unmistakable = both && suffix(&name) && (rest.starts_with('/') || name.len() >= 3 && (!is_word(&name) || names_a_place()));
            let uk = name == "co" && (rest.trim_start().starts_with('.') && rest.trim_start_matches([' ', '.']).starts_with("uk"));
            plain
                && ends
                && !NO_NAMES.contains(&before.to_ascii_lowercase().as_str())
                && (www || known && name != "co" || unmistakable || uk)
        }
        _ => before.is_ascii() && after.is_ascii() && suffix(&name) && before.len() > 2,
    };
    meant.then(|| {
        *last = range.end;
        Edit::replace(range, ".")
    })
}

/// Whether another full stop of an address comes at once, with a suffix after it.
fn chain(rest: &str) -> bool {
    dot_at_start(rest).is_some_and(|end| suffix(&word_after(rest, end).to_ascii_lowercase()))
}

/// The end of a full stop at the very start.
fn dot_at_start(rest: &str) -> Option<usize> {
    DOT.find(Input::new(rest).anchored(Anchored::Yes)).map(|m| m.end())
}

/// Whether nothing of the sentence follows.
fn clause_ends(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(['.', ',', ';', ':', '!', '?', ')', ']', '"', '”', '\'', '’', '<', '\n', '\r'])
}

/// Whether the text up to a name leads to a place: `anna@`, "order at".
fn led_to(head: &str) -> bool {
    head.ends_with('@') || matches!(word_before(head, head.trim_end().len()).to_ascii_lowercase().as_str(), "at" | "visit" | "via" | "from")
}

fn suffix_follows(rest: &str) -> bool {
    rest.strip_prefix('.').is_some_and(|r| suffix(&word_after(r, 0).to_ascii_lowercase()))
}

fn suffix(name: &str) -> bool {
    name.len() >= 2 && name.bytes().all(|b| b.is_ascii_alphabetic()) && registrable(&format!("x.{name}")).is_some() || name == "co"
}

/// Whether an `@` is one of an address.
fn at(text: &str, range: Range<usize>, way: usize) -> bool {
    let before = word_before(text, range.start);
    let rest = &text[range.end..];
    let host = rest
        .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-')))
        .next()
        .unwrap_or_default()
        .trim_matches(['.', '-'])
        .to_ascii_lowercase();
    if before.is_empty() || !host.contains('.') || registrable(&host).is_none() {
        return false;
    }
    let mail = || MAIL_HOSTS.iter().any(|h| host.starts_with(h));
    match way {
        2 => {
            mail() && !matches!(before.to_ascii_lowercase().as_str(), "us" | "me" | "mail" | "email" | "write" | "contact" | "him" | "her")
        }
        _ => !matches!(before.to_ascii_lowercase().as_str(), "us" | "me" | "visit"),
    }
}

fn word_before(text: &str, end: usize) -> &str {
    let head = &text[..end];
    let start = head
        .char_indices()
        .rev()
        .take(64)
        .take_while(|(_, c)| c.is_alphanumeric() || *c == '-' || *c == '_')
        .last()
        .map_or(end, |(i, _)| i);
    &head[start..]
}

fn word_after(text: &str, start: usize) -> &str {
    let rest = &text[start..];
    let end =
        rest.char_indices().take(64).take_while(|(_, c)| c.is_alphanumeric() || *c == '-').last().map_or(0, |(i, c)| i + c.len_utf8());
    &rest[..end]
}

/// Notes each address that edits touch, with the words on both sides.
fn note(view: &View<'_>, edits: &[Edit], found: &mut Vec<Disguise>) {
    let text = view.text();
    for edit in edits {
        let (before, after) = (word_before(text, edit.range.start), word_after(text, edit.range.end));
        let range = edit.range.start - before.len()..edit.range.end + after.len();
        found.push(Disguise { kind: DisguiseKind::Address, raw: view.to_raw(range), reading: format!("{before}{}{after}", edit.with) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        plain(View::identity(text), &mut Vec::new()).text().to_owned()
    }

    #[test]
    fn addresses_are_put_together() {
        for (disguised, address) in [
            ("mystore [dot] com", "mystore.com"),
            ("mystore(dot)co(dot)uk", "mystore.co.uk"),
            ("shop [.] mystore [.] com", "shop.mystore.com"),
            ("mystore dot com", "mystore.com"),
            ("mystore dot co dot uk", "mystore.co.uk"),
            ("see mystore . com now", "see mystore.com now"),
            ("see mystore . xyz now", "see mystore.xyz now"),
            ("see mystore . shop/gifts now", "see mystore.shop/gifts now"),
            ("order at mystore . store and save", "order at mystore.store and save"),
            ("Our shop: mystore . store.", "Our shop: mystore.store."),
            ("write to anna@mystore . store today", "write to anna@mystore.store today"),
            ("see mystore. com now", "see mystore.com now"),
            ("see mystore .net now", "see mystore.net now"),
            ("www . mystore . com", "www.mystore.com"),
            ("hxxps://mystore.com", "https://mystore.com"),
            ("http : //mystore.com", "http://mystore.com"),
            ("name (at) mail . com", "name@mail.com"),
            ("name [at] gmail [dot] com", "name@gmail.com"),
            ("anna at gmail dot com", "anna@gmail.com"),
            ("name @ mystore.com", "name@mystore.com"),
            ("mystore。com", "mystore.com"),
        ] {
            assert_eq!(read(disguised), address);
        }
    }

    #[test]
    fn sentences_and_prices_stay() {
        for text in [
            "We ship it . Com",
            "connect the dot store",
            "the dot com era",
            "polka dot in blue",
            "We like it . net weight 500 g",
            "Ask for Rajesh . shop opens at nine",
            "It comes from stock . now ships free",
            "Two bags @ 3.50 each",
            "See you (at noon)",
            "Fine. Come in",
            "at 10 a.m. or 5 p.m.",
            "It is at home.",
            "Done .",
            "漢字。かな",
            "a · b",
            "the point of it",
            "version 1 . 2",
            "Press [.] to stop",
            "see http://a.example and https://b.example",
        ] {
            assert_eq!(read(text), text);
        }
    }
}
