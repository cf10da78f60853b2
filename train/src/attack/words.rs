//! Which parts of a text a disguise may touch: words, but no links, addresses and merge tags, which would stop working.

use crate::random::Random;

/// Rewrites the words of a text: stretches of letters, outside tokens that work only as they are.
pub fn each_word(text: &str, mut rewrite: impl FnMut(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    for token in text.split_inclusive(char::is_whitespace) {
        if works_as_it_is(token) {
            out.push_str(token);
            continue;
        }
        let mut rest = token;
        while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic()) {
            let end = rest[start..].find(|c: char| !c.is_ascii_alphabetic()).map_or(rest.len(), |n| start + n);
            out.push_str(&rest[..start]);
            out.push_str(&rewrite(&rest[start..end]));
            rest = &rest[end..];
        }
        out.push_str(rest);
    }
    out
}

/// A link, host, address, handle or merge tag.
fn works_as_it_is(token: &str) -> bool {
    let inner_dot = token.trim_end().trim_end_matches(['.', ',', '!', '?', ')', ':']).contains('.');
    inner_dot || token.contains(['@', '{', '}', '[', ']', '%', '/'])
}

/// Rewrites every letter of the words.
pub fn each_letter(text: &str, rewrite: impl Fn(char) -> String) -> String {
    each_word(text, |word| word.chars().map(&rewrite).collect())
}

/// Rewrites one letter in each word of three letters or more, not the first where there is another that may be.
pub fn one_letter(text: &str, random: &mut Random, may: impl Fn(char) -> bool, rewrite: impl Fn(char) -> String) -> String {
    each_word(text, |word| {
        let places: Vec<usize> = word.char_indices().filter(|&(i, c)| i > 0 && may(c)).map(|(i, _)| i).collect();
        if word.len() < 3 || places.is_empty() {
            return word.to_owned();
        }
        let at = places[random.below(places.len())];
        word.char_indices().map(|(i, c)| if i == at { rewrite(c) } else { c.to_string() }).collect()
    })
}

/// Puts something between the letters of each word of four letters or more; `what` is told how many came before.
pub fn between_letters(text: &str, what: impl Fn(usize) -> String) -> String {
    each_word(text, |word| {
        if word.len() < 4 {
            return word.to_owned();
        }
        word.chars().enumerate().map(|(i, c)| if i == 0 { c.to_string() } else { format!("{}{c}", what(i - 1)) }).collect()
    })
}
