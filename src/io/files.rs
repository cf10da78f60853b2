//! Messages from single files: text, HTML and mail.

use std::path::{Path, PathBuf};

use mail_parser::{MessageParser, MimeHeaders, PartType};

use super::fields::Record;
use super::input::{InputError, Settings};
use crate::message::{Attachment, Format, Message};

/// What a file's ending says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// `.txt`
    Text,
    /// `.html`, `.htm`
    Html,
    /// `.eml`
    Mail,
}

/// The kind of a file that holds one message.
pub fn kind(path: &Path) -> Option<FileKind> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "txt" => Some(FileKind::Text),
        "html" | "htm" => Some(FileKind::Html),
        "eml" => Some(FileKind::Mail),
        _ => None,
    }
}

/// The files below a folder that hold one message each, in the order of their names.
///
/// # Errors
/// When a folder cannot be read.
pub fn below(folder: &Path) -> Result<Vec<PathBuf>, InputError> {
    let mut found = Vec::new();
    let mut to_read = vec![folder.to_owned()];
    while let Some(folder) = to_read.pop() {
        let failed = |source| InputError::Read { file: folder.display().to_string(), source };
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = entry.path();
            // the entry's own type: a link to a folder could lead round in circles
            if entry.file_type().map_err(failed)?.is_dir() {
                to_read.push(path);
            } else if kind(&path).is_some() && path.is_file() {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The message in a file's bytes.
pub fn record(bytes: &[u8], kind: FileKind, id: &str, place: &str, settings: &Settings) -> Record {
    let mut message = settings.defaults.message();
    message.id = id.to_owned();
    let read = match kind {
        FileKind::Mail => mail(bytes, &mut message),
        FileKind::Text | FileKind::Html => decoded(bytes).map(|text| {
            message.text = text;
            if kind == FileKind::Html {
                message.format = Some(Format::Html);
            }
        }),
    };
    Record { id: id.to_owned(), place: place.to_owned(), message: read.map(|()| message), extras: Vec::new() }
}

/// Text of a file in UTF-8, or in UTF-16 with a byte order mark.
fn decoded(bytes: &[u8]) -> Result<String, String> {
    let mut text = String::new();
    let mut reader = encoding_rs_io::DecodeReaderBytesBuilder::new().utf8_passthru(true).strip_bom(true).build(bytes);
    match std::io::Read::read_to_string(&mut reader, &mut text) {
        Ok(_) => Ok(text),
        Err(_) => Err("not UTF-8".to_owned()),
    }
}

fn mail(bytes: &[u8], message: &mut Message) -> Result<(), String> {
    let mail = MessageParser::default().parse(bytes).ok_or("not a mail message")?;
    message.subject = mail.subject().map(str::to_owned);
    // the HTML part is what most buyers see
    let html = mail.html_bodies().find_map(|p| if let PartType::Html(html) = &p.body { Some(html.to_string()) } else { None });
    message.format = Some(if html.is_some() { Format::Html } else { Format::Text });
    message.text = html.or_else(|| mail.body_text(0).map(|t| t.into_owned())).unwrap_or_default();
    let addresses = [mail.from(), mail.reply_to(), mail.sender()].into_iter().flatten();
    let list = addresses.flat_map(|a| a.iter()).filter_map(|a| {
        let address = a.address()?;
        Some(a.name().map_or_else(|| address.to_owned(), |name| format!("{name} <{address}>")))
    });
    message.senders = list.collect();
    // falls back to the first sender, who is there already
    if let Some(path) = mail.return_address().filter(|path| !message.senders.iter().any(|s| s.contains(path))) {
        message.senders.push(path.to_owned());
    }
    message.attachments = mail
        .attachments()
        .map(|part| Attachment { name: part.attachment_name().unwrap_or("unnamed").to_owned(), bytes: part.contents().len() as u64 })
        .collect();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_brings_subject_body_senders_and_attachments() {
        let mail = "From: Ann <ann@example.com>\r\nReply-To: b@example.net\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMIME-Version: 1.0\r\n\
                    Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>Hi</p>\r\n--x\r\n\
                    Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"a.pdf\"\r\n\r\nabcd\r\n--x--\r\n";
        let record = record(mail.as_bytes(), FileKind::Mail, "a.eml", "a.eml", &Settings::default());
        let message = record.message.expect("it is a mail");
        assert_eq!(message.subject.as_deref(), Some("Grüße"));
        assert_eq!((message.text.trim(), message.format), ("<p>Hi</p>", Some(Format::Html)));
        assert_eq!(message.senders, ["Ann <ann@example.com>", "b@example.net"]);
        assert_eq!(message.attachments, [Attachment { name: "a.pdf".to_owned(), bytes: 4 }]);
    }

    #[test]
    fn text_files_may_be_utf_16_with_a_mark() {
        let bytes = b"\xFF\xFEH\0i\0";
        assert_eq!(record(bytes, FileKind::Text, "a", "a", &Settings::default()).message.expect("it is text").text, "Hi");
        assert_eq!(record(b"caf\xe9", FileKind::Text, "a", "a", &Settings::default()).message, Err("not UTF-8".to_owned()));
    }
}
