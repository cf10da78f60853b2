use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

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
        Example::text("Add us on what's app"),
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
    // how they are written to be missed
    "whats app",
    "what's app",
    "whatsap",
    "watsapp",
    "wassap",
    "we chat",
    "face book",
    "insta gram",
    "tele gram",
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

/// All names at once, in any letter case.
static NAMES: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let builder = AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::LeftmostLongest).build(NETWORKS);
    builder.expect("the names are few")
});

fn check(document: &Document<'_>, hits: &mut Hits) {
    for part in document.parts() {
        for range in handles(part) {
            hits.at(part.span(range), "a handle leads the buyer off the marketplace");
        }
        let mut last = None;
        for name in NAMES.find_iter(part.text()).map(|m| m.range()) {
            let Some(sentence) = part.sentence_at(name.start).filter(|s| last.as_ref() != Some(s)) else { continue };
            if leads(part.text(), &sentence, &name) {
                hits.at(part.span(name), "this leads the buyer to a social network or messaging app");
                last = Some(sentence);
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
            let fits =
                name.len() >= 3 && name.starts_with(|c: char| c.is_ascii_alphabetic()) && before.is_none_or(|c| !c.is_alphanumeric());
            (fits && part.link_in(&(at..at + 1)).is_none()).then(|| at..at + 1 + name.len())
        })
        .collect()
}

/// Whether a network's name stands as a word of its own, after words that lead there.
fn leads(text: &str, sentence: &Range<usize>, name: &Range<usize>) -> bool {
    let before = &text[sentence.start..name.start];
    let after = &text[name.end..sentence.end.max(name.end)];
    let joined = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    if joined(before.chars().next_back()) || joined(after.chars().next()) {
        return false;
    }
    let words = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '\'')).filter(|w| !w.is_empty());
    let near: Vec<String> = words.take(5).map(str::to_ascii_lowercase).collect();
    let has = |list: &[&str]| near.iter().any(|w| list.contains(&w.as_str()));
    // "Instagram: name", "Instagram @name"
    let named = after.trim_start().starts_with([':', '@']);
    !has(REFUSING) && (has(LEADING) || named)
}
