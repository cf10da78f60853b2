//! Merge tags: the places that a mailing tool fills with the buyer's name, the order number or a link.

use std::ops::Range;
use std::sync::LazyLock;

use regex_automata::meta::Regex;
use regex_automata::util::syntax;

/// What a tag stands for, as far as its name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagKind {
    /// The order number.
    OrderId,
    /// A link to the unsubscribe page.
    OptOut,
    /// A link to a review or feedback page.
    ReviewLink,
    /// Another link.
    Link,
    /// The buyer's name.
    Name,
    /// Anything else.
    Other,
}

/// A merge tag found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeTag {
    /// Bytes of the text searched, delimiters included.
    pub range: Range<usize>,
    /// Name without delimiters, in lower case.
    pub name: String,
    /// What it stands for.
    pub kind: TagKind,
}

/// The syntaxes of the seller tools and mailers in use; the more specific delimiters come first.
const SYNTAXES: &[&str] = &[
    r"\[\[\s*[A-Za-z][\w .:|-]{0,60}\]\]",
    r"\{\{\{?[#/^&!]?\s*[A-Za-z][\w .|:'/-]{0,60}\}\}\}?",
    r"\{%-?\s*[A-Za-z][\w .|:,=<>!&()'/-]{0,80}%\}",
    r"\$\{[A-Za-z][\w.-]{0,60}\}",
    r"\{![A-Za-z$][\w.-]{0,60}\}",
    r"\{[A-Za-z][\w.-]{1,60}\}",
    r"%%[A-Za-z]\w{0,40}%%",
    r"\*\|[A-Za-z][\w:]{0,40}\|\*",
    r"\[%-?\s*[A-Za-z][\w. -]{0,40}%\]",
    r"<<[A-Za-z](?:[\w -]{0,58}\w)?>>",
    r"#[A-Za-z]\w{1,40}#",
    r"\$[A-Za-z]\w{1,40}\$",
    r"%[A-Za-z]+_\w{1,40}%",
];

static TAG: LazyLock<Regex> = LazyLock::new(|| {
    // tag names are ASCII; the classes of Unicode would make the automaton a hundred times larger
    let ascii = syntax::Config::new().unicode(false);
    Regex::builder().syntax(ascii).build_many(SYNTAXES).expect("the syntaxes are valid")
});

/// The merge tags in a text, in order.
pub fn merge_tags(text: &str) -> Vec<MergeTag> {
    if !text.bytes().any(|b| matches!(b, b'{' | b'[' | b'#' | b'%' | b'*' | b'<' | b'$')) {
        return Vec::new();
    }
    TAG.find_iter(text)
        .map(|m| {
            let name = text[m.range()].trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
            MergeTag { range: m.range(), kind: kind(&name), name }
        })
        .collect()
}

fn kind(name: &str) -> TagKind {
    let has = |part: &str| name.contains(part);
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    let word = |wanted: &[&str]| words.iter().any(|w| wanted.contains(w));
    if has("order") && (word(&["id", "number", "no", "num", "nr"]) || ["orderid", "ordernumber", "orderno"].iter().any(|n| has(n))) {
        TagKind::OrderId
    } else if has("unsub") || has("optout") || has("opt_out") || has("opt-out") {
        TagKind::OptOut
    } else if has("review") || has("feedback") {
        TagKind::ReviewLink
    } else if word(&["link", "url", "contact", "store", "storefront", "product", "tracking"]) || has("link") || has("contactus") {
        TagKind::Link
    } else if has("name") || has("buyer") || has("customer") {
        TagKind::Name
    } else {
        TagKind::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_syntax_is_recognised() {
        for tag in [
            "[[order-id]]",
            "[[ContactUs]]",
            "#order_id#",
            "{amazon_order_id}",
            "%%buyer_first_name%%",
            "{{order_id}}",
            "{{ buyer.name | default: 'you' }}",
            "[%TAG%]",
            "$first_name$",
            "<<First Name>>",
            "*|FNAME|*",
            "{!Contact.FirstName}",
            "${order.id}",
            "{% if late %}",
            "%order_id%",
        ] {
            let found = merge_tags(&format!("Hi {tag}, ok"));
            assert_eq!(found.len(), 1, "{tag}: {found:?}");
            assert_eq!(found[0].range, 3..3 + tag.len(), "{tag}");
        }
    }

    #[test]
    fn ordinary_text_has_no_tags() {
        for text in
            ["size {40} #5 of #9", "$5 or 5$ off", "[sic] 50% and 20%", "5 * 3 | 2 *", "a << b >> c", "colour #ff0000", "{}", "[[1]]"]
        {
            assert_eq!(merge_tags(text), [], "{text}");
        }
    }

    #[test]
    fn the_name_tells_the_kind() {
        for (tag, expected) in [
            ("[[order-id]]", TagKind::OrderId),
            ("{{OrderNumber}}", TagKind::OrderId),
            ("[[unsubscribe]]", TagKind::OptOut),
            ("{review_link}", TagKind::ReviewLink),
            ("[[contact-link]]", TagKind::Link),
            ("#customer_name#", TagKind::Name),
            ("{product_title}", TagKind::Link),
            ("{delivery_day}", TagKind::Other),
        ] {
            assert_eq!(merge_tags(tag)[0].kind, expected, "{tag}");
        }
    }
}
