//! Links and addresses: written out in the text, or behind an element.

use std::ops::Range;

use linkify::{LinkFinder, LinkKind};

use super::html::Html;
use super::merge_tag::MergeTag;
use super::stretch::first_touching;
use super::view::View;

/// Where a link stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPlace {
    /// Written out in the visible text.
    Text,
    /// The target of an element such as `<a href>`; the index is the element's in [`Html::elements`].
    Element(usize),
}

/// An address that a buyer could follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The address as written, entities decoded.
    pub target: String,
    /// Scheme in lower case, where one is written.
    pub scheme: Option<String>,
    /// Host in lower case without a final dot, for web addresses; the part after `@` for e-mail addresses.
    pub host: Option<String>,
    /// An e-mail address, or a `mailto:` link.
    pub email: bool,
    /// Raw bytes of the address.
    pub raw: Range<usize>,
    /// Bytes of the visible text, where the address is written out in it.
    pub shown: Option<Range<usize>>,
    /// Where it stands.
    pub place: LinkPlace,
}

impl Link {
    fn new(target: &str, email: bool, raw: Range<usize>, shown: Option<Range<usize>>, place: LinkPlace) -> Self {
        let scheme = target.split_once(':').map(|(s, _)| s.to_ascii_lowercase()).filter(|s| {
            s.starts_with(|c: char| c.is_ascii_alphabetic())
                && s.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
                && !s.contains('.')
        });
        let email = email || scheme.as_deref() == Some("mailto");
        let host = if email {
            target.rsplit_once('@').map(|(_, h)| h.split(['?', '>']).next().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase())
        } else {
            host(target)
        };
        Link { target: target.to_owned(), scheme, host, email, raw, shown, place }
    }

    /// The registrable domain of the host, such as `example.co.uk`, where its public suffix is known.
    pub fn domain(&self) -> Option<&str> {
        registrable(self.host.as_deref()?)
    }

    /// The path and what follows it, starting with `/`; empty where there is none.
    pub fn path(&self) -> &str {
        let rest = self.target.split_once("://").map_or(self.target.as_str(), |(_, r)| r);
        rest.find('/').map_or("", |at| &rest[at..])
    }

    /// Whether it is a web address (not e-mail, `tel:` or an anchor).
    pub fn is_web(&self) -> bool {
        !self.email && self.host.is_some()
    }
}

/// The registrable domain of a host under a public suffix that is really listed.
pub fn registrable(host: &str) -> Option<&str> {
    let suffix = psl::suffix(host.as_bytes())?;
    // kept for examples (RFC 2606), on no list of public suffixes, and what careful people write in templates
    let reserved = suffix.as_bytes() == b"example";
    if suffix.is_known() || reserved { psl::domain_str(host) } else { None }
}

/// The host of a web address, after user information and before port and path. `None` for other schemes and for
/// relative addresses.
pub fn host(target: &str) -> Option<String> {
    let rest = match target.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") => rest,
        Some(_) => return None,
        None if target.starts_with("//") => &target[2..],
        None => target,
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().trim_end_matches('.').to_lowercase();
    (host.contains('.') && !host.contains(char::is_whitespace)).then_some(host)
}

/// Country suffixes that are also words: a full stop without a space after it makes `done.it` of "done. It".
const WORD_SUFFIXES: &[&str] = &[
    "am", "as", "at", "be", "do", "in", "is", "it", "me", "my", "no", "so", "to", "us", "id", "if", "pm", "la", "de", "es", "im", "de",
    "et", "des", "now", "here", "new", "link", "how", "you", "one", "just", "open", "help", "off", "free", "best", "place", "please",
    "care", "cards", "works",
];

/// Suffixes that are rather the ending of a file name.
const FILE_SUFFIXES: &[&str] = &["zip", "mov", "md", "py", "sh", "rs", "ps", "pl", "cc", "ai", "st", "ms", "mp", "app"];

/// Words that announce an address.
const CUES: &[&str] =
    &["at", "visit", "on", "see", "via", "to", "website", "site", "shop", "our", "from", "under", "www", "online", "by", "or", "call"];

/// Whether an address without scheme and `www.` is meant as one.
fn bare_domain_is_meant(text: &str, range: &Range<usize>) -> bool {
    let address = &text[range.clone()];
    let Some(host) = host(address) else { return false };
    if registrable(&host).is_none() || host.starts_with("www.") {
        return host.starts_with("www.");
    }
    let written = &address[..host.len().min(address.len())];
    let last = written.rsplit('.').next().unwrap_or_default();
    let has_path = address.len() > host.len() + 1 && address[host.len()..].starts_with(['/', '?']);
    let first = written.split('.').next().unwrap_or_default();
    // "arrived.The": a capital after the stop begins a sentence, unless the whole is written in capitals
    let sentence_end = last.starts_with(|c: char| c.is_uppercase()) && first.chars().any(char::is_lowercase);
    if sentence_end || first.chars().all(|c| c.is_ascii_digit()) && last.len() < 3 && !has_path {
        return false;
    }
    let last = last.to_ascii_lowercase();
    let cued = || {
        let before = text[..range.start].trim_end_matches([' ', ':', '\n', '"', '\'', '(']);
        let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_ascii_lowercase();
        CUES.contains(&word.as_str())
    };
    if FILE_SUFFIXES.contains(&last.as_str()) {
        return has_path;
    }
    if WORD_SUFFIXES.contains(&last.as_str()) && host.matches('.').count() == 1 {
        return has_path || cued();
    }
    true
}

/// The links of a text: those written out in its view outside of merge tags, and those behind elements.
pub fn links(raw: &str, view: &View<'_>, html: Option<&Html>, tags: &[MergeTag]) -> Vec<Link> {
    let mut found = Vec::new();
    let text = view.text();
    let bytes = text.as_bytes();
    let candidate = bytes.iter().enumerate().any(|(i, b)| match b {
        b'@' => true,
        b'.' => i > 0 && !bytes[i - 1].is_ascii_whitespace() && bytes.get(i + 1).is_some_and(|n| n.is_ascii_alphanumeric() || *n >= 0x80),
        b':' => bytes[i..].starts_with(b"://"),
        _ => false,
    });
    if candidate {
        let mut finder = LinkFinder::new();
        finder.kinds(&[LinkKind::Url, LinkKind::Email]).url_must_have_scheme(false);
        for link in finder.links(text) {
            let range = link.start()..link.end();
            let email = *link.kind() == LinkKind::Email;
            let address = link.as_str();
            let known = if email {
                address.rsplit_once('@').is_some_and(|(_, h)| registrable(&h.to_ascii_lowercase()).is_some())
            } else if address.contains("://") {
                true
            } else {
                !text[..range.start].ends_with('@') && bare_domain_is_meant(text, &range)
            };
            // `{{buyer.name}}` is no address
            if known && first_touching(tags, &range, |tag| &tag.range).is_none() {
                found.push(Link::new(address, email, view.to_raw(range.clone()), Some(range), LinkPlace::Text));
            }
        }
    }
    for (index, element) in html.iter().flat_map(|h| h.elements.iter().enumerate()) {
        let attribute = match element.name.as_str() {
            "a" | "area" => "href",
            "form" => "action",
            "iframe" => "src",
            _ => continue,
        };
        if let Some(attribute) = element.attribute(attribute).filter(|a| !a.value.trim().is_empty()) {
            debug_assert!(raw.get(attribute.raw.clone()).is_some());
            found.push(Link::new(attribute.value.trim(), false, attribute.raw.clone(), None, LinkPlace::Element(index)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::merge_tag::merge_tags;
    use super::*;

    fn found(text: &str) -> Vec<String> {
        links(text, &View::identity(text), None, &merge_tags(text)).into_iter().map(|l| l.target).collect()
    }

    #[test]
    fn addresses_are_found_with_and_without_scheme() {
        assert_eq!(found("see https://a.example.com/x, or shop.example.co.uk!"), ["https://a.example.com/x", "shop.example.co.uk"]);
        assert_eq!(found("see candles.example or mail@candles.example"), ["candles.example", "mail@candles.example"]);
        assert_eq!(found("write to ann@example.com or visit mystore.me"), ["ann@example.com", "mystore.me"]);
    }

    #[test]
    fn files_versions_and_missing_spaces_are_no_addresses() {
        for text in [
            "manual.pdf",
            "v1.2.3",
            "setup.py",
            "It arrived.It works",
            "at 10 a.m. or 5 p.m.",
            "fine.to use",
            "3.5in",
            "photo.mov",
            "e.g. this",
            "and/or",
            "Dear {{buyer.name}}, {order.date}",
        ] {
            assert_eq!(found(text), [] as [&str; 0], "{text}");
        }
    }

    #[test]
    fn the_host_comes_after_user_information() {
        assert_eq!(host("https://www.amazon.co.uk@rewards-desk.top/").as_deref(), Some("rewards-desk.top"));
        assert_eq!(host("HTTPS://Shop.Example.COM:443/x").as_deref(), Some("shop.example.com"));
        assert_eq!(host("tel:+123"), None);
        assert_eq!(host("#top"), None);
    }
}
