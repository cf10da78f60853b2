//! The fewest sentences that would have to go for a message to pass. Every answer has been judged: rules, model and policy read the
//! shortened message, and sentences that stand in another company may be read otherwise.

use std::collections::BTreeSet;
use std::ops::Range;

use rayon::prelude::*;
use serde::Serialize;

use super::edit::{self, Place};
use crate::document::{Document, Field, Span};
use crate::engine::Engine;
use crate::judgement::{Finding, Judgement, Severity, Verdict};
use crate::message::Message;

/// Most shortened messages judged to prove that no smaller deletion passes.
const MOST_JUDGED: usize = 256;

/// Which sentences would have to go.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shortening {
    /// Number of sentences of the message.
    pub sentences: usize,
    /// The sentences to delete; `None` where no deletion that leaves a sentence was found to pass.
    pub delete: Option<Vec<Place>>,
    /// Every deletion of up to so many sentences was judged. Where it is one less than the length of `delete`, that is the smallest; where
    /// it is one less than `sentences`, there is none.
    pub tried_up_to: usize,
    /// Findings that stand against the shortened message, or against the whole one where nothing was found: their names.
    pub remaining: Vec<String>,
}

impl Shortening {
    /// Whether the answer has been proved.
    pub fn proved(&self) -> bool {
        self.tried_up_to + 1 >= self.delete.as_ref().map_or(self.sentences, Vec::len)
    }
}

/// The smallest deletion of sentences after which a message passes; `None` for one that passes as it is.
pub fn shorten(engine: &Engine, message: &Message, judgement: &Judgement) -> Option<Shortening> {
    if judgement.verdict == Some(Verdict::Allow) {
        return None;
    }
    let document = Document::parse(message);
    let sentences = edit::sentences(&document);
    let search = Search { engine, message, sentences: &sentences };
    let mut best = search.by_findings(judgement).map(|gone| search.irreducible(gone));
    let mut tried = 0;
    let mut left = MOST_JUDGED;
    // smaller ones than the one at hand, all of a size before the next
    while tried + 1 < best.as_ref().map_or(sentences.len(), BTreeSet::len) {
        let size = tried + 1;
        let Some(rest) = combinations(sentences.len(), size).and_then(|n| left.checked_sub(n)) else { break };
        left = rest;
        tried = size;
        if let Some(smaller) = search.of_size(size) {
            best = Some(smaller);
            tried = size - 1;
            break;
        }
    }
    let place = |i: usize| Place::of(message, &sentences[i].1);
    let mut remaining: Vec<String> = if best.is_some() { Vec::new() } else { reportable(judgement).map(|f| f.name.to_string()).collect() };
    remaining.dedup();
    Some(Shortening {
        sentences: sentences.len(),
        delete: best.map(|gone| gone.into_iter().map(place).collect()),
        tried_up_to: tried,
        remaining,
    })
}

fn reportable(judgement: &Judgement) -> impl Iterator<Item = &Finding> {
    judgement.findings.iter().filter(|f| f.severity > Severity::Info)
}

/// `n` over `k`; `None` where it is beyond any use.
fn combinations(n: usize, k: usize) -> Option<usize> {
    (0..k).try_fold(1usize, |found, i| Some(found.checked_mul(n - i)? / (i + 1)))
}

struct Search<'a> {
    engine: &'a Engine,
    message: &'a Message,
    /// As they are deleted, and as they are read.
    sentences: &'a [(Span, Span)],
}

impl Search<'_> {
    fn without(&self, gone: &BTreeSet<usize>) -> Message {
        edit::replaced(self.message, &gone.iter().map(|&i| &self.sentences[i].0).collect::<Vec<_>>(), "")
    }

    fn judged(&self, gone: &BTreeSet<usize>) -> (Message, Judgement) {
        let message = self.without(gone);
        let judgement = self.engine.judge(&message);
        (message, judgement)
    }

    fn passes(&self, gone: &BTreeSet<usize>) -> bool {
        self.judged(gone).1.verdict == Some(Verdict::Allow)
    }

    /// Deletes the sentences that findings point at until nothing is found.
    fn by_findings(&self, judgement: &Judgement) -> Option<BTreeSet<usize>> {
        let mut gone = BTreeSet::new();
        let (mut message, mut judgement) = (self.message.clone(), judgement.clone());
        while judgement.verdict != Some(Verdict::Allow) {
            let touched = reportable(&judgement).map(|f| self.touched(&message, f, &gone)).find(|t| !t.is_empty())?;
            gone.extend(touched);
            if gone.len() >= self.sentences.len() {
                return None;
            }
            (message, judgement) = self.judged(&gone);
        }
        Some(gone)
    }

    /// The sentences that a finding in the shortened message points at.
    fn touched(&self, shortened: &Message, finding: &Finding, gone: &BTreeSet<usize>) -> Vec<usize> {
        let raw = edit::raw(shortened, finding.field);
        let byte = |n: usize| raw.char_indices().nth(n).map_or(raw.len(), |(i, _)| i);
        let range = byte(finding.start)..byte(finding.end);
        if finding.field == Field::Attachments || range.is_empty() {
            return Vec::new();
        }
        let found = self.in_original(finding.field, range, gone);
        let touches = |s: &Span| s.field == finding.field && s.raw.start < found.end && found.start < s.raw.end;
        (0..self.sentences.len()).filter(|i| !gone.contains(i) && touches(&self.sentences[*i].0)).collect()
    }

    /// Where a stretch of the shortened message stood.
    fn in_original(&self, field: Field, range: Range<usize>, gone: &BTreeSet<usize>) -> Range<usize> {
        let mut at = range;
        for cut in gone.iter().map(|&i| &self.sentences[i].0).filter(|s| s.field == field) {
            if cut.raw.start <= at.start {
                at.start += cut.raw.len();
            }
            if cut.raw.start < at.end {
                at.end += cut.raw.len();
            }
        }
        at
    }

    /// Puts back what need not go, the last sentence first.
    fn irreducible(&self, mut gone: BTreeSet<usize>) -> BTreeSet<usize> {
        for i in gone.clone().into_iter().rev() {
            if gone.len() > 1 {
                gone.remove(&i);
                if !self.passes(&gone) {
                    gone.insert(i);
                }
            }
        }
        gone
    }

    /// The first deletion of so many sentences that passes, in the order of the text.
    fn of_size(&self, size: usize) -> Option<BTreeSet<usize>> {
        let mut all = Vec::new();
        choose(0..self.sentences.len(), size, &mut BTreeSet::new(), &mut all);
        all.into_par_iter().find_first(|gone| self.passes(gone))
    }
}

/// All choices of `size` numbers of a range, in order.
fn choose(from: Range<usize>, size: usize, chosen: &mut BTreeSet<usize>, all: &mut Vec<BTreeSet<usize>>) {
    if size == 0 {
        all.push(chosen.clone());
        return;
    }
    for i in from.clone() {
        chosen.insert(i);
        choose(i + 1..from.end, size - 1, chosen, all);
        chosen.remove(&i);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    /// By rules alone, so that it is known what must go.
    fn shortened(text: &str) -> Option<Shortening> {
        let engine = Engine::new(Policy::amazon(), None);
        let message = Message::from_text(text);
        let judgement = engine.judge(&message);
        shorten(&engine, &message, &judgement)
    }

    fn deleted(shortening: &Shortening) -> Vec<&str> {
        shortening.delete.iter().flatten().map(|p| p.text.as_str()).collect()
    }

    const ORDER: &str = "Order 114-3941689-8772232: which name shall we engrave?";

    #[test]
    fn what_breaks_the_rules_must_go_and_no_more() {
        assert_eq!(shortened(ORDER), None);
        let text = format!("Please leave us a 5-star review! {ORDER} Use code SAVE10 at www.lids.example.com. The lid is blue.");
        let found = shortened(&text).expect("it does not pass");
        assert_eq!(deleted(&found), ["Please leave us a 5-star review!", "Use code SAVE10 at www.lids.example.com."]);
        assert!(found.proved() && found.tried_up_to == 1, "{found:?}");
    }

    #[test]
    fn a_link_goes_with_the_words_it_stands_behind() {
        let text = format!("<p>{ORDER}</p><p><a href=\"http://lids.example.com\">See more lids.</a></p>");
        assert_eq!(deleted(&shortened(&text).expect("it does not pass")), ["See more lids."]);
    }

    #[test]
    fn where_every_sentence_would_have_to_go_there_is_no_answer() {
        let found = shortened("Please leave us a 5-star review! Follow us on Instagram.").expect("it does not pass");
        assert_eq!(found.delete, None);
        assert!(found.proved() && !found.remaining.is_empty(), "{found:?}");
    }

    #[test]
    fn long_messages_get_an_answer_that_passes_with_what_was_proved() {
        let plain = format!("{ORDER} ").repeat(30);
        let asked: String = (0..5).map(|_| format!("{plain}Please leave us a 5-star review! ")).collect();
        let found = shortened(&asked).expect("it does not pass");
        assert_eq!(found.delete.as_ref().map(Vec::len), Some(5));
        assert!(!found.proved() && found.tried_up_to == 1, "{}", found.tried_up_to);
    }

    #[test]
    fn combinations_are_counted_without_overflow() {
        assert_eq!((combinations(5, 2), combinations(5, 0), combinations(3, 3)), (Some(10), Some(1), Some(1)));
        assert_eq!(combinations(usize::MAX, 3), None);
    }
}
