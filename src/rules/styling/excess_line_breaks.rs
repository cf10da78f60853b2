use crate::document::{Document, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "STY013",
    name: "excess-line-breaks",
    clause: "S-09",
    label: None,
    scope: Scope::OutboundMail,
    summary: "More than two line breaks follow each other.",
    why: "At most two line breaks in a row are permitted, which is one empty line. White space between them does not separate them; in HTML, `br` elements and empty paragraphs count.",
    instead: "Leave one empty line between paragraphs.",
    fires: Examples::Code(&[
        Example::text("Hello,\n\n\nyour parcel is here."),
        Example::text("Hello,\r\n \r\n\r\nyour parcel is here."),
        Example::text("<p>Hello</p><br><br><br><p>bye</p>"),
        Example::text("<p>a</p><p></p><p>&nbsp;</p><p></p><p>b</p>"),
    ]),
    passes: Examples::Code(&[
        Example::text("Hello,\n\nyour parcel is here.\n\nBye"),
        Example::text("<p>Hello</p>\n\n\n\n<p>bye</p>"),
        Example::text("Hello<br><br>bye<br>now"),
        Example::text("Hello\n\n\n"),
    ]),
    check: Check::Code(check),
};

fn check(document: &Document<'_>, hits: &mut Hits) {
    let part = &document.body;
    if part.html.is_some() {
        markup(document, hits);
        return;
    }
    // trailing empty lines are not seen
    let text = part.raw.trim_end();
    let lead = text.len() - text.trim_start().len();
    let mut breaks = 0;
    let mut start = 0;
    for (i, byte) in text.bytes().enumerate().skip(lead) {
        match byte {
            b'\n' => {
                if breaks == 0 {
                    start = i;
                }
                breaks += 1;
            }
            b' ' | b'\t' | b'\r' => {}
            _ => {
                if breaks > 2 {
                    hits.at(Span { field: part.field, raw: start..i }, format!("{breaks} line breaks in a row; two are permitted"));
                }
                breaks = 0;
            }
        }
    }
}

/// Runs of `br` elements and empty paragraphs with nothing to see between them.
fn markup(document: &Document<'_>, hits: &mut Hits) {
    let part = &document.body;
    let mut run: Vec<&crate::document::Element> = Vec::new();
    let mut end = 0;
    let report = |run: &mut Vec<&crate::document::Element>, end: usize, hits: &mut Hits| {
        if run.len() > 2 {
            hits.at(
                Span { field: part.field, raw: run[0].tag.start..end },
                format!("{} line breaks in a row; two are permitted", run.len()),
            );
        }
        run.clear();
    };
    for element in document.elements() {
        let is_break = element.name == "br";
        let empty = matches!(element.name.as_str(), "p" | "div") && part.raw.get(element.content.clone()).is_some_and(blank);
        if !(is_break || empty) {
            continue;
        }
        let between = part.raw.get(end..element.tag.start).map(without_tags).unwrap_or_default();
        if !run.is_empty() && !blank(&between) {
            report(&mut run, end, hits);
        }
        run.push(element);
        end = if is_break { element.tag.end } else { element.content.end };
    }
    report(&mut run, end, hits);
}

/// Whether there is nothing to see. Stops at the first character that shows, since nested elements contain each other.
fn blank(text: &str) -> bool {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        match rest.strip_prefix("&nbsp;") {
            Some(after) => rest = after,
            None => return rest.is_empty(),
        }
    }
}

/// What stands between tags.
fn without_tags(markup: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in markup.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text
}
