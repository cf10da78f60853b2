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

/// A rule of a style sheet for all elements of a name, a class or an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simple {
    /// `p`, `.note` or `#top`, in lower case.
    selector: String,
    /// Its declarations.
    pub style: Vec<Declaration>,
}

impl Simple {
    /// Whether it is for an element with this name, these classes and this id.
    pub fn applies(&self, name: &str, class: Option<&str>, id: Option<&str>) -> bool {
        let same = |wanted: &str, given: Option<&str>| given.is_some_and(|g| g.split_whitespace().any(|w| w.eq_ignore_ascii_case(wanted)));
        match self.selector.split_at_checked(1) {
            Some((".", wanted)) => same(wanted, class),
            Some(("#", wanted)) => same(wanted, id),
            _ => self.selector == name,
        }
    }
}

/// The rules of a style sheet that have simple selectors. Those under a condition such as `@media` are left out.
pub fn simple_rules(css: &str) -> Vec<Simple> {
    let mut found = Vec::new();
    let mut depth = 0;
    let mut start = 0;
    let mut selectors = "";
    for (i, c) in css.char_indices() {
        match c {
            '{' => {
                if depth == 0 {
                    selectors = css[start..i].trim();
                }
                depth += 1;
                start = if depth == 1 { i + 1 } else { start };
            }
            '}' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    let style = if selectors.starts_with('@') { Vec::new() } else { declarations(&css[start..i], &(0..0)) };
                    let name = |s: &str| s.trim_start_matches(['.', '#']).chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
                    for selector in selectors.split(',').map(str::trim).filter(|s| !s.is_empty() && name(s) && !style.is_empty()) {
                        found.push(Simple { selector: selector.to_ascii_lowercase(), style: style.clone() });
                    }
                    start = i + 1;
                }
            }
            _ => {}
        }
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

    #[test]
    fn simple_rules_are_found_and_conditions_are_not() {
        let found = simple_rules(
            ".gone, #x { display: none } @media (max-width: 9px) { .wide { display: none } } p a { color: red } p { margin: 0 }",
        );
        assert_eq!(found.len(), 3);
        assert!(found[0].applies("p", Some("a gone"), None) && found[1].applies("p", None, Some("X")) && found[2].applies("p", None, None));
        assert!(!found.iter().any(|r| r.applies("td", Some("wide"), None)));
    }
}
