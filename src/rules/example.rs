//! Messages that a rule must, or must not, fire on.

use crate::message::{Attachment, Channel, Direction, Format, Message};

/// One example, written as `Example::text("…").insert().subject("…")`.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    text: &'static str,
    subject: Option<&'static str>,
    channel: Channel,
    format: Option<Format>,
    rendered: bool,
    direction: Direction,
    marketplace: Option<&'static str>,
    message_type: Option<&'static str>,
    buyer_opted_out: Option<bool>,
    days_since_completion: Option<i64>,
    prior_review_requests: Option<u64>,
    attachments: &'static [(&'static str, u64)],
    senders: &'static [&'static str],
}

impl Example {
    /// An outbound message with a text and nothing else known.
    pub const fn text(text: &'static str) -> Self {
        Example {
            text,
            subject: None,
            channel: Channel::Message,
            format: None,
            rendered: false,
            direction: Direction::Outbound,
            marketplace: None,
            message_type: None,
            buyer_opted_out: None,
            days_since_completion: None,
            prior_review_requests: None,
            attachments: &[],
            senders: &[],
        }
    }

    /// With a subject line.
    pub const fn subject(self, subject: &'static str) -> Self {
        Example { subject: Some(subject), ..self }
    }

    /// As a card in the box.
    pub const fn insert(self) -> Self {
        Example { channel: Channel::Insert, ..self }
    }

    /// As a subject line alone.
    pub const fn subject_line(self) -> Self {
        Example { channel: Channel::Subject, ..self }
    }

    /// As HTML, whatever it looks like.
    pub const fn html(self) -> Self {
        Example { format: Some(Format::Html), ..self }
    }

    /// As sent, not a template.
    pub const fn rendered(self) -> Self {
        Example { rendered: true, ..self }
    }

    /// As something that reaches the seller.
    pub const fn inbound(self) -> Self {
        Example { direction: Direction::Inbound, ..self }
    }

    /// For a marketplace such as `DE`.
    pub const fn marketplace(self, code: &'static str) -> Self {
        Example { marketplace: Some(code), ..self }
    }

    /// With a message type such as `reply`.
    pub const fn message_type(self, name: &'static str) -> Self {
        Example { message_type: Some(name), ..self }
    }

    /// To a buyer who has, or has not, opted out.
    pub const fn opted_out(self, yes: bool) -> Self {
        Example { buyer_opted_out: Some(yes), ..self }
    }

    /// So many days after the order was completed.
    pub const fn days(self, days: i64) -> Self {
        Example { days_since_completion: Some(days), ..self }
    }

    /// After so many review requests for the order.
    pub const fn prior_requests(self, count: u64) -> Self {
        Example { prior_review_requests: Some(count), ..self }
    }

    /// With attached files, as name and bytes.
    pub const fn attachments(self, files: &'static [(&'static str, u64)]) -> Self {
        Example { attachments: files, ..self }
    }

    /// From these addresses.
    pub const fn senders(self, addresses: &'static [&'static str]) -> Self {
        Example { senders: addresses, ..self }
    }

    fn message(&self) -> Message {
        Message {
            id: String::new(),
            text: self.text.to_owned(),
            subject: self.subject.map(str::to_owned),
            channel: self.channel,
            format: self.format,
            rendered: self.rendered,
            direction: self.direction,
            marketplace: self.marketplace.map(str::to_owned),
            message_type: self.message_type.map(str::to_owned),
            buyer_opted_out: self.buyer_opted_out,
            days_since_completion: self.days_since_completion,
            prior_review_requests: self.prior_review_requests,
            attachments: self.attachments.iter().map(|&(name, bytes)| Attachment { name: name.to_owned(), bytes }).collect(),
            senders: self.senders.iter().map(|s| (*s).to_owned()).collect(),
        }
    }
}

/// The examples of a rule, from its code or from its phrase file.
#[derive(Debug)]
pub enum Examples {
    /// Written beside the code.
    Code(&'static [Example]),
    /// Read from a phrase file.
    File(&'static [Message]),
}

impl Examples {
    /// The examples as messages.
    pub fn messages(&self) -> Vec<Message> {
        match self {
            Examples::Code(examples) => examples.iter().map(Example::message).collect(),
            Examples::File(messages) => messages.to_vec(),
        }
    }
}
