//! CSS declarations, as far as messages need them.

use std::ops::Range;

/// One `property: value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// Property in lower case.
    pub property: String,
    /// Value in lower case, trimmed, without `!important`.
    pub value: String,
    /// Raw bytes of the declaration; of the whole attribute where entities in it move the positions.
    pub raw: Range<usize>,
}

/// The declarations in a `style` attribute or a style sheet that stands at the raw bytes `at`. Selectors are skipped.
pub fn declarations(css: &str, at: &Range<usize>) -> Vec<Declaration> {
    let exact = css.len() == at.len();
    let mut found = Vec::new();
    let mut start = 0;
    for end in css.char_indices().filter(|(_, c)| matches!(c, ';' | '{' | '}')).map(|(i, _)| i).chain([css.len()]) {
        let selector = css[end..].starts_with('{');
        let part = &css[start..end];
        if let (false, Some((property, value))) = (selector, part.split_once(':')) {
            let value = value.trim().to_ascii_lowercase();
            let lead = part.len() - part.trim_start().len();
            let raw = if exact { at.start + start + lead..at.start + start + part.trim_end().len() } else { at.clone() };
            found.push(Declaration {
                property: property.trim().to_ascii_lowercase(),
                value: value.strip_suffix("!important").unwrap_or(&value).trim().to_owned(),
                raw,
            });
        }
        start = (end + 1).min(css.len());
    }
    found
}

/// A CSS or attribute length in pixels: `12px`, `9pt`, `1.5em`, or a bare number. Percentages have no length of their own.
pub fn pixels(value: &str) -> Option<f64> {
    let value = value.trim();
    let digits = value.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(value.len());
    let number: f64 = value[..digits].parse().ok()?;
    let scale = match value[digits..].trim() {
        "" | "px" => 1.0,
        "pt" => 4.0 / 3.0,
        "em" | "rem" => 16.0,
        "cm" => 37.8,
        "mm" => 3.78,
        "in" => 96.0,
        _ => return None,
    };
    Some(number * scale)
}

/// A percentage such as `85%`, as 85.
pub fn percent(value: &str) -> Option<f64> {
    value.trim().strip_suffix('%')?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_keep_their_place() {
        let css = " color : RED ; font-size:0 !important";
        let found = declarations(css, &(10..10 + css.len()));
        assert_eq!(found[0].property, "color");
        assert_eq!(found[0].value, "red");
        assert_eq!(&css[found[0].raw.start - 10..found[0].raw.end - 10], "color : RED");
        assert_eq!(found[1].value, "0");
    }

    #[test]
    fn selectors_are_no_declarations() {
        let css = "p:hover{color:red} b { margin: 1px }";
        let found = declarations(css, &(0..css.len()));
        assert_eq!(found.iter().map(|d| d.property.as_str()).collect::<Vec<_>>(), ["color", "margin"]);
    }
}
