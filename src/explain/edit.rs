//! Messages with some of their words or sentences taken out.

use std::ops::Range;

use serde::Serialize;

use crate::document::{Document, Field, Part, Span, html};
use crate::message::{Format, Message};

/// Words of a message and where they stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The field.
    pub field: Field,
    /// First character in the raw field.
    pub start: usize,
    /// The character after the last one.
    pub end: usize,
    /// The words, raw.
    pub text: String,
}

impl Place {
    /// The place of a stretch of a message.
    pub fn of(message: &Message, span: &Span) -> Self {
        let raw = raw(message, span.field);
        let text = raw.get(span.raw.clone()).unwrap_or_default();
        let start = raw.get(..span.raw.start).map_or(0, |before| before.chars().count());
        Place { field: span.field, start, end: start + text.chars().count(), text: text.to_owned() }
    }
}

/// The raw text of a field.
pub fn raw(message: &Message, field: Field) -> &str {
    match field {
        Field::Text => &message.text,
        Field::Subject => message.subject.as_deref().unwrap_or_default(),
        Field::Attachments => "",
    }
}

/// The words of a document with the index of their sentence: what stands between white space, without the punctuation around it. Merge
/// tags and addresses are words. Positions are those of the raw field.
pub fn words(document: &Document<'_>) -> Vec<(usize, Span)> {
    let mut found = Vec::new();
    let mut sentences = 0;
    for part in document.parts() {
        for sentence in &part.sentences {
            found.extend(words_of(part, sentence.clone()).map(|word| (sentences, part.span(word))));
            sentences += 1;
        }
    }
    found
}

fn words_of(part: &Part<'_>, sentence: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let text = part.text();
    let whole: Vec<Range<usize>> =
        part.tags.iter().map(|t| t.range.clone()).filter(|t| sentence.start <= t.start && t.end <= sentence.end).collect();
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut at = sentence.start;
    for piece in text[sentence].split_inclusive(char::is_whitespace) {
        let range = at..at + piece.len();
        at = range.end;
        // a tag may have blanks in it
        let inside = whole.iter().find(|t| t.start < range.end && range.start < t.end);
        let word = match inside {
            Some(tag) => tag.clone(),
            None => {
                let start = piece.trim_start_matches(|c: char| !c.is_alphanumeric());
                let inner = start.trim_end_matches(|c: char| !c.is_alphanumeric());
                let first = range.start + (piece.len() - start.len());
                first..first + inner.len()
            }
        };
        if !word.is_empty() && words.last() != Some(&word) {
            words.push(word);
        }
    }
    words.into_iter()
}

/// A message with some stretches replaced; `cuts` are in order of the document and do not overlap.
pub fn replaced(message: &Message, cuts: &[&Span], with: &str) -> Message {
    let field = |field: Field| {
        let raw = raw(message, field);
        let mut text = String::with_capacity(raw.len());
        let mut at = 0;
        for cut in cuts.iter().filter(|c| c.field == field) {
            text.push_str(raw.get(at..cut.raw.start).unwrap_or_default());
            text.push_str(with);
            at = at.max(cut.raw.end);
        }
        text.push_str(raw.get(at..).unwrap_or_default());
        text
    };
    Message {
        text: field(Field::Text),
        subject: message.subject.as_ref().map(|_| field(Field::Subject)),
        // what is left must not be taken for another format
        format: Some(message.effective_format()),
        ..message.clone()
    }
}

/// The sentences of a document as they are taken out: with the white space on one side, and with the elements that hold nothing else.
pub fn sentences(document: &Document<'_>) -> Vec<(Span, Span)> {
    let mut found = Vec::new();
    for part in document.parts() {
        for sentence in &part.sentences {
            let span = part.span(sentence.clone());
            let html = part.field == Field::Text && document.message.effective_format() == Format::Html;
            let raw = if html { with_elements(part, span.raw.clone()) } else { with_space(part.raw, span.raw.clone()) };
            found.push((Span { field: part.field, raw }, span));
        }
    }
    found
}

/// A stretch with the white space before or after it: the side with fewer line ends, so that paragraphs stay apart.
fn with_space(raw: &str, range: Range<usize>) -> Range<usize> {
    let before = raw[..range.start].len() - raw[..range.start].trim_end().len();
    let after = raw[range.end..].len() - raw[range.end..].trim_start().len();
    let lines = |r: Range<usize>| raw[r].matches('\n').count();
    let last = range.end + after == raw.len();
    if last || lines(range.start - before..range.start) < lines(range.end..range.end + after) {
        range.start - before..range.end
    } else {
        range.start..range.end + after
    }
}

/// A stretch with the elements that show nothing but it.
fn with_elements(part: &Part<'_>, mut range: Range<usize>) -> Range<usize> {
    let seen = |raw: &str| {
        let (_, edits) = html::parse(raw);
        !crate::document::View::identity(raw).edited(&edits).text().trim().is_empty()
    };
    let Some(html) = &part.html else { return range };
    // the innermost come last in document order
    for element in html.elements.iter().rev() {
        let around = element.content.start <= range.start && range.end <= element.content.end;
        if around && !seen(&part.raw[element.content.start..range.start]) && !seen(&part.raw[range.end..element.content.end]) {
            range = element.tag.start..element.content.end;
        }
    }
    range
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_without_punctuation_and_tags_are_whole() {
        let message = Message::from_text("Hi {{ first name }}, \"look\" at <b>this</b> - now!");
        let message = Message { format: Some(Format::Html), ..message };
        let document = Document::parse(&message);
        let texts: Vec<&str> = words(&document).into_iter().map(|(_, s)| &message.text[s.raw]).collect();
        assert_eq!(texts, ["Hi", "{{ first name }}", "look", "at", "this", "now"]);
    }

    #[test]
    fn a_sentence_goes_with_its_space_and_its_element() {
        let without = |message: &Message, n: usize| {
            let document = Document::parse(message);
            let found = sentences(&document);
            replaced(message, &[&found[n].0], "").text
        };
        let text = Message::from_text("One. Two.\n\nThree.\n\nFour.");
        assert_eq!(without(&text, 0), "Two.\n\nThree.\n\nFour.");
        assert_eq!(without(&text, 1), "One.\n\nThree.\n\nFour.");
        assert_eq!(without(&text, 2), "One. Two.\n\nFour.");
        assert_eq!(without(&text, 3), "One. Two.\n\nThree.");
        let html = Message::from_text("<p>One.</p><p><a href=\"http://x.example\">Two</a></p>");
        assert_eq!(without(&html, 1), "<p>One.</p></p>");
    }
}
