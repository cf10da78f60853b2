//! Limits that belong to the purpose of a message.

mod html_not_allowed;
mod removed_message_type;
mod review_in_bound_type;
mod text_too_long;

use super::Rule;

/// The rules on message types.
pub const RULES: &[Rule] = &[text_too_long::RULE, html_not_allowed::RULE, removed_message_type::RULE, review_in_bound_type::RULE];

/// What a message type of the marketplace's messaging interface allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Name in the interface.
    pub name: &'static str,
    /// Longest text in characters; 0 where the type has no text.
    pub longest: usize,
    /// Whether files may be attached.
    pub attachments: bool,
    /// Whether the type reaches buyers who have opted out.
    pub critical: bool,
}

const KINDS: &[(Kind, &[&str])] = &[
    (
        Kind { name: "confirmCustomizationDetails", longest: 800, attachments: true, critical: true },
        &["customization", "customisation", "customizationdetails"],
    ),
    (
        Kind { name: "confirmDeliveryDetails", longest: 2000, attachments: false, critical: true },
        &["deliveryscheduling", "deliverydetails"],
    ),
    (Kind { name: "confirmOrderDetails", longest: 2000, attachments: false, critical: false }, &["orderdetails"]),
    (Kind { name: "confirmServiceDetails", longest: 2000, attachments: false, critical: false }, &["servicedetails", "servicescheduling"]),
    (Kind { name: "unexpectedProblem", longest: 2000, attachments: false, critical: true }, &["problem", "problemwithorder"]),
    (Kind { name: "legalDisclosure", longest: 0, attachments: true, critical: true }, &["legal"]),
    (Kind { name: "warranty", longest: 0, attachments: true, critical: false }, &[]),
    (Kind { name: "digitalAccessKey", longest: 400, attachments: true, critical: false }, &["accesskey"]),
    (Kind { name: "invoice", longest: 0, attachments: true, critical: false }, &["sendinvoice"]),
];

/// The limits of a message type, however its name is spelled; `None` for types outside the interface such as `reply`.
pub fn kind(name: &str) -> Option<Kind> {
    let plain = plain(name);
    KINDS.iter().find(|(kind, others)| plain_eq(kind.name, &plain) || others.contains(&plain.as_str())).map(|(kind, _)| *kind)
}

/// Whether a type reaches buyers who have opted out: what is needed to complete the order.
pub fn is_critical(name: &str) -> bool {
    kind(name).is_some_and(|k| k.critical) || matches!(plain(name).as_str(), "addressissue" | "address" | "shippingaddress")
}

/// A name without its separators, in lower case.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn plain_eq(name: &str, plain_name: &str) -> bool {
    name.eq_ignore_ascii_case(plain_name)
}
