//! Parsing a message and checking it against every rule: no panic, and every finding points inside the raw text.
//!
//! The first byte says how the rest is read: as text, as HTML, or with its first line as the subject; outbound or inbound.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use nosolicit::document::Field;
use nosolicit::engine::Engine;
use nosolicit::message::{Direction, Format, Message};
use nosolicit::policy::Policy;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(Policy::amazon(), None));

fuzz_target!(|input: (u8, &str)| {
    let (how, text) = input;
    let mut message = Message::from_text(text);
    message.format = match how & 3 {
        0 => Some(Format::Text),
        1 | 2 => Some(Format::Html),
        _ => None,
    };
    if how & 4 != 0 {
        message.direction = Direction::Inbound;
    }
    if how & 8 != 0 {
        if let Some((subject, body)) = text.split_once('\n') {
            (message.subject, message.text) = (Some(subject.to_owned()), body.to_owned());
        }
    }
    message.rendered = how & 16 != 0;
    let judgement = ENGINE.judge(&message);
    for finding in judgement.findings.iter().filter(|f| f.field != Field::Attachments) {
        let raw = if finding.field == Field::Text { &message.text } else { message.subject.as_ref().expect("a subject was found fault with") };
        let pointed_at: String = raw.chars().skip(finding.start).take(finding.end - finding.start).collect();
        assert_eq!(pointed_at, finding.text, "{} points elsewhere", finding.name);
    }
    let _ = nosolicit::report::diagnostic::diagnostic(&message, &judgement, false);
});
