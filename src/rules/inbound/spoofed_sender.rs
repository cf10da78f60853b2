use std::ops::Range;

use crate::document::hosts;
use crate::document::{Document, Field, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "INB004",
    name: "spoofed-sender",
    clause: "N-05",
    label: None,
    scope: Scope::Inbound,
    summary: "The sender claims to be the marketplace but writes from elsewhere.",
    why: "Mail from the marketplace comes from its own domains. A name or local part that claims it with another domain behind, or a domain that \
          only looks like it, is forged. Senders of mail files count, and header lines at the head of a text.",
    instead: "Do not reply; report the message to the marketplace.",
    fires: Examples::Code(&[
        Example::text("Your account is on hold.").inbound().senders(&["Amazon Security <amazon-security@hotmail.com>"]),
        Example::text("From: Amazon Seller Support <help@seller-care.net>\nTo: you@shop.example\n\nDear seller").inbound(),
        Example::text("Hello").inbound().senders(&["no-reply@amazon.com", "x@arnazon.com"]),
        Example::text("Reply-To: seller-performance@amaz0n-team.com\n\nDear seller").inbound(),
    ]),
    passes: Examples::Code(&[
        Example::text("Hello").inbound().senders(&["Amazon <no-reply@amazon.co.uk>", "k3j9@marketplace.amazon.de"]),
        Example::text("From: Ann Miller <ann@example.com>\n\nWhere is my parcel?").inbound(),
        Example::text("From: Amazon we expected more. Where is my parcel?").inbound(),
        Example::text("I bought it from Amazon; my mail is ann@example.com").inbound(),
    ]),
    check: Check::Code(check),
};

const HEADERS: &[&str] = &["from:", "reply-to:", "return-path:", "sender:"];

fn check(document: &Document<'_>, hits: &mut Hits) {
    for sender in document.message.senders.iter().filter(|s| forged(s)) {
        hits.whole(format!("{sender} claims to be the marketplace"));
    }
    for range in header_lines(&document.message.text) {
        if forged(&document.message.text[range.clone()]) {
            hits.at(Span { field: Field::Text, raw: range }, "this sender claims to be the marketplace");
        }
    }
}

/// Lines of a mail header at the head of a text that name a sender.
fn header_lines(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split('\n').take(20) {
        let name = line.split(':').next().unwrap_or_default();
        let header =
            line.contains(':') && name.len() <= 20 && !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-');
        if !header {
            break;
        }
        if HEADERS.iter().any(|h| line.get(..h.len()).is_some_and(|l| l.eq_ignore_ascii_case(h))) {
            found.push(at..at + line.trim_end().len());
        }
        at += line.len() + 1;
    }
    found
}

/// Whether a sender claims the marketplace without being it.
fn forged(sender: &str) -> bool {
    let Some(at) = sender.rfind('@') else { return false };
    let host: String =
        sender[at + 1..].chars().take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '-')).collect::<String>().to_lowercase();
    if hosts::is_amazon_host(&host) {
        return false;
    }
    sender[..at].to_ascii_lowercase().contains("amazon") || hosts::looks_like_amazon(&host)
}
