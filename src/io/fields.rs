//! The fields of an input record, whatever file it comes from.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::message::{Attachment, Message};

/// The fields of a message, by their names in files.
pub const FIELDS: &[&str] = &[
    "id",
    "text",
    "subject",
    "channel",
    "format",
    "rendered",
    "direction",
    "marketplace",
    "message_type",
    "buyer_opted_out",
    "days_since_completion",
    "prior_review_requests",
    "attachments",
];

/// Columns that are no fields, in the order of the input.
pub type Extras = Vec<(String, Value)>;

/// One input record: a message, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Identifies the record in the output.
    pub id: String,
    /// Where it stands, for error messages: `file:line`.
    pub place: String,
    /// The message, or what is wrong.
    pub message: Result<Message, String>,
    /// Unknown columns, carried through.
    pub extras: Extras,
}

impl Record {
    /// About how many bytes it takes.
    pub fn size(&self) -> usize {
        let value = |value: &Value| value.as_str().map_or_else(|| value.to_string().len(), str::len);
        let extras: usize = self.extras.iter().map(|(column, v)| column.len() + value(v)).sum();
        let message = |m: &Message| m.text.len() + m.subject.as_ref().map_or(0, String::len);
        extras + self.message.as_ref().map_or_else(String::len, message)
    }
}

/// Which column holds which field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns(BTreeMap<String, String>);

impl Columns {
    /// From `field=column` pairs.
    ///
    /// # Errors
    /// When a pair has no `=` or names no field; in words.
    pub fn parse(pairs: &[String]) -> Result<Self, String> {
        let mut columns = BTreeMap::new();
        for pair in pairs {
            let (field, column) = field_and_value(pair, "FIELD=COLUMN")?;
            columns.insert(field, column);
        }
        Ok(Columns(columns))
    }

    /// The column of a field.
    pub fn of<'a>(&'a self, field: &'a str) -> &'a str {
        self.0.get(field).map_or(field, String::as_str)
    }

    /// The field of a column, if it holds one.
    pub fn field(&self, column: &str) -> Option<&'static str> {
        FIELDS.iter().copied().find(|field| self.of(field) == column)
    }

    /// The columns named on purpose.
    pub fn renamed(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(f, c)| (f.as_str(), c.as_str()))
    }
}

fn field_and_value(pair: &str, form: &str) -> Result<(String, String), String> {
    let (field, value) = pair.split_once('=').ok_or_else(|| format!("{pair:?} is not of the form {form}"))?;
    if !FIELDS.contains(&field) {
        return Err(format!("{field:?} is no field; the fields are {}", FIELDS.join(", ")));
    }
    Ok((field.to_owned(), value.to_owned()))
}

/// Values for fields that a record does not give.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Defaults(Message);

impl Defaults {
    /// From `field=value` pairs.
    ///
    /// # Errors
    /// When a pair has no `=`, names no field, or the value does not fit the field; in words.
    pub fn parse(pairs: &[String]) -> Result<Self, String> {
        let mut message = Message::default();
        for pair in pairs {
            let (field, value) = field_and_value(pair, "FIELD=VALUE")?;
            if matches!(field.as_str(), "id" | "text") {
                return Err(format!("{field} cannot have a value for all records"));
            }
            set_text(&mut message, &field, &value)?;
        }
        Ok(Defaults(message))
    }

    /// A message with nothing but the defaults.
    pub fn message(&self) -> Message {
        self.0.clone()
    }
}

/// Sets a field from the text of a cell; an empty cell says nothing.
///
/// # Errors
/// When the text is no value of the field; in words.
pub fn set_text(message: &mut Message, field: &str, value: &str) -> Result<(), String> {
    if field == "text" {
        message.text = value.to_owned();
        return Ok(());
    }
    let trimmed = value.trim();
    if trimmed.is_empty() {
        return Ok(());
    }
    let wrong = |expected: &str| format!("column {field}: {trimmed:?} is not {expected}");
    let named = || Value::String(trimmed.to_ascii_lowercase());
    match field {
        "id" => message.id = trimmed.to_owned(),
        "subject" => message.subject = Some(value.to_owned()),
        "marketplace" => message.marketplace = Some(trimmed.to_owned()),
        "message_type" => message.message_type = Some(trimmed.to_owned()),
        "channel" => message.channel = from_value(named()).ok_or_else(|| wrong("message, insert or subject"))?,
        "format" => message.format = Some(from_value(named()).ok_or_else(|| wrong("text or html"))?),
        "direction" => message.direction = from_value(named()).ok_or_else(|| wrong("outbound or inbound"))?,
        "rendered" => message.rendered = boolean(trimmed).ok_or_else(|| wrong("true or false"))?,
        "buyer_opted_out" => message.buyer_opted_out = Some(boolean(trimmed).ok_or_else(|| wrong("true or false"))?),
        "days_since_completion" => message.days_since_completion = Some(trimmed.parse().map_err(|_| wrong("a whole number"))?),
        "prior_review_requests" => message.prior_review_requests = Some(trimmed.parse().map_err(|_| wrong("a whole number from 0"))?),
        "attachments" => {
            message.attachments = attachments(serde_json::from_str(trimmed).map_err(|e| format!("column {field}: {e}"))?, field)?
        }
        _ => {}
    }
    Ok(())
}

/// Sets a field from a JSON value; `null` says nothing.
///
/// # Errors
/// When the value is none of the field; in words.
pub fn set_value(message: &mut Message, field: &str, value: Value) -> Result<(), String> {
    match value {
        Value::Null => Ok(()),
        Value::String(text) => set_text(message, field, &text),
        value if field == "attachments" => {
            message.attachments = attachments(value, field)?;
            Ok(())
        }
        Value::Bool(_) | Value::Number(_) if field != "text" && field != "subject" => set_text(message, field, &value.to_string()),
        other => Err(format!("field {field}: {other} is not a text")),
    }
}

fn from_value<T: serde::de::DeserializeOwned>(value: Value) -> Option<T> {
    serde_json::from_value(value).ok()
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" => Some(true),
        "false" | "0" | "no" => Some(false),
        _ => None,
    }
}

fn attachments(value: Value, field: &str) -> Result<Vec<Attachment>, String> {
    serde_json::from_value(value).map_err(|e| format!("column {field}: {e} (a list of {{\"name\", \"bytes\"}} is expected)"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Channel, Direction};

    #[test]
    fn cells_become_fields() {
        let mut message = Message::default();
        for (field, value) in [
            ("text", " hi "),
            ("channel", "Insert"),
            ("direction", "inbound"),
            ("rendered", "1"),
            ("days_since_completion", "-2"),
            ("attachments", r#"[{"name":"a.pdf","bytes":9}]"#),
            ("subject", ""),
        ] {
            set_text(&mut message, field, value).expect(field);
        }
        assert_eq!((message.text.as_str(), message.channel, message.direction), (" hi ", Channel::Insert, Direction::Inbound));
        assert_eq!((message.rendered, message.days_since_completion, message.attachments.len()), (true, Some(-2), 1));
        assert_eq!(message.subject, None);
    }

    #[test]
    fn faults_name_the_column() {
        let mut m = Message::default();
        assert_eq!(set_text(&mut m, "channel", "fax").unwrap_err(), "column channel: \"fax\" is not message, insert or subject");
        assert_eq!(set_text(&mut m, "rendered", "maybe").unwrap_err(), "column rendered: \"maybe\" is not true or false");
        assert!(set_text(&mut m, "attachments", "[{\"name\":1}]").unwrap_err().starts_with("column attachments: "));
        assert!(set_value(&mut m, "text", Value::Bool(true)).is_err());
        assert!(Columns::parse(&["body=Body".to_owned()]).unwrap_err().contains("is no field"));
        assert!(Defaults::parse(&["channel".to_owned()]).unwrap_err().contains("FIELD=VALUE"));
    }
}
