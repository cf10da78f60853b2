//! Quoted matter, which is not the seller's own request.

use std::ops::Range;

/// Words outside of quotation marks from which on a sentence speaks about what it quotes.
const SPEAKING: usize = 3;

/// Whether a stretch of a sentence is somebody else's words: the proof of a card, a card that a stranger put into the box.
pub fn quoted(sentence: &str, found: Range<usize>) -> bool {
    let before = &sentence[..found.start];
    if before.matches('"').count().is_multiple_of(2) || !sentence[found.end..].contains('"') {
        return false;
    }
    let outside = sentence.split('"').step_by(2);
    outside.flat_map(str::split_whitespace).count() >= SPEAKING
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_quoted(sentence: &str, words: &str) -> bool {
        let start = sentence.find(words).expect("the words are there");
        quoted(sentence, start..start + words.len())
    }

    #[test]
    fn a_proof_is_quoted_and_a_request_is_not() {
        assert!(is_quoted("Your card reads \"Leave us five stars!\" in blue.", "five stars"));
        assert!(!is_quoted("\"Leave us five stars!\"", "five stars"));
        assert!(!is_quoted("Leave a \"nice\" review, five stars, please.", "five stars"));
    }
}
