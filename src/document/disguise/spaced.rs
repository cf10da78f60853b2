//! Letters that stand apart, as in `r e v i e w` and `r.e.v.i.e.w`. They are joined where they make words: `A B C`, `5 x 7 x 3` and initials stay.

use std::ops::Range;

use super::super::view::{Edit, View};
use super::words::reading_cost;
use super::{Disguise, DisguiseKind, leet, lookalike};

/// What may stand between letters.
fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '.' | '-' | '_' | '*' | '/' | '|' | '~' | '+' | ',' | '\'' | '(' | ')' | '[' | ']' | '·' | '•' | '\u{A0}' | '\n')
}

/// Most characters between two letters.
const WIDEST: usize = 3;

/// Fewest letters that are joined.
const FEWEST: usize = 4;

/// Letters after which a run is cut, so that a text of nothing else takes little memory.
const LONGEST_RUN: usize = 1000;

/// Longest word tried.
const LONGEST_WORD: usize = 14;

/// A letter that stands alone.
struct Lone {
    range: Range<usize>,
    /// In lower case.
    letter: u8,
}

/// Joins letters that stand apart.
pub fn join<'r>(view: View<'r>, found: &mut Vec<Disguise>) -> View<'r> {
    let text = view.text();
    let mut edits = Vec::new();
    for run in runs(text) {
        for words in stretches(text, &run) {
            let letters = &run[words.start..words.end];
            let range = letters[0].range.start..letters[letters.len() - 1].range.end;
            found.push(Disguise { kind: DisguiseKind::Spaced, raw: view.to_raw(range.clone()), reading: words.reading.clone() });
            edits.push(Edit::replace(range, words.reading));
        }
    }
    view.edited(&edits)
}

/// Runs of letters that stand alone, of a length worth joining.
fn runs(text: &str) -> Vec<Vec<Lone>> {
    let mut runs = Vec::new();
    let mut run: Vec<Lone> = Vec::new();
    let mut gap = 0;
    let mut before = None;
    let mut chars = text.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        let next = chars.peek().map(|(_, n)| *n);
        let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let mark = matches!(c, '@' | '$' | '!');
        if (c.is_alphanumeric() || mark)
            && !word(before)
            && !word(next)
            && let Some(letter) = lone_letter(c)
        {
            run.push(Lone { range: i..i + c.len_utf8(), letter });
            gap = 0;
            if run.len() == LONGEST_RUN {
                close(&mut run, &mut runs);
            }
        } else if is_separator(c) && gap < WIDEST && !run.is_empty() {
            gap += 1;
        } else {
            close(&mut run, &mut runs);
            gap = 0;
        }
        before = Some(c);
    }
    close(&mut run, &mut runs);
    runs
}

fn close(run: &mut Vec<Lone>, runs: &mut Vec<Vec<Lone>>) {
    if run.len() >= FEWEST {
        runs.push(std::mem::take(run));
    } else {
        run.clear();
    }
}

fn lone_letter(c: char) -> Option<u8> {
    if let Some(letter) = lookalike::latin(c) {
        return u8::try_from(letter.to_ascii_lowercase()).ok();
    }
    u8::try_from(c).ok().and_then(leet::letter).filter(u8::is_ascii_alphabetic)
}

/// A stretch of a run that makes words.
struct Words {
    start: usize,
    end: usize,
    reading: String,
}

/// The stretches of a run that make words: the letters are cut so that as few as possible are left over, in as few words as possible.
fn stretches(text: &str, run: &[Lone]) -> Vec<Words> {
    let letters: String = run.iter().map(|l| char::from(l.letter)).collect();
    // the cheapest way to each position, and where its last word began
    let mut best: Vec<(usize, usize, bool)> = vec![(0, 0, false)];
    for end in 1..=letters.len() {
        let mut cheapest = (best[end - 1].0 + 7, end - 1, false);
        for start in end.saturating_sub(LONGEST_WORD)..end {
            if let Some(cost) = reading_cost(&letters[start..end]).map(|c| best[start].0 + c).filter(|c| *c < cheapest.0) {
                cheapest = (cost, start, true);
            }
        }
        best.push(cheapest);
    }
    let mut pieces = Vec::new();
    let mut end = letters.len();
    while end > 0 {
        let (_, start, known) = best[end];
        pieces.push((start..end, known));
        end = start;
    }
    pieces.reverse();
    pieces
        .chunk_by(|a, b| a.1 && b.1)
        .filter(|chunk| chunk[0].1)
        .filter_map(|chunk| words(chunk, &letters, |i| dotted(text, run, i)))
        .collect()
}

fn words(chunk: &[(Range<usize>, bool)], letters: &str, dotted: impl Fn(usize) -> bool) -> Option<Words> {
    let (start, end) = (chunk[0].0.start, chunk[chunk.len() - 1].0.end);
    let telling = chunk.iter().any(|(r, _)| r.len() >= FEWEST);
    // "m y s t o r e . c o m": an address has no blanks
    let address = chunk[1..].iter().any(|(r, _)| dotted(r.start));
    let mut reading = String::new();
    for (range, _) in chunk {
        if range.start > start {
            reading.push_str(if dotted(range.start) {
                "."
            } else if address {
                ""
            } else {
                " "
            });
        }
        reading.push_str(&letters[range.clone()]);
    }
    (end - start >= FEWEST && telling).then_some(Words { start, end, reading })
}

/// Whether a full stop stands before a letter of a run, and not before the one it follows.
fn dotted(text: &str, run: &[Lone], at: usize) -> bool {
    let gap = |i: usize| text[run[i - 1].range.end..run[i].range.start].contains('.');
    at > 0 && gap(at) && !(at > 1 && gap(at - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        join(View::identity(text), &mut Vec::new()).text().to_owned()
    }

    #[test]
    fn words_are_joined() {
        assert_eq!(read("a good r e v i e w, please"), "a good review, please");
        assert_eq!(read("r.e.v.i.e.w or r-e-v-i-e-w or r_e_v_i_e_w or R/E/V/I/E/W"), "review or review or review or review");
        assert_eq!(read("l e a v e  a  r e v i e w"), "leave a review");
        assert_eq!(read("g i f t c a r d"), "gift card");
        assert_eq!(read("r 3 v i 3 w"), "review");
        assert_eq!(read("r\ne\nv\ni\ne\nw"), "review");
    }

    #[test]
    fn lists_sizes_and_initials_stay() {
        for text in [
            "A B C D E F",
            "5 x 7 x 3 x 2",
            "J. R. R. T. Smith",
            "S M L X L",
            "e.g. i.e. a.m. p.m. U.S.A. P.S. q.v.",
            "I a m",
            "a - b - c - d",
            "1 2 3 4 5 6 7",
            "1.2.3.4",
            "W x D x H",
        ] {
            assert_eq!(read(text), text);
        }
    }
}
