//! One input record: a text that a seller is about to put in front of a buyer, with what is known about its order.

use serde::{Deserialize, Serialize};

/// Where the buyer meets the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// An e-mail or in-app message.
    #[default]
    Message,
    /// A card or leaflet packed in the box.
    Insert,
    /// A subject line alone.
    Subject,
}

/// How the text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Plain text.
    Text,
    /// HTML.
    Html,
}

/// Who writes to whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Seller to buyer.
    #[default]
    Outbound,
    /// To the seller, from a buyer or somebody who claims to be one or to be the marketplace.
    Inbound,
}

/// A file that goes with the message; only its name and size are known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// File name with its extension.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// One message. Order-context fields that are `None` are unknown, and the rules that need them keep silent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// Identifies the message in the output.
    pub id: String,
    /// The body, raw.
    pub text: String,
    /// The subject line, raw.
    pub subject: Option<String>,
    /// Where the buyer meets the text.
    pub channel: Channel,
    /// How the text is written; detected when not given.
    pub format: Option<Format>,
    /// `false`: a template, where merge tags are normal; `true`: as sent, where a left-over tag is a fault.
    pub rendered: bool,
    /// Who writes to whom.
    pub direction: Direction,
    /// Marketplace code such as `US` or `DE`; it tells the language expected.
    pub marketplace: Option<String>,
    /// Purpose of the message, such as `reply` or `unexpectedProblem`.
    pub message_type: Option<String>,
    /// The buyer has opted out of messages that are not critical.
    pub buyer_opted_out: Option<bool>,
    /// Whole days since the order was completed.
    pub days_since_completion: Option<i64>,
    /// Review requests already made for the order.
    pub prior_review_requests: Option<u64>,
    /// Attached files.
    pub attachments: Vec<Attachment>,
    /// Sender addresses (`From`, `Reply-To`, `Return-Path`) of a mail file.
    pub senders: Vec<String>,
}

impl Message {
    /// A message with nothing known but its text.
    pub fn from_text(text: impl Into<String>) -> Self {
        Message { text: text.into(), ..Message::default() }
    }

    /// The format given, or the one the text looks like.
    pub fn effective_format(&self) -> Format {
        self.format.unwrap_or_else(|| if crate::document::looks_like_html(&self.text) { Format::Html } else { Format::Text })
    }

    /// Whether the message answers the buyer; the limits on unasked messages do not hold then.
    pub fn is_reply(&self) -> bool {
        self.message_type.as_deref() == Some("reply")
    }
}
