//! What single rows show without looking at others: damage, dangerous cells, personal data, missing evidence.

use nosolicit::document::Document;

use super::{Check, Remark};
use crate::corpus::{Corpus, Row};

/// Remarks on rows by themselves.
pub fn remarks(corpus: &Corpus) -> Vec<Remark> {
    let mut found = Vec::new();
    for (i, row) in corpus.rows.iter().enumerate() {
        if let Some(sign) = damage(&row.text) {
            let reason = format!("{sign:?} looks like text that was decoded wrongly once");
            found.push(Remark::on_row(Check::EncodingDamage, i, reason, "take the text anew from its source, as UTF-8"));
        }
        if row.text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            let reason = "a spreadsheet may run this cell as a formula";
            found.push(Remark::on_row(Check::FormulaCell, i, reason, "begin the text with another character"));
        }
        if let Some(number) = card_number(&row.text) {
            let reason = format!("{number} has the check digit of a card number");
            found.push(Remark::on_row(Check::PersonalData, i, reason, "replace it by an invented one that does not check"));
        }
        if let Some(address) = private_address(row) {
            let reason = format!("{address} may be somebody's address");
            found.push(Remark::on_row(Check::PersonalData, i, reason, "use a domain kept for examples, such as example.com"));
        }
        if needs_evidence(row) {
            let reason = "a violating text of several sentences does not mark the words that carry its labels";
            found.push(Remark::on_row(Check::MissingEvidence, i, reason, "copy the words into the column evidence"));
        }
    }
    found
}

/// The first sign of UTF-8 read as Latin-1, of a lost character, or of a control character.
fn damage(text: &str) -> Option<&str> {
    const SIGNS: &[&str] =
        &["Ã©", "Ã¨", "Ã¤", "Ã¶", "Ã¼", "ÃŸ", "â€™", "â€œ", "â€\u{9d}", "â€“", "â€”", "Â£", "Â°", "Â ", "ï»¿", "\u{FFFD}"];
    let sign = SIGNS.iter().find_map(|s| text.find(s).map(|at| &text[at..at + s.len()]));
    sign.or_else(|| {
        let control = text.char_indices().find(|(_, c)| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
        control.map(|(at, c)| &text[at..at + c.len_utf8()])
    })
}

/// A run of 13 to 19 digits, in groups or not, that passes the check of card numbers (ISO/IEC 7812-1).
fn card_number(text: &str) -> Option<String> {
    let mut run = String::new();
    let mut begins_like_card = false;
    for c in text.chars().chain(['x']) {
        match c {
            '0'..='9' => {
                if run.is_empty() {
                    begins_like_card = matches!(c, '3'..='6');
                }
                run.push(c);
            }
            ' ' | '-' if !run.is_empty() => {}
            _ => {
                if begins_like_card && (15..=16).contains(&run.len()) && luhn(&run) {
                    return Some(run);
                }
                run.clear();
            }
        }
    }
    None
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| {
            let d = u32::from(b - b'0');
            if i % 2 == 0 { d } else { (2 * d) / 10 + (2 * d) % 10 }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// An e-mail address at a provider of private mailboxes.
fn private_address(row: &Row) -> Option<String> {
    const PROVIDERS: &[&str] =
        &["gmail.com", "hotmail.com", "outlook.com", "yahoo.com", "icloud.com", "aol.com", "gmx.de", "web.de", "qq.com", "163.com"];
    if !row.text.contains('@') {
        return None;
    }
    let message = row.message();
    let document = Document::parse(&message);
    let links = document.parts().flat_map(|p| p.links.iter());
    links.filter(|l| l.email && l.host.as_deref().is_some_and(|h| PROVIDERS.contains(&h))).map(|l| l.target.clone()).next()
}

fn needs_evidence(row: &Row) -> bool {
    if row.permitted() || !row.evidence.is_empty() {
        return false;
    }
    let message = row.message();
    Document::parse(&message).body.sentences.len() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_seen_and_accents_are_not() {
        assert_eq!(damage("It doesnâ€™t fit"), Some("â€™"));
        assert_eq!(damage("caf\u{FFFD}"), Some("\u{FFFD}"));
        assert_eq!(damage("a\u{8}b"), Some("\u{8}"));
        assert_eq!(damage("Café, naïve, 20 °C, São Paulo\n\ttab"), None);
    }

    #[test]
    fn card_numbers_are_told_from_other_numbers() {
        assert_eq!(card_number("pay with 4111 1111 1111 1111 now"), Some("4111111111111111".to_owned()));
        assert_eq!(card_number("order 114-3941689-8772232, tracking 9400111899223197428490"), None);
        assert_eq!(card_number("4111 1111 1111 1112"), None);
    }
}
