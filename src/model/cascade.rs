//! Two tiers as one: token tables judge everything, and what leaves them in doubt is read by the encoder.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::calibration::sigmoid;
use super::passage::Passage;

/// Which part of a model judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Tier {
    /// Token tables alone: tens of thousands of messages a second
    Fast,
    /// The encoder reads everything: some tens of messages a second
    Full,
    /// Token tables, and the encoder for what they leave in doubt
    #[default]
    Auto,
}

/// Probabilities between which the token tables leave a sentence in doubt, whatever the label.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// From here on.
    pub low: f64,
    /// Up to here, not included.
    pub high: f64,
}

impl Band {
    fn holds(&self, log_odds: f64) -> bool {
        (self.low..self.high).contains(&sigmoid(log_odds))
    }
}

/// Stretches of a message with the calibrated log odds of every label.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Judged {
    /// Ranges of sentences.
    pub windows: Vec<Range<usize>>,
    /// For each, one number per label.
    pub log_odds: Vec<Vec<f64>>,
}

/// A single sentence stands for a pair of which it is part when its log odds come this close: pointing at fewer words is worth a
/// little score.
const SENTENCE_PREFERENCE: f64 = 0.7;

impl Judged {
    /// The passages that the encoder must read: those with a sentence in a window that is in doubt.
    pub fn in_doubt<'p>(&self, passages: &'p [Passage], band: Band) -> Vec<&'p Passage> {
        let doubtful: Vec<&Range<usize>> =
            self.windows.iter().zip(&self.log_odds).filter(|(_, odds)| odds.iter().any(|&o| band.holds(o))).map(|(w, _)| w).collect();
        let touched = |p: &&Passage| p.sentences.iter().any(|(s, _)| doubtful.iter().any(|w| w.contains(s)));
        passages.iter().filter(touched).collect()
    }

    /// The same with what the encoder said of some sentences in the place of every window with one of them.
    #[must_use]
    pub fn overruled(self, by: Judged) -> Judged {
        let fresh = |window: &Range<usize>| !by.windows.iter().any(|b| b.start < window.end && window.start < b.end);
        let kept = self.windows.into_iter().zip(self.log_odds).filter(|(w, _)| fresh(w));
        let (mut windows, mut log_odds): (Vec<_>, Vec<_>) = kept.unzip();
        windows.extend(by.windows);
        log_odds.extend(by.log_odds);
        Judged { windows, log_odds }
    }

    /// The window to point at for a label, and the highest log odds of all windows.
    pub fn best(&self, label: usize) -> Option<(&Range<usize>, f64)> {
        let odds = |w: usize| self.log_odds[w][label];
        let best = |candidates: &mut dyn Iterator<Item = usize>| {
            candidates.max_by(|&a, &b| odds(a).total_cmp(&odds(b)).then(self.windows[b].start.cmp(&self.windows[a].start)).then(b.cmp(&a)))
        };
        let highest = best(&mut (0..self.windows.len()))?;
        let (whole, score) = (&self.windows[highest], odds(highest));
        let inside = |w: &usize| {
            let window = &self.windows[*w];
            window.len() < whole.len() && whole.start <= window.start && window.end <= whole.end && odds(*w) >= score - SENTENCE_PREFERENCE
        };
        let narrower = best(&mut (0..self.windows.len()).filter(inside));
        Some((&self.windows[narrower.unwrap_or(highest)], score))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(windows: &[(Range<usize>, f64)]) -> Judged {
        Judged { windows: windows.iter().map(|(w, _)| w.clone()).collect(), log_odds: windows.iter().map(|(_, o)| vec![*o]).collect() }
    }

    fn passage(sentences: Range<usize>) -> Passage {
        Passage { ids: vec![], sentences: sentences.map(|s| (s, 0..1)).collect() }
    }

    #[test]
    fn only_passages_in_doubt_are_read() {
        let fast = judged(&[(0..1, -6.0), (1..2, -5.0), (2..3, -0.5), (0..2, -5.5), (1..3, -4.0)]);
        let passages = [passage(0..2), passage(2..3)];
        let read = fast.in_doubt(&passages, Band { low: 0.1, high: 0.9 });
        assert_eq!(read, [&passages[1]]);
        assert!(fast.in_doubt(&passages, Band { low: 0.5, high: 1.0 }).is_empty());
    }

    #[test]
    fn the_encoder_has_the_last_word_on_what_it_has_read() {
        let fast = judged(&[(0..1, -3.0), (1..2, 2.0), (0..2, 2.5)]);
        let both = fast.overruled(judged(&[(1..2, -4.0)]));
        assert_eq!(both.best(0), Some((&(0..1), -3.0)));
    }

    #[test]
    fn a_sentence_stands_for_its_pair() {
        let pair = judged(&[(0..1, 1.0), (1..2, 2.0), (0..2, 2.5)]);
        assert_eq!(pair.best(0), Some((&(1..2), 2.5)));
        let split = judged(&[(0..1, 1.0), (1..2, 1.0), (0..2, 2.5)]);
        assert_eq!(split.best(0), Some((&(0..2), 2.5)));
        assert_eq!(judged(&[]).best(0), None);
    }
}
