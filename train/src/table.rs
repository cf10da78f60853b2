//! Tables as aligned text and as Markdown.

use std::fmt::Write as _;

use serde::Serialize;

/// A heading with what stands under it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// What the reader must know to read the table; may be empty.
    pub note: String,
    /// Column heads; empty for a section without a table.
    pub header: Vec<String>,
    /// Cells.
    pub rows: Vec<Vec<String>>,
}

impl Section {
    /// A section with an empty table.
    pub fn new(title: &str, note: impl Into<String>, header: &[&str]) -> Self {
        Section { title: title.to_owned(), note: note.into(), header: header.iter().map(|h| (*h).to_owned()).collect(), rows: Vec::new() }
    }
}

/// Sections for the terminal.
pub fn text(sections: &[Section]) -> String {
    let mut out = String::new();
    for section in sections {
        let _ = writeln!(out, "{}", section.title.to_uppercase());
        if !section.note.is_empty() {
            let _ = writeln!(out, "{}", section.note);
        }
        let lines: Vec<&Vec<String>> = std::iter::once(&section.header).chain(&section.rows).collect();
        let width = |c: usize| lines.iter().filter_map(|l| l.get(c)).map(|cell| cell.chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..section.header.len()).map(width).collect();
        for line in lines.iter().filter(|l| !l.is_empty()) {
            let mut row = String::new();
            for (cell, width) in line.iter().zip(&widths) {
                let _ = write!(row, "{cell}{}  ", " ".repeat(width.saturating_sub(cell.chars().count())));
            }
            let _ = writeln!(out, "  {}", row.trim_end());
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out
}

/// Sections as Markdown. What comes from the data cannot break the table or become markup.
pub fn markdown(sections: &[Section]) -> String {
    let mut out = String::new();
    for section in sections {
        let _ = writeln!(out, "## {}\n", section.title);
        if !section.note.is_empty() {
            let _ = writeln!(out, "{}\n", section.note);
        }
        if !section.header.is_empty() {
            let _ = writeln!(out, "| {} |", section.header.join(" | "));
            let _ = writeln!(out, "|{}", "---|".repeat(section.header.len()));
            for row in &section.rows {
                let _ = writeln!(out, "| {} |", row.iter().map(|c| escaped(c)).collect::<Vec<_>>().join(" | "));
            }
            out.push('\n');
        }
    }
    out.truncate(out.trim_end().len() + 1);
    out
}

fn escaped(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len());
    for c in cell.chars() {
        match c {
            '|' | '\\' | '`' | '*' | '[' | ']' | '#' => out.extend(['\\', c]),
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// The beginning of a text on one line, at most `most` characters.
pub fn shortened(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().filter(|c| !c.is_control()).collect();
    if line.chars().count() <= most { line } else { line.chars().take(most.saturating_sub(1)).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section() -> Section {
        let mut section = Section::new("Errors", "Two of them.", &["id", "words"]);
        section.rows = vec![vec!["1".into(), "a|b <b>".into()], vec!["long-id".into(), "x\ny".into()]];
        section
    }

    #[test]
    fn columns_are_aligned() {
        let mut plain = section();
        plain.rows[1][1] = "ÿ".into();
        assert_eq!(text(&[plain]), "ERRORS\nTwo of them.\n  id       words\n  1        a|b <b>\n  long-id  ÿ");
    }

    #[test]
    fn cells_stay_cells_in_markdown() {
        let markdown = markdown(&[section()]);
        assert!(markdown.contains("| 1 | a\\|b &lt;b> |\n| long-id | x y |\n"), "{markdown}");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(shortened("größer\n als\tgedacht", 9), "größer a…");
    }
}
