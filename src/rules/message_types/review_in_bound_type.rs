use std::sync::LazyLock;

use regex_automata::meta::Regex;
use regex_automata::util::syntax;

use crate::document::{Document, TagKind};
use crate::rules::quoted::quoted;
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "API004",
    name: "review-in-bound-type",
    clause: "A-08",
    label: Some("review_request"),
    scope: Scope::OutboundMessage,
    summary: "A message type bound to another purpose speaks of reviews or feedback.",
    why: "Types such as delivery or customization details are bound to their purpose; a request for a review in one of them is a fault \
          even where a neutral request would be permitted in a message of its own.",
    instead: "Use the marketplace's own request, which is a type of its own.",
    fires: Examples::Code(&[
        Example::text("Tuesday or Wednesday? A review would be appreciated.").message_type("confirmDeliveryDetails"),
        Example::text("Which initials? Please leave us feedback.").message_type("customization"),
        Example::text("Which colour? [[review-link]]").message_type("confirmOrderDetails"),
        Example::text("We refunded you. Rate us!").message_type("unexpectedProblem"),
    ]),
    passes: Examples::Code(&[
        Example::text("Please review the attached proof.").message_type("customization"),
        Example::text("Your cards, as ordered, read \"Leave us five stars!\" in blue.").message_type("customization"),
        Example::text("Your claim is under review.").message_type("unexpectedProblem"),
        Example::text("A review would be appreciated.").message_type("review_request"),
        Example::text("A review would be appreciated."),
        Example::text("The microphone gives feedback when it is too near.").message_type("confirmServiceDetails"),
    ]),
    check: Check::Code(check),
};

static TALK: LazyLock<Regex> = LazyLock::new(|| {
    let patterns = [
        r"\b(?:leave|write|post|give|share|submit|drop|add|provide|send)(?:\s+\w+){0,4}\s+(?:reviews?|feedback|ratings?|testimonial)\b",
        r"\b(?:reviews?|feedback|ratings?|stars)\s+(?:\w+\s+){0,4}(?:appreciated|welcome|helps?|mean|means|appreciate|would)\b",
        r"\b(?:rate|review)\s+(?:us|our|your\s+(?:order|purchase|experience|product|seller))\b",
        r"\b(?:product|seller|customer|honest|positive|good|five-star|5-star|5\s+star)\s+(?:reviews?|feedback|ratings?)\b",
        r"\b(?:five|5)[\s-]+stars?\b",
    ];
    let ascii = syntax::Config::new().unicode(false).case_insensitive(true);
    Regex::builder().syntax(ascii).build_many(&patterns).expect("the patterns are valid")
});

fn check(document: &Document<'_>, hits: &mut Hits) {
    if document.message.message_type.as_deref().and_then(super::kind).is_none() {
        return;
    }
    for part in document.parts() {
        for tag in part.tags.iter().filter(|t| t.kind == TagKind::ReviewLink) {
            hits.at(part.span(tag.range.clone()), "this message type is bound to another purpose");
        }
        for found in TALK.find_iter(part.text()) {
            let sentence = part.sentence_at(found.start()).filter(|s| found.end() <= s.end);
            if sentence.is_some_and(|s| quoted(&part.text()[s.clone()], found.start() - s.start..found.end() - s.start)) {
                continue;
            }
            hits.at(part.span(found.range()), "this message type is bound to another purpose");
        }
    }
}
