use std::borrow::Cow;

use whatlang::{Detector, Lang, Script};

use crate::document::{Document, Part};
use crate::rules::{Check, Example, Examples, Hits, Rule, Scope};

pub const RULE: Rule = Rule {
    code: "TXT003",
    name: "language-mismatch",
    clause: "T-04",
    label: None,
    scope: Scope::OutboundMessage,
    summary: "The message is not in a language of its marketplace.",
    why: "Buyers are written to in the language they prefer, which is that of the marketplace unless something else is known. Speaks only where the record names a \
          marketplace and the text is long enough to tell; names, addresses and merge tags are left out of account.",
    instead: "Translate the message, or use the marketplace's own templates, which are translated.",
    fires: Examples::Code(&[
        Example::text("Your parcel will arrive on Monday, and somebody has to be at home to sign for it. Would the morning suit you?")
            .marketplace("DE"),
        Example::text("Ihr Paket kommt am Montag, und jemand muss zu Hause sein, um es anzunehmen. Passt Ihnen der Vormittag?")
            .marketplace("US"),
        Example::text("Votre colis arrivera lundi et quelqu'un doit être à la maison pour signer. Le matin vous convient-il ?")
            .marketplace("IT"),
        Example::text("您的包裹将于周一送达，请安排人在家签收。").marketplace("UK"),
    ]),
    passes: Examples::Code(&[
        Example::text("Ihr Paket kommt am Montag, und jemand muss zu Hause sein, um es anzunehmen. Passt Ihnen der Vormittag?")
            .marketplace("DE"),
        Example::text("Votre colis arrivera lundi et quelqu'un doit être à la maison pour signer. Le matin vous convient-il ?")
            .marketplace("CA"),
        Example::text("Your parcel will arrive on Monday, and somebody has to be at home to sign for it. Would the morning suit you?"),
        Example::text("OK, M8 x 40.").marketplace("DE"),
        Example::text("Order {{order_id}}, SKU AB-12-XY, 3 x USB-C").marketplace("JP"),
    ]),
    check: Check::Code(check),
};

/// Letters below which a detector guesses; scripts of syllables and words say more with fewer.
const FEWEST_LETTERS: usize = 60;
const FEWEST_CHARACTERS: usize = 8;

/// The languages in which buyers of a marketplace may be written to; `None` for marketplaces unknown here.
fn languages(marketplace: &str) -> Option<&'static [Lang]> {
    let code = marketplace.trim().to_ascii_uppercase();
    let code = code.strip_prefix("AMAZON.").unwrap_or(&code);
    Some(match code {
        "US" | "USA" | "COM" => &[Lang::Eng, Lang::Spa],
        "UK" | "GB" | "CO.UK" | "AU" | "IE" | "SG" | "ZA" | "NZ" | "COM.AU" => &[Lang::Eng],
        "CA" => &[Lang::Eng, Lang::Fra],
        "IN" => &[Lang::Eng, Lang::Hin, Lang::Tam, Lang::Tel, Lang::Kan, Lang::Mal, Lang::Mar, Lang::Ben],
        "DE" | "AT" => &[Lang::Deu],
        "FR" => &[Lang::Fra],
        "IT" => &[Lang::Ita],
        "ES" | "MX" | "COM.MX" => &[Lang::Spa],
        "NL" => &[Lang::Nld],
        "BE" | "COM.BE" => &[Lang::Nld, Lang::Fra, Lang::Deu],
        "SE" => &[Lang::Swe],
        "PL" => &[Lang::Pol],
        "TR" => &[Lang::Tur],
        "BR" | "COM.BR" => &[Lang::Por],
        "JP" | "CO.JP" => &[Lang::Jpn],
        "AE" | "SA" | "EG" => &[Lang::Ara, Lang::Eng],
        _ => return None,
    })
}

fn check(document: &Document<'_>, hits: &mut Hits) {
    let Some(expected) = document.message.marketplace.as_deref().and_then(languages) else { return };
    let text = words(&document.body);
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    if letters < FEWEST_CHARACTERS {
        return;
    }
    // languages close to each other are told apart only among those that occur here
    let Some(info) = Detector::with_allowlist(KNOWN.to_vec()).detect(&text) else { return };
    let certain = match info.script() {
        Script::Latin => letters >= FEWEST_LETTERS && info.is_reliable() && info.confidence() > 0.9,
        _ => true,
    };
    if certain && !expected.contains(&info.lang()) {
        hits.whole(format!("the message is in {}, which buyers of this marketplace need not understand", info.lang().eng_name()));
    }
}

/// The languages that are told apart.
const KNOWN: &[Lang] = &[
    Lang::Eng,
    Lang::Deu,
    Lang::Fra,
    Lang::Ita,
    Lang::Spa,
    Lang::Por,
    Lang::Nld,
    Lang::Swe,
    Lang::Pol,
    Lang::Tur,
    Lang::Jpn,
    Lang::Cmn,
    Lang::Kor,
    Lang::Ara,
    Lang::Hin,
    Lang::Rus,
    Lang::Ell,
    Lang::Heb,
    Lang::Tha,
    Lang::Tam,
    Lang::Tel,
    Lang::Kan,
    Lang::Mal,
    Lang::Mar,
    Lang::Ben,
];

/// The text without tags and addresses, which belong to no language.
fn words<'p>(part: &'p Part<'_>) -> Cow<'p, str> {
    let tags = part.tags.iter().map(|t| t.range.clone());
    let mut out: Vec<_> = tags.chain(part.links.iter().filter_map(|l| l.shown.clone())).collect();
    if out.is_empty() {
        return Cow::Borrowed(part.text());
    }
    out.sort_by_key(|r| r.start);
    let mut text = String::with_capacity(part.text().len());
    let mut at = 0;
    for range in out {
        text.push_str(part.text().get(at..range.start).unwrap_or_default());
        text.push(' ');
        at = at.max(range.end);
    }
    text.push_str(&part.text()[at..]);
    Cow::Owned(text)
}
