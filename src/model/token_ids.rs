//! The sentences of a message as token ids.

use std::borrow::Cow;

use super::wordpiece::WordPiece;

/// The token ids of some sentences, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenIds {
    ids: Vec<u32>,
    /// Where each sentence ends.
    ends: Vec<usize>,
}

impl TokenIds {
    /// The ids of some sentences, without special tokens.
    pub fn of(tokenizer: &WordPiece, sentences: &[Cow<'_, str>]) -> Self {
        let mut tokens = TokenIds { ids: Vec::with_capacity(sentences.iter().map(|s| s.len() / 4).sum()), ends: Vec::new() };
        for sentence in sentences {
            tokenizer.encode(sentence, &mut tokens.ids);
            tokens.ends.push(tokens.ids.len());
        }
        tokens
    }

    /// The ids of each sentence, in order.
    pub fn sentences(&self) -> impl Iterator<Item = &[u32]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.ids[start..end])
    }
}

#[cfg(test)]
impl<'s> FromIterator<&'s [u32]> for TokenIds {
    fn from_iter<I: IntoIterator<Item = &'s [u32]>>(sentences: I) -> Self {
        let mut tokens = TokenIds { ids: Vec::new(), ends: Vec::new() };
        for sentence in sentences {
            tokens.ids.extend(sentence);
            tokens.ends.push(tokens.ids.len());
        }
        tokens
    }
}
