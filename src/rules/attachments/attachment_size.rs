use crate::document::Document;
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "ATT002",
    name: "attachment-size",
    clause: "C-08a",
    label: None,
    scope: Scope::Any,
    summary: "The attached files together have 10 MB or more.",
    why: "All attachments of a message together must stay below 10 MB (10 × 1024 × 1024 bytes); the message is refused otherwise.",
    instead: "Compress the pictures in the file, or send only the pages needed.",
    fires: Examples::Code(&[
        Example::text("See the file.").attachments(&[("manual.pdf", 10 * 1024 * 1024)]),
        Example::text("See the files.").attachments(&[("a.pdf", 6_000_000), ("b.pdf", 6_000_000)]),
        Example::text("See the file.").attachments(&[("a.pdf", u64::MAX), ("b.pdf", u64::MAX)]),
    ]),
    passes: Examples::Code(&[
        Example::text("See the file.").attachments(&[("manual.pdf", 10 * 1024 * 1024 - 1)]),
        Example::text("See the files.").attachments(&[("a.pdf", 4_000_000), ("b.pdf", 5_000_000)]),
        Example::text("The card holds 10 MB."),
    ]),
    check: Check::Code(check),
};

const LIMIT: u64 = 10 * 1024 * 1024;

fn check(document: &Document<'_>, hits: &mut Hits) {
    let attachments = &document.message.attachments;
    let total = attachments.iter().fold(0u64, |sum, a| sum.saturating_add(a.bytes));
    if total >= LIMIT {
        let largest = attachments.iter().enumerate().max_by_key(|(i, a)| (a.bytes, std::cmp::Reverse(*i))).map_or(0, |(i, _)| i);
        hits.at(
            super::place(largest),
            format!("the attachments have {:.1} MB together; less than 10 MB is accepted", total as f64 / 1_048_576.0),
        );
    }
}
