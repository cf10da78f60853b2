//! What people read: the summary of a batch, findings pointed at in the text, and explanations.

pub mod diagnostic;
pub mod explanation;
pub mod summary;

pub use summary::Summary;

/// Whether a character could carry commands to a terminal, or turn the order of what stands around it (UAX #9).
fn commands_terminal(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text of the input made safe for a terminal: characters that command it become `?`, byte for byte, so that positions stay the
/// same.
pub fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let unsafe_char = commands_terminal(c);
            std::iter::repeat_n(if unsafe_char { '?' } else { c }, if unsafe_char { c.len_utf8() } else { 1 })
        })
        .collect()
}

/// A line of JSON made safe for a terminal: the characters that serde leaves as they are and a terminal would obey are escaped.
/// They stand in strings only.
pub fn printable_json(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    for c in line.chars() {
        if commands_terminal(c) { text.push_str(&format!("\\u{:04x}", u32::from(c))) } else { text.push(c) }
    }
    text
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
        assert_eq!(printable("a\u{202e}b"), "a???b");
        assert_eq!(printable_json("{\"a\":\"\u{9b}x\u{7f}\"}"), r#"{"a":"\u009bx\u007f"}"#);
        assert_eq!(one_line("one  two\nthree", 9), "one two…");
    }
}
