use std::ops::Range;

use crate::document::{Document, Part};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "CON003",
    name: "social-handle",
    clause: "C-22",
    label: Some("off_platform"),
    scope: Scope::Outbound,
    summary: "A social network or messaging app is named as a place to meet, or a handle stands in the message.",
    why: "A conversation that began on the marketplace may not be led to social networks or messaging apps. A handle such as `@name` counts, and a \
          network's name together with words that lead there. A network named in passing, as in a product's feature, does not.",
    instead: "Leave it out; ask for a reply to the message where contact is needed.",
    fires: Examples::Code(&[
        Example::text("Find us as @harbourcandles for more."),
        Example::text("Message us on WhatsApp for quicker help."),
        Example::text("Join our Facebook group of bakers."),
        Example::text("Instagram: harbourcandles").insert(),
        Example::text("Add me on WeChat"),
        Example::text("Our TikTok shows how it is folded."),
    ]),
    passes: Examples::Code(&[
        Example::text("The phone mount fits the TikTok ring light you ordered."),
        Example::text("Two bags @ 3.50 each"),
        Example::text("The watch shows WhatsApp notifications once it is paired."),
        Example::text("Write to k3j9@marketplace.amazon.com"),
        Example::text("We do not use WhatsApp; please answer here."),
        Example::text("The signal is weak and the line is busy."),
    ]),
    check: Check::Code(check),
};

const NETWORKS: &[&str] = &[
    "whatsapp",
    "wechat",
    "telegram",
    "instagram",
    "facebook",
    "tiktok",
    "snapchat",
    "pinterest",
    "youtube",
    "twitter",
    "linkedin",
    "discord",
    "viber",
    "messenger",
    "line app",
    "threads app",
    "insta",
    "skype",
    "weixin",
    "reddit",
    "kakaotalk",
    "signal app",
    "fb page",
    "fb group",
];

/// Words before the name that lead there: "on our Instagram", "join our Facebook group".
const LEADING: &[&str] = &[
    "our",
    "us",
    "me",
    "my",
    "via",
    "join",
    "follow",
    "add",
    "find",
    "contact",
    "message",
    "chat",
    "reach",
    "text",
    "visit",
    "search",
    "dm",
    "ping",
    "like",
    "subscribe",
    "tag",
    "share",
    "write",
    "see",
    "connect",
    "talk",
];

/// Words that take the leading back.
const REFUSING: &[&str] = &["not", "never", "don't", "cannot", "can't", "no", "without", "won't", "nobody"];

fn check(document: &Document<'_>, hits: &mut Hits) {
    for part in document.parts() {
        for range in handles(part) {
            hits.at(part.span(range), "a handle leads the buyer off the marketplace");
        }
        for sentence in &part.sentences {
            if let Some(range) = network(part, sentence) {
                hits.at(part.span(range), "this leads the buyer to a social network or messaging app");
            }
        }
    }
}

/// `@name` where it is no part of an address, and no price.
fn handles(part: &Part<'_>) -> Vec<Range<usize>> {
    let text = part.text();
    let word = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.');
    text.match_indices('@')
        .filter_map(|(at, _)| {
            let before = text[..at].chars().next_back();
            let bytes = &text.as_bytes()[at + 1..];
            let length = bytes.iter().take_while(|b| word(b)).count();
            let name = text[at + 1..at + 1 + length].trim_end_matches('.');
            let inside = part.links.iter().any(|l| l.shown.as_ref().is_some_and(|s| s.contains(&at)));
            let fits =
                name.len() >= 3 && name.starts_with(|c: char| c.is_ascii_alphabetic()) && before.is_none_or(|c| !c.is_alphanumeric());
            (fits && !inside).then(|| at..at + 1 + name.len())
        })
        .collect()
}

fn network(part: &Part<'_>, sentence: &Range<usize>) -> Option<Range<usize>> {
    let text = &part.text()[sentence.clone()];
    // all names have one of these letters after the first; skips most sentences without allocating
    if !text.bytes().any(|b| matches!(b, b'W' | b'w' | b'T' | b't' | b'I' | b'i' | b'F' | b'f' | b'S' | b's' | b'Y' | b'P' | b'D')) {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let (at, name) = NETWORKS.iter().filter_map(|n| Some((whole_word(&lower, n)?, n))).min()?;
    let words =
        |s: &str| s.split(|c: char| !(c.is_alphanumeric() || c == '\'')).filter(|w| !w.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let before = words(&lower[..at]);
    let near = &before[before.len().saturating_sub(5)..];
    if near.iter().any(|w| REFUSING.contains(&w.as_str())) {
        return None;
    }
    let after = lower[at + name.len()..].trim_start();
    let leads = near.iter().any(|w| LEADING.contains(&w.as_str()));
    // "Instagram: name", "Instagram @name"
    let named = after.starts_with([':', '@']);
    (leads || named).then(|| sentence.start + at..sentence.start + at + name.len())
}

fn whole_word(text: &str, word: &str) -> Option<usize> {
    text.match_indices(word).map(|(at, _)| at).find(|&at| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}
