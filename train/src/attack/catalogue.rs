//! The disguises, and how one is put on a row.

use nosolicit::document::looks_like_html;

use super::letters::LETTERS;
use super::links::LINKS;
use super::markup::MARKUP;
use super::spacing::SPACING;
use crate::corpus::Row;
use crate::random::Random;

/// A way of writing that a reader sees through and a word list does not.
pub struct Disguise {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub about: &'static str,
    /// It is markup, so that a text message must become HTML.
    markup: bool,
    /// It cannot stand around other markup.
    plain_only: bool,
    apply: fn(&str, &mut Random) -> String,
}

impl Disguise {
    pub(super) const fn text(name: &'static str, about: &'static str, apply: fn(&str, &mut Random) -> String) -> Self {
        Disguise { name, about, markup: false, plain_only: false, apply }
    }

    pub(super) const fn html(name: &'static str, about: &'static str, apply: fn(&str, &mut Random) -> String) -> Self {
        Disguise { name, about, markup: true, plain_only: false, apply }
    }

    pub(super) const fn plain_only(self) -> Self {
        Disguise { plain_only: true, ..self }
    }

    /// The row in this disguise, or `None` where the disguise finds nothing to change. What is marked as evidence is disguised;
    /// without marks the whole text is.
    pub fn of(&self, row: &Row, seed: u64) -> Option<Row> {
        let mut random = Random::of_words(seed, &format!("{}:{}", self.name, row.text));
        let is_html = row.format == "html" || (row.format.is_empty() && looks_like_html(&row.text));
        let becomes_html = self.markup && !is_html;
        let mut text = String::new();
        let mut changed = false;
        for (marked, stretch) in stretches(row) {
            let stretch = if becomes_html { escaped(stretch) } else { stretch.to_owned() };
            if !marked || (self.plain_only && stretch.contains('<')) {
                text.push_str(&stretch);
                continue;
            }
            let new =
                if is_html || becomes_html { self.outside_markup(&stretch, &mut random) } else { (self.apply)(&stretch, &mut random) };
            changed |= new != stretch;
            text.push_str(&new);
        }
        if becomes_html {
            text = format!("<p>{}</p>", text.replace('\n', "<br>\n"));
        }
        let format = if becomes_html { "html".to_owned() } else { row.format.clone() };
        changed.then(|| Row { text, format, ..row.clone() })
    }

    /// Applies the disguise between tags and entities.
    fn outside_markup(&self, html: &str, random: &mut Random) -> String {
        if self.plain_only {
            return (self.apply)(html, random);
        }
        let mut out = String::new();
        let mut rest = html;
        while !rest.is_empty() {
            let end = rest.find(['<', '&']).unwrap_or(rest.len());
            let seen = &rest[..end];
            if seen.trim().is_empty() {
                out.push_str(seen)
            } else {
                out.push_str(&(self.apply)(seen, random))
            }
            rest = &rest[end..];
            let close = if rest.starts_with('<') { '>' } else { ';' };
            let length = rest.find(close).map_or(rest.len().min(1), |i| i + 1);
            out.push_str(&rest[..length]);
            rest = &rest[length..];
        }
        out
    }
}

/// All disguises, in the order of the table.
pub fn all() -> impl Iterator<Item = &'static Disguise> {
    [LETTERS, SPACING, MARKUP, LINKS].into_iter().flatten()
}

/// A row's text in stretches, each with whether it is marked as evidence; without evidence the whole is marked.
fn stretches(row: &Row) -> Vec<(bool, &str)> {
    let mut marks: Vec<(usize, usize)> =
        row.evidence.iter().filter_map(|e| row.text.find(e.as_str()).map(|at| (at, at + e.len()))).collect();
    marks.sort_unstable();
    if marks.is_empty() {
        return vec![(true, &row.text)];
    }
    let mut stretches = Vec::new();
    let mut at = 0;
    for (start, end) in marks {
        // marks may overlap
        let start = start.max(at);
        if end > start {
            stretches.push((false, &row.text[at..start]));
            stretches.push((true, &row.text[start..end]));
            at = end;
        }
    }
    stretches.push((false, &row.text[at..]));
    stretches
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
