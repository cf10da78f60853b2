//! Two tiers as one: the token network judges everything, and what it suspects is read by the encoder.

use rustc_hash::FxHashSet;

use super::calibration::sigmoid;
use super::passage::Passage;

/// Which part of a model judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Tier {
    /// The token network alone: thousands of messages a second
    Fast,
    /// The encoder reads everything: some hundreds of messages a second
    Full,
    /// The token network, and the encoder for what it suspects
    #[default]
    Auto,
}

/// What was made of a sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct SentenceScores {
    /// Its index in the message.
    pub sentence: usize,
    /// Calibrated log odds, one number per label.
    pub log_odds: Vec<f64>,
}

/// What was made of a message's sentences; one that is longer than a passage may be there several times.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Judged(pub Vec<SentenceScores>);

impl Judged {
    /// The passages with a sentence whose probability, of any label, is `from` or more. There is no upper end: what the token network is
    /// sure of may still be a false alarm.
    pub fn suspected<'p>(&self, passages: &'p [Passage], from: f64) -> Vec<&'p Passage> {
        let suspected = |scores: &&SentenceScores| scores.log_odds.iter().any(|&o| sigmoid(o) >= from);
        let suspected: FxHashSet<usize> = self.0.iter().filter(suspected).map(|s| s.sentence).collect();
        passages.iter().filter(|p| p.sentences.iter().any(|(s, _)| suspected.contains(s))).collect()
    }

    /// The same with what the encoder said of the sentences it has read in the place of what was said before.
    #[must_use]
    pub fn overruled(mut self, by: Judged) -> Judged {
        let read: FxHashSet<usize> = by.0.iter().map(|s| s.sentence).collect();
        self.0.retain(|kept| !read.contains(&kept.sentence));
        self.0.extend(by.0);
        self
    }

    /// The most telling sentence for a label, the first of equals, and its log odds.
    pub fn best(&self, label: usize) -> Option<(usize, f64)> {
        let all = self.0.iter().map(|s| (s.sentence, s.log_odds[label]));
        all.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
    }

    /// The probability of each of some labels: that of its most telling sentence.
    pub fn probabilities(&self, labels: usize) -> Vec<f64> {
        (0..labels).map(|l| self.best(l).map_or(0.0, |(_, odds)| sigmoid(odds))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(log_odds: &[(usize, f64)]) -> Judged {
        Judged(log_odds.iter().map(|&(sentence, o)| SentenceScores { sentence, log_odds: vec![o] }).collect())
    }

    fn passage(sentences: std::ops::Range<usize>) -> Passage {
        Passage { ids: vec![], sentences: sentences.map(|s| (s, 0..1)).collect() }
    }

    #[test]
    fn only_suspected_passages_are_read() {
        let fast = judged(&[(0, -6.0), (1, -5.0), (2, -0.5)]);
        let passages = [passage(0..2), passage(2..3)];
        assert_eq!(fast.suspected(&passages, 0.1), [&passages[1]]);
        assert!(fast.suspected(&passages, 0.5).is_empty());
    }

    #[test]
    fn the_encoder_has_the_last_word_on_what_it_has_read() {
        let both = judged(&[(0, -3.0), (1, 2.0)]).overruled(judged(&[(1, -4.0), (1, -3.5)]));
        assert_eq!(both.best(0), Some((0, -3.0)));
        assert_eq!(both.0.len(), 3);
    }

    #[test]
    fn the_first_of_equals_is_pointed_at() {
        assert_eq!(judged(&[(2, 1.0), (0, 1.0), (1, 0.5)]).best(0), Some((0, 1.0)));
        assert_eq!(judged(&[]).best(0), None);
    }
}
