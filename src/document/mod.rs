//! A message after parsing: what the buyer sees, and the links, elements, tags and sentences in it, all with
//! positions in the raw text.

pub mod disguise;
pub mod hosts;
pub mod html;
pub mod link;
pub mod merge_tag;
pub mod normalize;
pub mod sentence;
pub mod stretch;
pub mod style;
pub mod view;
pub mod visibility;

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use disguise::{Disguise, DisguiseKind};
pub use html::{Element, Html, looks_like_html};
pub use link::{Link, LinkPlace};
pub use merge_tag::{MergeTag, TagKind};
pub use view::{Edit, View};

use crate::message::{Format, Message};

/// The field of a message that a position belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// The subject line.
    Subject,
    /// The body.
    Text,
    /// The list of attachments.
    Attachments,
}

/// A stretch of a raw field, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The field.
    pub field: Field,
    /// Bytes of the raw field.
    pub raw: Range<usize>,
}

/// One field of a message with its readings.
#[derive(Debug, Clone)]
pub struct Part<'m> {
    /// Which field.
    pub field: Field,
    /// The field as given.
    pub raw: &'m str,
    /// What the buyer understands: visible text, entities decoded, disguises seen through.
    pub view: View<'m>,
    /// What was disguised, in order of kind and place.
    pub disguises: Vec<Disguise>,
    /// Sentences, as ranges of the view.
    pub sentences: Vec<Range<usize>>,
    /// Merge tags, as ranges of the view.
    pub tags: Vec<MergeTag>,
    /// Links in the text and behind elements.
    pub links: Vec<Link>,
    /// The markup, where the field is HTML.
    pub html: Option<Html>,
}

impl<'m> Part<'m> {
    fn new(field: Field, raw: &'m str, format: Format) -> Self {
        let raw_view = View::identity(raw);
        let (html, seen) = match format {
            Format::Html => {
                let (html, edits) = html::parse(raw);
                (Some(html), raw_view.edited(&edits))
            }
            Format::Text => (None, raw_view),
        };
        let (view, disguises) = disguise::undisguise(normalize::decode_entities(seen));
        let sentences = sentence::sentences(view.text());
        let tags = merge_tag::merge_tags(view.text());
        let links = link::links(raw, &view, html.as_ref(), &tags);
        Part { field, raw, view, disguises, sentences, tags, links, html }
    }

    /// The text as the buyer sees it.
    pub fn text(&self) -> &str {
        self.view.text()
    }

    /// The raw stretch behind a range of the visible text.
    pub fn span(&self, view: Range<usize>) -> Span {
        Span { field: self.field, raw: self.view.to_raw(view) }
    }

    /// The first disguise of a kind that a raw stretch touches.
    pub fn disguise_in(&self, kind: DisguiseKind, raw: &Range<usize>) -> Option<&Disguise> {
        let first = self.disguises.partition_point(|d| d.kind < kind || d.kind == kind && d.raw.end <= raw.start);
        self.disguises.get(first).filter(|d| d.kind == kind && d.raw.start < raw.end)
    }

    /// The first link written out in the visible text that a stretch of it touches.
    pub fn link_in(&self, view: &Range<usize>) -> Option<&Link> {
        // those written out come first, in the order of the text
        let first = self.links.partition_point(|l| l.shown.as_ref().is_some_and(|s| s.end <= view.start));
        self.links.get(first).filter(|l| l.shown.as_ref().is_some_and(|s| s.start < view.end))
    }

    /// The first merge tag that a stretch of the visible text touches.
    pub fn tag_in(&self, view: &Range<usize>) -> Option<&MergeTag> {
        stretch::first_touching(&self.tags, view, |tag| &tag.range)
    }

    /// The sentence that holds a position of the visible text.
    pub fn sentence_at(&self, at: usize) -> Option<Range<usize>> {
        let i = self.sentences.partition_point(|s| s.end <= at);
        self.sentences.get(i).filter(|s| s.start <= at).cloned()
    }

    /// What the buyer sees of an element's content.
    pub fn shown_text(&self, element: &Element) -> String {
        let whole = self.raw.get(element.content.clone()).unwrap_or_default();
        let (_, edits) = html::parse(whole);
        normalize::decode_entities(View::identity(whole).edited(&edits)).text().trim().to_owned()
    }
}

/// A parsed message.
#[derive(Debug, Clone)]
pub struct Document<'m> {
    /// The message.
    pub message: &'m Message,
    /// The subject line, where there is one.
    pub subject: Option<Part<'m>>,
    /// The body.
    pub body: Part<'m>,
}

impl<'m> Document<'m> {
    /// Parses a message. Never fails: what cannot be read as HTML is read as text.
    pub fn parse(message: &'m Message) -> Self {
        Document {
            message,
            subject: message.subject.as_deref().map(|s| Part::new(Field::Subject, s, Format::Text)),
            body: Part::new(Field::Text, &message.text, message.effective_format()),
        }
    }

    /// Subject and body, in this order.
    pub fn parts(&self) -> impl Iterator<Item = &Part<'m>> {
        self.subject.iter().chain(std::iter::once(&self.body))
    }

    /// The elements of the body; none for plain text.
    pub fn elements(&self) -> &[Element] {
        self.body.html.as_ref().map_or(&[], |h| &h.elements)
    }
}
