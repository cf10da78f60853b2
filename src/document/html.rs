//! HTML as a buyer sees it: which stretches of the markup are visible text, and what elements stand around them.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use lol_html::html_content::{Element as LolElement, TextChunk, TextType};
use lol_html::{HtmlRewriter, Settings, doc_comments, doc_text, element};

use super::style::{Declaration, Simple, declarations, simple_rules};
use super::view::Edit;
use super::visibility::Looks;

/// An attribute of a start tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Name in lower case.
    pub name: String,
    /// Value with entities decoded; empty when none was given.
    pub value: String,
    /// Raw bytes of the value, or of the name where there is no value.
    pub raw: Range<usize>,
}

/// An element of the message, in document order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Tag name in lower case.
    pub name: String,
    /// Raw bytes of the start tag.
    pub tag: Range<usize>,
    /// Raw bytes between start and end tag; to the end of the text where no end tag closes the element.
    pub content: Range<usize>,
    /// Attributes in the order written.
    pub attributes: Vec<Attribute>,
    /// Declarations of the `style` attribute.
    pub style: Vec<Declaration>,
    /// The element or one around it is not shown.
    pub hidden: bool,
}

impl Element {
    /// Ends the content, where it has not ended before.
    fn end(&mut self, at: usize) {
        self.content.end = self.content.end.min(at);
    }

    /// The value of an attribute, by its lower-case name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.name == name)
    }

    /// The value of a property in the `style` attribute; the last one counts.
    pub fn style(&self, property: &str) -> Option<&Declaration> {
        self.style.iter().rev().find(|d| d.property == property)
    }
}

/// What the markup of a message says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Html {
    /// All elements, in document order.
    pub elements: Vec<Element>,
    /// Declarations inside `<style>` elements.
    pub stylesheet: Vec<Declaration>,
    /// Raw bytes of text that is not shown because an element hides it, outermost stretches only.
    pub hidden: Vec<Range<usize>>,
    /// Raw bytes of comments.
    pub comments: Vec<Range<usize>>,
    /// Raw bytes of markup between two letters of a word as it is seen.
    pub inside_words: Vec<Range<usize>>,
}

/// Whether a text is HTML: it has a tag of HTML's own, a doctype, or a comment.
pub fn looks_like_html(text: &str) -> bool {
    const TAGS: &[&str] = &[
        "a",
        "abbr",
        "b",
        "blockquote",
        "body",
        "br",
        "center",
        "code",
        "dd",
        "div",
        "dl",
        "dt",
        "em",
        "font",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hr",
        "html",
        "i",
        "img",
        "li",
        "link",
        "meta",
        "ol",
        "p",
        "pre",
        "s",
        "section",
        "small",
        "span",
        "strong",
        "style",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "title",
        "tr",
        "u",
        "ul",
    ];
    let last_end = text.rfind('>');
    text.match_indices('<').any(|(at, _)| {
        let rest = &text.as_bytes()[at + 1..];
        if rest.starts_with(b"!--") || rest.get(..8).is_some_and(|d| d.eq_ignore_ascii_case(b"!doctype")) {
            return true;
        }
        let rest = rest.strip_prefix(b"/").unwrap_or(rest);
        let length = rest.iter().take(11).take_while(|b| b.is_ascii_alphanumeric()).count();
        let name = rest[..length].to_ascii_lowercase();
        let ends = rest.get(length).is_some_and(|b| matches!(b, b'>' | b'/' | b' ' | b'\n' | b'\r' | b'\t'));
        ends && TAGS.iter().any(|t| t.as_bytes() == name) && last_end > Some(at)
    })
}

/// Elements that start a new line when shown.
fn breaks_line(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "br"
            | "center"
            | "dd"
            | "div"
            | "dl"
            | "dt"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "html"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "table"
            | "tbody"
            | "thead"
            | "tr"
            | "ul"
    )
}

/// Elements whose content is never shown.
fn never_shown(name: &str) -> bool {
    matches!(name, "script" | "style" | "head" | "title" | "template" | "noscript" | "noembed" | "object" | "select")
}

/// Rules of style sheets that are looked at for each element; more than a message needs, and few enough for one that is made to take time.
const MOST_SIMPLE_RULES: usize = 200;

/// What the parser has gathered so far.
#[derive(Default)]
struct State {
    html: Html,
    /// Indices of the elements that are open.
    open: Vec<usize>,
    /// How their text looks.
    looks: Vec<Looks>,
    /// How the text of the element just begun looks.
    opening: Looks,
    /// How many of the open elements are never shown.
    open_unshown: usize,
    /// How many of them are paragraphs: without one, deep nesting is not searched for any.
    open_paragraphs: usize,
    /// The last link begun.
    last_link: Option<usize>,
    /// Changes that turn the raw text into what is seen; the stretches between visible text are deleted afterwards.
    edits: Vec<Edit>,
    /// Visible text, as raw ranges, in order.
    visible: Vec<Range<usize>>,
    style_text: Vec<Range<usize>>,
    /// Text of a style element that is not read yet.
    css: String,
    /// What style sheets say of how text looks, colours left out.
    sheet: Vec<Simple>,
}

impl State {
    fn start(&mut self, el: &LolElement<'_, '_>) -> usize {
        let tag = el.source_location().bytes();
        let name = el.tag_name();
        // an open paragraph ends where a block begins, whether or not it was closed
        if breaks_line(&name)
            && name != "br"
            && self.open_paragraphs > 0
            && let Some(at) = self.open.iter().rposition(|&i| self.html.elements[i].name == "p")
        {
            self.close_from(at, tag.start);
        }
        // so does an open link where another begins; the elements inside it stay open
        if name == "a"
            && let Some(at) = self.last_link.replace(self.html.elements.len())
        {
            self.html.elements[at].end(tag.start);
        }
        let attributes: Vec<Attribute> = el
            .attributes()
            .iter()
            .map(|a| Attribute {
                name: a.name(),
                value: htmlize::unescape_attribute(a.value()).into_owned(),
                raw: a.value_source_location().or(a.name_source_location()).map_or(tag.clone(), |l| l.bytes()),
            })
            .collect();
        let style = attributes.iter().find(|a| a.name == "style").map_or_else(Vec::new, |a| declarations(&a.value, &a.raw));
        let inside_unshown = self.open_unshown > 0;
        self.read_sheet();
        let around = self.looks.last().cloned().unwrap_or_default();
        let looks = if self.sheet.is_empty() {
            around.inside(&name, &attributes, &style, !self.style_text.is_empty())
        } else {
            let value = |wanted: &str| attributes.iter().find(|a| a.name == wanted).map(|a| a.value.as_str());
            let of_sheet = self.sheet.iter().filter(|r| r.applies(&name, value("class"), value("id"))).flat_map(|r| r.style.iter());
            let all: Vec<Declaration> = of_sheet.chain(&style).cloned().collect();
            around.inside(&name, &attributes, &all, true)
        };
        let hidden = inside_unshown || never_shown(&name) || looks.hidden();
        self.opening = looks;
        if !hidden {
            if breaks_line(&name) {
                self.edits.push(Edit::replace(tag.clone(), "\n"));
            } else if matches!(name.as_str(), "td" | "th") {
                self.edits.push(Edit::replace(tag.clone(), " "));
            } else if let Some(shown) = shown_attributes(&name, &attributes) {
                self.edits.push(Edit::replace(tag.clone(), shown));
            }
        }
        self.html.elements.push(Element { name, content: tag.end..usize::MAX, tag, attributes, style, hidden });
        self.html.elements.len() - 1
    }

    /// Reads the style sheet that has just ended. What it says of colours is left out: whose background it is takes the whole cascade to know.
    fn read_sheet(&mut self) {
        if self.css.is_empty() {
            return;
        }
        let mut rules = simple_rules(&std::mem::take(&mut self.css));
        for rule in &mut rules {
            rule.style.retain(|d| !(d.property.contains("color") || d.property.starts_with("background") || d.property == "font"));
        }
        rules.retain(|r| !r.style.is_empty());
        rules.truncate(MOST_SIMPLE_RULES - self.sheet.len().min(MOST_SIMPLE_RULES));
        self.sheet.append(&mut rules);
    }

    fn open(&mut self, index: usize) {
        self.open.push(index);
        self.looks.push(std::mem::take(&mut self.opening));
        self.open_unshown += usize::from(never_shown(&self.html.elements[index].name));
        self.open_paragraphs += usize::from(self.html.elements[index].name == "p");
    }

    fn close_from(&mut self, at: usize, end: usize) {
        self.looks.truncate(at);
        for i in self.open.drain(at..) {
            self.html.elements[i].end(end);
            self.open_unshown -= usize::from(never_shown(&self.html.elements[i].name));
            self.open_paragraphs -= usize::from(self.html.elements[i].name == "p");
        }
    }

    fn end(&mut self, index: usize, tag: Range<usize>) {
        if let Some(at) = self.open.iter().rposition(|&i| i == index) {
            self.close_from(at, tag.start);
        }
        let element = &self.html.elements[index];
        if !element.hidden && breaks_line(&element.name) {
            self.edits.push(Edit::replace(tag, "\n"));
        }
    }

    fn text(&mut self, chunk: &TextChunk<'_>) {
        let range = chunk.source_location().bytes();
        if range.is_empty() {
            return;
        }
        let inside = self.open.last().map(|&i| &self.html.elements[i]);
        if inside.is_some_and(|e| e.name == "style") {
            self.css.push_str(chunk.as_str());
            self.style_text.push(range);
        } else if inside.is_some_and(|e| e.hidden) {
            if self.open_unshown == 0 && !chunk.as_str().trim().is_empty() {
                self.html.hidden.push(range);
            }
        } else if matches!(chunk.text_type(), TextType::Data | TextType::RCData | TextType::PlainText) {
            self.visible.push(range);
        }
    }
}

/// Text that a buyer gets to see or hear from attributes.
fn shown_attributes(name: &str, attributes: &[Attribute]) -> Option<String> {
    let value = |wanted: &str| attributes.iter().find(|a| a.name == wanted).map(|a| a.value.trim()).filter(|v| !v.is_empty());
    let alt = match name {
        "img" | "area" => value("alt"),
        "input" if value("type").is_none_or(|t| !t.eq_ignore_ascii_case("hidden")) => value("value").or_else(|| value("placeholder")),
        _ => None,
    };
    let title = value("title").filter(|t| Some(*t) != alt);
    match (alt, title) {
        (None, None) => None,
        (alt, title) => Some(format!(" {} ", [alt, title].into_iter().flatten().collect::<Vec<_>>().join("\n"))),
    }
}

/// Reads markup. Returns what it says, and the edits that turn the raw text into what a buyer sees.
///
/// Never fails: what the parser cannot read counts as visible text.
pub fn parse(raw: &str) -> (Html, Vec<Edit>) {
    let state = Rc::new(RefCell::new(State::default()));
    let on_element = {
        let state = Rc::clone(&state);
        element!("*", move |el| {
            let index = state.borrow_mut().start(el);
            if el.can_have_content() {
                state.borrow_mut().open(index);
                let state = Rc::clone(&state);
                if let Some(handlers) = el.end_tag_handlers() {
                    handlers.push(Box::new(move |end| {
                        state.borrow_mut().end(index, end.source_location().bytes());
                        Ok(())
                    }));
                }
            }
            Ok(())
        })
    };
    let on_text = {
        let state = Rc::clone(&state);
        doc_text!(move |chunk| {
            state.borrow_mut().text(chunk);
            Ok(())
        })
    };
    let on_comment = {
        let state = Rc::clone(&state);
        doc_comments!(move |comment| {
            state.borrow_mut().html.comments.push(comment.source_location().bytes());
            Ok(())
        })
    };
    let settings = Settings::new()
        .append_element_content_handler(on_element)
        .append_document_content_handler(on_text)
        .append_document_content_handler(on_comment)
        .with_strict(false);
    let mut rewriter = HtmlRewriter::new(settings, |_: &[u8]| {});
    let read = rewriter.write(raw.as_bytes()).and_then(|()| rewriter.end());
    let mut state = state.take();
    if read.is_err() {
        let seen = state.visible.last().map_or(0, |r| r.end).max(state.edits.last().map_or(0, |e| e.range.end));
        state.visible.push(seen..raw.len());
    }
    for element in &mut state.html.elements {
        element.content.end = element.content.end.min(raw.len()).max(element.content.start);
    }
    for range in std::mem::take(&mut state.style_text) {
        state.html.stylesheet.extend(declarations(&raw[range.clone()], &range));
    }
    let edits = cover(raw, state.edits, &state.visible, &state.html);
    state.html.inside_words = inside_words(raw, &edits);
    (state.html, edits)
}

/// Completes the edits: what is neither visible text nor replaced is deleted, and line breaks inside text become spaces.
fn cover(raw: &str, mut edits: Vec<Edit>, visible: &[Range<usize>], html: &Html) -> Vec<Edit> {
    edits.sort_by_key(|e| (e.range.start, e.range.end));
    let mut all: Vec<Edit> = Vec::with_capacity(edits.len() + visible.len() + 8);
    let mut replaced = edits.into_iter().peekable();
    let mut at = 0;
    // deletes what lies before `until`, putting the replacements of tags there in place
    let mut skip_to = |at: usize, until: usize, all: &mut Vec<Edit>| {
        let mut at = at;
        while let Some(edit) = replaced.next_if(|e| e.range.start < until) {
            if edit.range.start < at {
                continue;
            }
            if edit.range.start > at {
                all.push(Edit::delete(at..edit.range.start));
            }
            at = edit.range.end;
            all.push(edit);
        }
        if at < until {
            all.push(Edit::delete(at..until));
        }
    };
    let mut preformatted = html.elements.iter().filter(|e| e.name == "pre").map(|e| &e.content).peekable();
    // where the last of the preformatted elements begun so far ends
    let mut preformatted_end = 0;
    for range in visible {
        if range.start < at {
            continue;
        }
        skip_to(at, range.start, &mut all);
        while let Some(pre) = preformatted.next_if(|pre| pre.start <= range.start) {
            preformatted_end = preformatted_end.max(pre.end);
        }
        if range.end > preformatted_end {
            all.extend(collapsed_lines(raw, range));
        }
        at = range.end;
    }
    skip_to(at, raw.len(), &mut all);
    all
}

/// Deleted stretches with a letter on both sides.
fn inside_words(raw: &str, edits: &[Edit]) -> Vec<Range<usize>> {
    let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    let joins =
        |e: &&Edit| e.with.is_empty() && letter(raw[..e.range.start].chars().next_back()) && letter(raw[e.range.end..].chars().next());
    // two deletions side by side are none: what stands between them is a tag, no letter
    edits.iter().filter(joins).map(|e| e.range.clone()).collect()
}

/// Edits that turn white space with a line break in it into one space.
fn collapsed_lines(raw: &str, range: &Range<usize>) -> Vec<Edit> {
    let bytes = &raw.as_bytes()[range.clone()];
    let mut edits = Vec::new();
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i].is_ascii_whitespace() {
            let length = bytes[i..].iter().take_while(|b| b.is_ascii_whitespace()).count();
            if bytes[i..i + length].iter().any(|b| matches!(b, b'\n' | b'\r')) {
                edits.push(Edit::replace(range.start + i..range.start + i + length, " "));
            }
            i += length;
        } else {
            i += 1;
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::super::view::View;
    use super::*;

    fn seen(raw: &str) -> String {
        View::identity(raw).edited(&parse(raw).1).text().to_owned()
    }

    #[test]
    fn blocks_break_lines_and_inline_tags_do_not_break_words() {
        assert_eq!(seen("<p>One</p><p>Two <b>b</b>old</p>"), "\nOne\n\nTwo bold\n");
        assert_eq!(seen("a\n   b<br>c"), "a b\nc");
    }

    #[test]
    fn hidden_text_is_dropped_and_reported() {
        let raw = "Hello <span style='display: none'>secret</span>world<script>x()</script><!-- c -->";
        assert_eq!(seen(raw), "Hello world");
        let (html, _) = parse(raw);
        assert_eq!(html.hidden.iter().map(|r| &raw[r.clone()]).collect::<Vec<_>>(), ["secret"]);
    }

    #[test]
    fn a_style_sheet_hides_too() {
        assert_eq!(seen("<style>.x{display:none} @media print{.y{display:none}}</style>a<b class=x>b</b><b class=y>c</b>"), "ac");
    }

    #[test]
    fn alternative_text_is_seen() {
        assert_eq!(seen("<img src=x.png alt='Rate us'>now"), " Rate us now");
    }

    #[test]
    fn an_unclosed_hidden_paragraph_ends_at_the_next_block() {
        assert_eq!(seen("<p style='display:none'>no<p>yes"), "\nyes");
    }

    #[test]
    fn unfinished_markup_is_survived() {
        for raw in ["<", "<a href=", "<p", "</", "<!--", "<!doctype", "<p style='", "a <b>c", "<a <b>", "&", "<table><tr><td>x"] {
            parse(raw);
            seen(raw);
        }
    }

    #[test]
    fn html_is_told_from_text() {
        assert!(looks_like_html("<p>Hi</p>"));
        assert!(looks_like_html("line<br/>line"));
        assert!(looks_like_html("<!DOCTYPE html><x>"));
        assert!(!looks_like_html("5 < 6 and <3 and <name> and <<tag>>"));
        assert!(!looks_like_html("use <buyer> here"));
    }
}
