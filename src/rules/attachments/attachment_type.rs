use crate::document::Document;
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "ATT001",
    name: "attachment-type",
    clause: "C-08a",
    label: None,
    scope: Scope::Any,
    summary: "An attached file is of a type that is not accepted.",
    why: "Plain text, PDF, Word, JPEG, GIF and PNG files are accepted. The last ending counts, so `invoice.pdf.exe` is a program.",
    instead: "Send the document as PDF.",
    fires: Examples::Code(&[
        Example::text("See the file.").attachments(&[("manual.zip", 1000)]),
        Example::text("See the file.").attachments(&[("invoice.pdf", 1000), ("invoice.pdf.exe", 1000)]),
        Example::text("See the file.").attachments(&[("readme", 10)]),
        Example::text("See the file.").attachments(&[("card.html", 10)]).inbound(),
    ]),
    passes: Examples::Code(&[
        Example::text("See the file.").attachments(&[("manual.PDF", 1000), ("photo.JPEG", 10), ("label.gif", 10)]),
        Example::text("See the file.").attachments(&[("terms.docx", 1000), ("notes.txt", 1), ("old.doc", 1), ("a.png", 1), ("b.jpg", 1)]),
        Example::text("The zip is sewn in."),
    ]),
    check: Check::Code(check),
};

const ACCEPTED: &[&str] = &["txt", "pdf", "doc", "docx", "jpg", "jpeg", "gif", "png"];

fn check(document: &Document<'_>, hits: &mut Hits) {
    for (i, attachment) in document.message.attachments.iter().enumerate() {
        let ending = attachment.name.rsplit_once('.').map(|(_, e)| e.trim().to_ascii_lowercase());
        if !ending.as_deref().is_some_and(|e| ACCEPTED.contains(&e)) {
            let kind = ending.map_or_else(|| "a file without an ending is".to_owned(), |e| format!(".{e} files are"));
            hits.at(super::place(i), format!("{kind} not accepted"));
        }
    }
}
