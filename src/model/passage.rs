//! What a transformer reads at once: neighbouring sentences as one sequence of tokens, so that each is understood in its context.

use std::ops::Range;

use super::token_ids::TokenIds;

/// Most tokens of a passage, its two special tokens included; what all-MiniLM-L6-v2 was trained on.
pub const LONGEST_PASSAGE: usize = 128;

/// Neighbouring sentences in one sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// Token ids, `[CLS]` first and `[SEP]` last.
    pub ids: Vec<u32>,
    /// The sentences in it: index among all, and which of the ids are its own; never empty.
    pub sentences: Vec<(usize, Range<usize>)>,
}

/// Packs sentences, in order, into as few passages as their order allows, each between the special tokens `edges`. A sentence that is
/// too long for one goes on in the next; one without tokens is in none.
pub fn passages(tokens: &TokenIds, edges: (u32, u32)) -> Vec<Passage> {
    let (first, last) = edges;
    let mut passages = Vec::new();
    let mut open = Passage { ids: vec![first], sentences: Vec::new() };
    let mut close = |open: &mut Passage| {
        if !open.sentences.is_empty() {
            open.ids.push(last);
            passages.push(std::mem::replace(open, Passage { ids: vec![first], sentences: Vec::new() }));
        }
    };
    for (index, sentence) in tokens.sentences().enumerate() {
        let mut rest = sentence;
        if open.ids.len() + rest.len() + 1 > LONGEST_PASSAGE {
            close(&mut open);
        }
        while !rest.is_empty() {
            let fits = rest.len().min(LONGEST_PASSAGE - 1 - open.ids.len());
            let start = open.ids.len();
            open.ids.extend_from_slice(&rest[..fits]);
            open.sentences.push((index, start..start + fits));
            rest = &rest[fits..];
            if !rest.is_empty() {
                close(&mut open);
            }
        }
    }
    close(&mut open);
    passages
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::super::wordpiece::WordPiece;
    use super::*;
    use proptest::prelude::*;

    fn packed(sentences: &[&str]) -> Vec<Passage> {
        let tokenizer = WordPiece::new(Cow::Borrowed(super::super::bundle::DEFAULT_TOKENIZER)).expect("the tokenizer is valid");
        let sentences: Vec<Cow<'_, str>> = sentences.iter().map(|s| Cow::from(*s)).collect();
        passages(&TokenIds::of(&tokenizer, &sentences), tokenizer.edges().expect("there are special tokens"))
    }

    #[test]
    fn short_sentences_share_a_passage_and_long_ones_are_cut() {
        let long = "kettle ".repeat(300);
        let passages = packed(&["Hello there.", "", "All well?", &long]);
        assert_eq!(passages[0].sentences, [(0, 1..4), (2, 4..7)]);
        assert_eq!(passages[0].ids.len(), 8);
        let lengths: Vec<usize> = passages[1..].iter().map(|p| p.ids.len()).collect();
        assert_eq!(lengths, [128, 128, 50]);
    }

    proptest! {
        #[test]
        fn every_token_is_in_one_place(lengths in proptest::collection::vec(0usize..200, 0..12)) {
            let texts: Vec<String> = lengths.iter().map(|n| "card ".repeat(*n)).collect();
            let passages = packed(&texts.iter().map(String::as_str).collect::<Vec<_>>());
            let mut counted = vec![0; lengths.len()];
            for passage in &passages {
                prop_assert!(passage.ids.len() <= LONGEST_PASSAGE);
                let mut at = 1;
                for (sentence, range) in &passage.sentences {
                    prop_assert!(range.start == at && !range.is_empty());
                    at = range.end;
                    counted[*sentence] += range.len();
                }
                prop_assert_eq!(at + 1, passage.ids.len());
            }
            prop_assert_eq!(counted, lengths);
        }
    }
}
