use crate::document::{Document, LinkPlace, Span, TagKind};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "LNK007",
    name: "opt-out-link",
    clause: "C-07",
    label: None,
    scope: Scope::Outbound,
    summary: "The message offers a way to unsubscribe from messages.",
    why: "Good manners in other mail, forbidden here: buyers opt out with the marketplace, and a link or line to unsubscribe from the seller \
          suggests a mailing list. Words, links and merge tags count. Opting out of something else, such as a warranty, does not.",
    instead: "Leave the line out; most mailing tools have a switch for it.",
    fires: Examples::Code(&[
        Example::text("Click here to unsubscribe from our messages."),
        Example::text("The screws leave today. [[unsubscribe]]"),
        Example::text("To stop receiving these emails, reply STOP."),
        Example::text("<p>Done.</p><a href=\"https://x.example.com/unsubscribe?u=1\">Preferences</a>"),
        Example::text("You can opt out of further messages at any time."),
    ]),
    passes: Examples::Code(&[
        Example::text("You may opt out of the extended warranty within 14 days."),
        Example::text("The clock will stop receiving the radio signal in a steel cabinet."),
        Example::text("Your magazine subscription begins in March."),
    ]),
    check: Check::Code(check),
};

/// Phrases of unsubscribing; the bare verb is enough, the others name what is unsubscribed from.
const PHRASES: &[&str] =
    &["unsubscribe", "unsubscribing", "manage your subscription preferences", "email preferences", "e-mail preferences"];
const LEAVING: &[&str] = &[
    "opt out",
    "opt-out",
    "stop receiving",
    "no longer wish to receive",
    "do not wish to receive",
    "don't want to receive",
    "no longer receive",
];
const MAIL: &[&str] = &["message", "email", "e-mail", "mail", "communication", "newsletter", "contact", "notification"];

fn check(document: &Document<'_>, hits: &mut Hits) {
    for part in document.parts() {
        for tag in part.tags.iter().filter(|t| t.kind == TagKind::OptOut) {
            hits.at(part.span(tag.range.clone()), "this tag becomes a way to unsubscribe");
        }
        let text = part.text();
        for link in &part.links {
            let hidden_in_link = matches!(link.place, LinkPlace::Element(_))
                && ["unsubscribe", "opt-out", "optout", "opt_out"].iter().any(|w| link.target.to_ascii_lowercase().contains(w));
            if hidden_in_link {
                hits.at(Span { field: part.field, raw: link.raw.clone() }, "this link unsubscribes");
            }
        }
        // cheap first look: every phrase has one of these letters pairs
        if !text.contains("ubscri")
            && !text.contains("pt out")
            && !text.contains("pt-out")
            && !text.contains("receiv")
            && !text.contains("references")
            && !text.contains("UBSCRI")
        {
            continue;
        }
        for sentence in &part.sentences {
            let lower = text[sentence.clone()].to_ascii_lowercase();
            let of_mail = MAIL.iter().any(|m| lower.contains(m));
            let phrases = PHRASES.iter().chain(LEAVING.iter().filter(|_| of_mail));
            let found = phrases.filter_map(|p| lower.find(p).map(|at| (at, p.len()))).min();
            let found = found.map(|(at, length)| sentence.start + at..sentence.start + at + length);
            if let Some(words) = found.filter(|words| part.tag_in(&(words.start..words.start + 1)).is_none()) {
                hits.at(part.span(words), "this offers a way to unsubscribe");
            }
        }
    }
}
