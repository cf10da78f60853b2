//! What people read: the summary of a batch, findings pointed at in the text, and explanations.

pub mod diagnostic;
pub mod explanation;
pub mod summary;

pub use summary::Summary;

/// Text of the input made safe for a terminal: control characters, which could carry commands to it, become `?`, byte for
/// byte, so that positions stay the same.
pub fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let unsafe_char = c.is_control() && c != '\n' && c != '\t';
            std::iter::repeat_n(if unsafe_char { '?' } else { c }, if unsafe_char { c.len_utf8() } else { 1 })
        })
        .collect()
}

/// A text on one line, cut to `width` characters.
pub fn one_line(text: &str, width: usize) -> String {
    let joined = printable(text).split_whitespace().collect::<Vec<_>>().join(" ");
    if joined.chars().count() <= width {
        return joined;
    }
    let cut: String = joined.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let text = "a\u{1b}[31mred\u{9b}x\r\n\tb";
        let safe = printable(text);
        assert_eq!(safe, "a?[31mred??x?\n\tb");
        assert_eq!(safe.len(), text.len());
        assert_eq!(one_line("one  two\nthree", 9), "one two…");
    }
}
