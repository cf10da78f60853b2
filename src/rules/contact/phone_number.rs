use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use phonenumber::country::Id;

use crate::document::{Disguise, DisguiseKind, Document, Part, Span};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "CON002",
    name: "phone-number",
    clause: "C-13",
    label: Some("off_platform"),
    scope: Scope::Outbound,
    summary: "A telephone number stands in the message.",
    why: "Telephone numbers lead the buyer off the marketplace. A run of digits counts when it is a number that a telephone plan allows, and is \
          written like one: with a country code, in the usual groups, or after a word such as `call`. Order numbers, tracking numbers, dates, \
          sizes, prices, ISBN, IBAN and part numbers do not count. A number in a sentence about the carrier, the manufacturer or a warranty is \
          tolerated and only reported. Seven digits or more that are spelled out or drawn as keycaps count where they have an area code or such a word.",
    instead: "Ask for a reply to the message.",
    fires: Examples::Code(&[
        Example::text("Call us: (202) 555-0143"),
        Example::text("WhatsApp +44 20 7946 0958"),
        Example::text("Tel. 030 23125 0"),
        Example::text("<a href=\"tel:+12025550143\">Ring</a>"),
        Example::text("Reach the workshop at 202-555-0143 before noon."),
        Example::text("Hotline 0800 1234567").insert(),
        Example::text("Text 2025550143 for help"),
        Example::text("Call two zero two, five five five, zero one four three"),
        Example::text("Us: 2️⃣0️⃣2️⃣5️⃣5️⃣5️⃣0️⃣1️⃣4️⃣3️⃣"),
    ]),
    passes: Examples::Code(&[
        Example::text("Order 114-3941689-8772232 left today."),
        Example::text("Tracking 9400 1118 9922 3456 7890 12 and 1Z999AA10123456784."),
        Example::text("ISBN 978-3-16-148410-0, EAN 4006381333931, IBAN DE89 3704 0044 0532 0130 00."),
        Example::text("On 2026-11-23 at 10:30, 23.11.2026, 11/23/2026."),
        Example::text("Size 120 x 200 x 18 cm, 1 500 000 cycles, $1,299.00."),
        Example::text("Call it a day: part 4711-0815 fits model 2025-555."),
        Example::text("We checked DE 402 77 119 as you wrote it."),
        Example::text("The carton has two, nine six oh, four one seven on it"),
        Example::text("Count to ten: one two three four five six seven eight"),
        Example::text("Your invoice number is 2025550143 and the customer number 0302312500."),
    ]),
    check: Check::Code(check),
};

/// Words before a number that announce a telephone number.
const CUES: &[&str] = &[
    "call",
    "calling",
    "phone",
    "telephone",
    "tel",
    "mobile",
    "cell",
    "whatsapp",
    "viber",
    "text",
    "sms",
    "ring",
    "hotline",
    "helpline",
    "dial",
    "fax",
    "line",
    "telegram",
    "signal",
    "reach",
    "wechat",
    "telefon",
    "handy",
    "mobil",
    "appelez",
    "tél",
    "tlf",
    "llame",
    "llamar",
    "chiama",
    "hotlines",
    "toll",
    "free",
];

/// Words before a number that say it is another kind of number.
const OTHER_NUMBERS: &[&str] = &[
    "order",
    "tracking",
    "invoice",
    "isbn",
    "ean",
    "upc",
    "asin",
    "iban",
    "bic",
    "serial",
    "part",
    "model",
    "article",
    "item",
    "sku",
    "ref",
    "reference",
    "batch",
    "lot",
    "customer",
    "account",
    "vat",
    "tax",
    "ticket",
    "case",
    "claim",
    "number",
    "no",
    "nr",
    "code",
    "pin",
    "version",
    "patent",
    "parcel",
    "shipment",
    "label",
    "barcode",
    "registration",
    "certificate",
    "key",
    "bestellung",
    "rechnung",
    "sendung",
];

/// Whose number it is where a sentence names one of these: the final text of 2020 tolerates them.
static TOLERATED: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let words = [
        "carrier",
        "courier",
        "haulier",
        "manufacturer",
        "warranty",
        "royal mail",
        "dhl",
        "fedex",
        "ups depot",
        "usps",
        "hermes",
        "evri",
        "dpd",
        "gls",
    ];
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).expect("the words are few")
});

fn check(document: &Document<'_>, hits: &mut Hits) {
    for part in document.parts() {
        for number in part.disguises.iter().filter(|d| d.kind == DisguiseKind::Digits && is_dialled(part.raw, d)) {
            let message = format!("{} is spelled out: a telephone number leads the buyer off the marketplace", number.reading);
            hits.at(Span { field: part.field, raw: number.raw.clone() }, message);
        }
        // the sentence looked at last, and whether it tolerates its numbers: a long one is looked through once
        let mut last = (0..0, false);
        for range in candidates(part.text()) {
            if part.disguise_in(DisguiseKind::Digits, &part.view.to_raw(range.clone())).is_some() {
                continue;
            }
            if is_telephone_number(part, &range, document.message.marketplace.as_deref()) {
                let sentence = part.sentence_at(range.start).unwrap_or(range.clone());
                if last.0 != sentence {
                    last = (sentence.clone(), TOLERATED.is_match(&part.text()[sentence]));
                }
                if last.1 {
                    hits.tolerated(part.span(range), "a telephone number of the carrier, the manufacturer or for a warranty is tolerated");
                } else {
                    hits.at(part.span(range), "a telephone number leads the buyer off the marketplace");
                }
            }
        }
        for link in part.links.iter().filter(|l| matches!(l.scheme.as_deref(), Some("tel" | "sms" | "callto"))) {
            hits.at(Span { field: part.field, raw: link.raw.clone() }, "this link calls a telephone number");
        }
    }
}

/// Whether a number that is spelled out is one to dial: it has a code for area or country, or a word such as `call` before it.
fn is_dialled(raw: &str, number: &Disguise) -> bool {
    let before = raw.get(..number.raw.start).unwrap_or_default();
    let mut words = before.rsplit(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).take(3).map(str::to_lowercase);
    number.reading.starts_with('0') || number.reading.len() >= 10 || words.any(|w| CUES.contains(&w.as_str()))
}

/// Runs of digits with the marks that telephone numbers are written with, of 7 to 15 digits.
fn candidates(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut i = 0;
    while i < bytes.len() {
        if !(bytes[i].is_ascii_digit() || matches!(bytes[i], b'+' | b'(')) {
            i += 1;
            continue;
        }
        let start = i;
        let mut end = i;
        let mut digits = 0;
        while i < bytes.len() {
            match bytes[i] {
                b'0'..=b'9' => {
                    digits += 1;
                    end = i + 1;
                }
                b'+' if i == start => {}
                // one mark, or a closing bracket with a mark, between two digits
                b' ' | b'-' | b'.' | b'/' | b'(' | b')' if i - end < 2 => {}
                _ => break,
            }
            i += 1;
        }
        i = i.max(start + 1);
        let glued = |at: Option<usize>| {
            at.and_then(|a| bytes.get(a)).is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'#' | b'$' | b'_' | b'@') || *b >= 0x80)
        };
        if (7..=15).contains(&digits) && !glued(start.checked_sub(1)) && !glued(Some(end)) {
            found.push(start..end);
        }
    }
    found
}

fn is_telephone_number(part: &Part<'_>, range: &Range<usize>, marketplace: Option<&str>) -> bool {
    let text = part.text();
    let written = &text[range.clone()];
    if part.link_in(range).is_some() {
        return false;
    }
    let groups: Vec<usize> = written.split(|c: char| !c.is_ascii_digit()).filter(|g| !g.is_empty()).map(str::len).collect();
    // "DE 402 77 119": a tax or account number with its country
    let prefix = text[..range.start].trim_end().rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    if prefix.len() == 2 && prefix.bytes().all(|b| b.is_ascii_uppercase()) {
        return false;
    }
    let order_number = groups == [3, 7, 7] || groups == [2, 7, 7];
    let date = written.matches(['-', '/', '.']).count() == 2 && matches!(groups[..], [4, 1 | 2, 1 | 2] | [1 | 2, 1 | 2, 4]);
    // thousands: 1 500 000 or 1.500.000
    let thousands =
        groups.len() > 2 && groups[0] <= 3 && groups[1..].iter().all(|&g| g == 3) && !written.contains(['+', '(', '-']) && groups[0] != 3;
    if order_number || date || thousands {
        return false;
    }
    let before: Vec<String> =
        text[..range.start].rsplit(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).take(4).map(str::to_lowercase).collect();
    let sentence_start = part.sentence_at(range.start).map_or(0, |s| s.start);
    let near =
        |words: &[&str], distance: usize| before.iter().take(distance).any(|w| words.contains(&w.as_str())) && range.start > sentence_start;
    let cued = near(CUES, 3);
    let other = near(OTHER_NUMBERS, 3);
    let international = written.starts_with('+') || written.starts_with("00") && groups.len() > 1;
    if other && !international && !near(&["phone", "telephone", "tel", "whatsapp", "mobile", "cell", "call"], 3) {
        return false;
    }
    let grouped = groups.len() >= 3 && groups.iter().all(|&g| (2..=5).contains(&g)) || written.starts_with('(') || international;
    if !(cued || grouped) {
        return false;
    }
    regions(marketplace).iter().any(|&region| {
        phonenumber::parse(Some(region), written).is_ok_and(|number| {
            phonenumber::is_valid(&number)
                // numbers kept for fiction are no valid ones, and are what examples and careful people use
                || number.country().code() == 1 && number.national().to_string().get(3..6) == Some("555")
                || (cued || international) && (8..=13).contains(&groups.iter().sum::<usize>()) && number.national().to_string().len() >= 7 && groups.len() > 1
        })
    }) || cued && groups.len() > 1 && (7..=13).contains(&groups.iter().sum::<usize>())
}

/// The telephone plans to try: that of the marketplace first.
fn regions(marketplace: Option<&str>) -> Vec<Id> {
    let own = marketplace.and_then(|m| if m.eq_ignore_ascii_case("UK") { Some(Id::GB) } else { m.to_ascii_uppercase().parse().ok() });
    let mut regions: Vec<Id> = own.into_iter().collect();
    for region in [Id::US, Id::GB, Id::DE, Id::FR, Id::IN, Id::CN] {
        if !regions.contains(&region) {
            regions.push(region);
        }
    }
    regions
}
