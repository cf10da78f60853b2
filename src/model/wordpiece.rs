//! WordPiece with the ids of a frozen `tokenizer.json`, straight from the text.
//!
//! The crate `tokenizers` defines what is right and reads whatever this module is not sure of; a test compares the two on
//! every character. Going straight to the ids is some thirty times faster.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;
use tokenizers::Tokenizer;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// Words of more characters than this are unknown.
const LONGEST_WORD: usize = 100;

/// The parts of a `tokenizer.json` that are read here.
#[derive(Deserialize)]
struct TokenizerFile<'a> {
    #[serde(borrow)]
    model: ModelFile<'a>,
    normalizer: NormalizerFile,
}

#[derive(Deserialize)]
struct ModelFile<'a> {
    #[serde(rename = "type")]
    kind: String,
    unk_token: String,
    continuing_subword_prefix: String,
    max_input_chars_per_word: usize,
    #[serde(borrow)]
    vocab: HashMap<Cow<'a, str>, u32>,
}

#[derive(Deserialize)]
struct NormalizerFile {
    #[serde(rename = "type")]
    kind: String,
    clean_text: bool,
    handle_chinese_chars: bool,
    strip_accents: Option<bool>,
    lowercase: bool,
}

/// A frozen uncased WordPiece tokenizer.
#[derive(Debug)]
pub struct WordPiece {
    /// Pieces that begin a word.
    heads: FxHashMap<Box<[u8]>, u32>,
    /// Pieces that continue one, without their prefix.
    tails: FxHashMap<Box<[u8]>, u32>,
    longest_piece: usize,
    unknown: u32,
    json: Cow<'static, [u8]>,
    /// The number of tokens: one more than the highest id.
    size: usize,
    slow: OnceLock<Result<Tokenizer, String>>,
}

impl WordPiece {
    /// Reads a `tokenizer.json` of the uncased BERT family.
    ///
    /// # Errors
    /// When it is no JSON, or a tokenizer of another kind; in words.
    pub fn new(json: Cow<'static, [u8]>) -> Result<Self, String> {
        let (heads, tails, longest_piece, unknown, size) = {
            let file: TokenizerFile<'_> = serde_json::from_slice(&json).map_err(|e| format!("not a tokenizer of this kind: {e}"))?;
            let n = &file.normalizer;
            if file.model.kind != "WordPiece"
                || n.kind != "BertNormalizer"
                || !(n.clean_text && n.handle_chinese_chars && n.lowercase && n.strip_accents != Some(false))
                || file.model.max_input_chars_per_word != LONGEST_WORD
                || file.model.continuing_subword_prefix != "##"
            {
                return Err("only uncased BERT WordPiece tokenizers are supported".to_owned());
            }
            let mut heads = FxHashMap::with_capacity_and_hasher(file.model.vocab.len(), Default::default());
            let mut tails = FxHashMap::default();
            let (mut longest, mut size) = (0, 0);
            for (piece, &id) in &file.model.vocab {
                let (map, bytes) = match piece.strip_prefix("##") {
                    Some(rest) => (&mut tails, rest.as_bytes()),
                    None => (&mut heads, piece.as_bytes()),
                };
                // a list by id must not be larger than the file
                if id > 0xFFFF {
                    return Err(format!("the token {piece:?} has the id {id}, which is above 65535"));
                }
                longest = longest.max(bytes.len());
                size = size.max(id as usize + 1);
                map.insert(bytes.into(), id);
            }
            let unknown = *file.model.vocab.get(file.model.unk_token.as_str()).ok_or("the unknown token has no id")?;
            (heads, tails, longest, unknown, size)
        };
        Ok(WordPiece { heads, tails, longest_piece, unknown, json, size, slow: OnceLock::new() })
    }

    /// The file it was read from.
    pub fn json(&self) -> &[u8] {
        &self.json
    }

    /// The id of a whole token such as `review`, `##s` or `[SEP]`.
    pub fn id(&self, token: &str) -> Option<u32> {
        match token.strip_prefix("##") {
            Some(rest) if !rest.is_empty() => self.tails.get(rest.as_bytes()).copied(),
            _ => self.heads.get(token.as_bytes()).copied(),
        }
    }

    /// The ids of the tokens that stand for the beginning and the end of a text.
    ///
    /// # Errors
    /// When there are none; in words.
    pub fn edges(&self) -> Result<(u32, u32), String> {
        let id = |token: &str| self.id(token).filter(|&id| id < 0xFFFF).ok_or(format!("the tokenizer has no token {token}"));
        Ok((id("[CLS]")?, id("[SEP]")?))
    }

    /// The number of tokens: one more than the highest id.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Reads the file as the crate `tokenizers` does, which also looks at what plain text does not need.
    ///
    /// # Errors
    /// When it is damaged; in words.
    pub fn check(&self) -> Result<(), String> {
        self.slow().map(|_| ())
    }

    /// Appends the ids of a text, without special tokens.
    pub fn encode(&self, text: &str, ids: &mut Vec<u32>) {
        if text.is_ascii() {
            self.encode_ascii(text.as_bytes(), ids);
        } else if text.chars().all(is_settled) {
            self.encode_ascii_or_not(text, ids);
        } else {
            self.encode_slowly(text, ids);
        }
    }

    /// The same by the crate `tokenizers`.
    pub fn encode_slowly(&self, text: &str, ids: &mut Vec<u32>) {
        if let Some(encoding) = self.slow().ok().and_then(|tokenizer| tokenizer.encode_fast(text, false).ok()) {
            ids.extend_from_slice(encoding.get_ids());
        }
    }

    fn slow(&self) -> Result<&Tokenizer, String> {
        let read = || -> Result<Tokenizer, String> {
            let mut file: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&self.json).map_err(|e| e.to_string())?;
            // ids are never turned into text here, and the crate panics on a decoder that it does not know
            file.remove("decoder");
            let mut tokenizer: Tokenizer = serde_json::from_value(file.into()).map_err(|e| e.to_string())?;
            // the file of a sentence encoder cuts and pads; here every token counts
            tokenizer.with_padding(None);
            tokenizer.with_truncation(None).map_err(|e| e.to_string())?;
            // a message that says "[SEP]" says these letters
            tokenizer.set_encode_special_tokens(true);
            Ok(tokenizer)
        };
        self.slow.get_or_init(read).as_ref().map_err(Clone::clone)
    }

    fn encode_ascii(&self, text: &[u8], ids: &mut Vec<u32>) {
        let mut word = [0u8; LONGEST_WORD];
        let mut length = 0;
        for &byte in text {
            if byte.is_ascii_alphanumeric() {
                if length < LONGEST_WORD {
                    word[length] = byte.to_ascii_lowercase();
                }
                length += 1;
                continue;
            }
            // control characters vanish without ending the word
            if byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r') {
                continue;
            }
            if length > 0 {
                self.push_word(&word[..length.min(LONGEST_WORD)], length, ids);
                length = 0;
            }
            if byte.is_ascii_punctuation() {
                self.push_word(&[byte], 1, ids);
            }
        }
        if length > 0 {
            self.push_word(&word[..length.min(LONGEST_WORD)], length, ids);
        }
    }

    /// As the normaliser and pre-tokenizer of BERT do: controls removed, Chinese characters apart, accents stripped, lower
    /// case; then words and single punctuation characters.
    fn encode_ascii_or_not(&self, text: &str, ids: &mut Vec<u32>) {
        let mut spaced = String::with_capacity(text.len() + 8);
        for c in text.chars().filter(|&c| matches!(c, '\t' | '\n' | '\r') || !is_other(c)) {
            if is_chinese(c) {
                spaced.extend([' ', c, ' ']);
            } else {
                spaced.push(if c.is_whitespace() { ' ' } else { c });
            }
        }
        let normal = spaced.nfd().filter(|&c| !is_nonspacing(c)).flat_map(char::to_lowercase);
        let mut word = String::new();
        let mut count = 0;
        for c in normal {
            let punctuation = is_punctuation(c);
            if !c.is_whitespace() && !punctuation {
                word.push(c);
                count += 1;
                continue;
            }
            if count > 0 {
                self.push_word(word.as_bytes(), count, ids);
                word.clear();
                count = 0;
            }
            if punctuation {
                self.push_word(c.encode_utf8(&mut [0; 4]).as_bytes(), 1, ids);
            }
        }
        if count > 0 {
            self.push_word(word.as_bytes(), count, ids);
        }
    }

    /// Appends the ids of one word of `characters` characters, longest piece first.
    fn push_word(&self, word: &[u8], characters: usize, ids: &mut Vec<u32>) {
        if characters > LONGEST_WORD {
            ids.push(self.unknown);
            return;
        }
        if let Some(&id) = self.heads.get(word) {
            ids.push(id);
            return;
        }
        let before = ids.len();
        let mut start = 0;
        while start < word.len() {
            let map = if start == 0 { &self.heads } else { &self.tails };
            let longest = word.len().min(start + self.longest_piece);
            let found = (start + 1..=longest).rev().find_map(|end| map.get(&word[start..end]).map(|&id| (id, end)));
            let Some((id, end)) = found else {
                ids.truncate(before);
                ids.push(self.unknown);
                return;
            };
            ids.push(id);
            start = end;
        }
    }
}

/// Characters on which this module and the crate agree: scripts whose tables have not changed between Unicode versions.
fn is_settled(c: char) -> bool {
    matches!(c, '\0'..='\u{036F}' | '\u{0400}'..='\u{052F}' | '\u{1E00}'..='\u{1EFF}' | '\u{2000}'..='\u{2064}' | '\u{20A0}'..='\u{20BF}'
        | '\u{2100}'..='\u{218B}' | '\u{2190}'..='\u{2426}' | '\u{2460}'..='\u{2B73}' | '\u{3000}'..='\u{3029}' | '\u{4E00}'..='\u{9FA5}' | '\u{FB00}'..='\u{FB06}' | '\u{FE0F}' | '\u{1F300}'..='\u{1F64F}')
}

fn is_other(c: char) -> bool {
    c == '\0' || c == '\u{FFFD}' || c.general_category_group() == GeneralCategoryGroup::Other
}

fn is_nonspacing(c: char) -> bool {
    is_combining_mark(c) && c.general_category() == unicode_properties::GeneralCategory::NonspacingMark
}

fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation() || c.general_category_group() == GeneralCategoryGroup::Punctuation
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{20000}'..='\u{2A6DF}' | '\u{2A700}'..='\u{2B73F}'
        | '\u{2B740}'..='\u{2B81F}' | '\u{2B920}'..='\u{2CEAF}' | '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn both(tokenizer: &WordPiece, text: &str) -> (Vec<u32>, Vec<u32>) {
        let (mut fast, mut slow) = (Vec::new(), Vec::new());
        tokenizer.encode(text, &mut fast);
        tokenizer.encode_slowly(text, &mut slow);
        (fast, slow)
    }

    fn default_tokenizer() -> WordPiece {
        WordPiece::new(Cow::Borrowed(include_bytes!("../../models/default/tokenizer.json"))).expect("the tokenizer is valid")
    }

    #[test]
    fn every_character_gives_the_same_ids_as_the_reference() {
        let tokenizer = default_tokenizer();
        let differing: Vec<char> = ('\0'..=char::MAX)
            .filter(|&c| is_settled(c))
            .filter(|c| {
                let (fast, slow) = both(&tokenizer, &format!("re{c}view {c} a{c}"));
                fast != slow
            })
            .collect();
        assert!(differing.is_empty(), "{} characters differ: {:?}", differing.len(), &differing[..differing.len().min(40)]);
    }

    #[test]
    fn damage_that_plain_text_does_not_meet_is_found_by_the_check() {
        let file: serde_json::Value = serde_json::from_slice(default_tokenizer().json()).expect("it is JSON");
        let with = |key: &str, value: serde_json::Value| {
            let mut file = file.clone();
            file[key] = value;
            WordPiece::new(Cow::Owned(serde_json::to_vec(&file).expect("JSON"))).and_then(|t| t.check())
        };
        assert!(with("decoder", serde_json::json!({ "type": "none" })).is_ok(), "it is not used");
        assert!(with("pre_tokenizer", serde_json::json!({ "type": "none" })).is_err());
    }

    #[test]
    fn long_words_are_unknown() {
        let tokenizer = default_tokenizer();
        for length in [99, 100, 101, 300] {
            let (fast, slow) = both(&tokenizer, &"a".repeat(length));
            assert_eq!(fast, slow, "{length}");
        }
    }

    proptest! {
        #[test]
        fn every_text_gives_the_same_ids_as_the_reference(text in "([a-zA-Z]{1,12}|[ .,!?'\"-]|[0-9]{1,4}|[é漢ß★£“’—İΣς]|\\[(SEP|MASK|UNK)\\]|\\PC){0,30}") {
            let (fast, slow) = both(default_tokenizer_once(), &text);
            prop_assert_eq!(fast, slow);
        }
    }

    fn default_tokenizer_once() -> &'static WordPiece {
        static ONCE: OnceLock<WordPiece> = OnceLock::new();
        ONCE.get_or_init(default_tokenizer)
    }
}
