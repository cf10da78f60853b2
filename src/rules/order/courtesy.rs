//! What a sentence does, as far as words alone tell: courtesy, news of the order, or something else.

use std::sync::LazyLock;

use regex_automata::meta::Regex;

use super::{order_numbers, pattern};
use crate::document::Part;
use crate::document::stretch::first_touching;

/// What a sentence does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A greeting, a name, a closing formula, or the order's number alone.
    Frame,
    /// Thanks, or a general offer of help.
    Courtesy,
    /// A wish that goes with thanks.
    Wish,
    /// Tells that the order was received, sent, delivered or refunded.
    Notice,
    /// A detail that goes with such news, such as a tracking number.
    Detail,
    /// Anything else.
    Other,
}

static GREETING: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^[\s*>_(-]*(?:hi|hello|hey|dear|greetings|good (?:morning|afternoon|evening|day))\b"));
static CLOSING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[\s*>_(-]*(?:(?:kind|best|warm|warmest|many|with (?:kind|best|warm))\s+(?:regards|wishes)|regards|sincerely|yours|cheers|best|(?:the|your) (?:[a-z0-9&']+ ){0,5}team|have a (?:nice|great|good|lovely|wonderful|fantastic)|take care|all the best|customer (?:service|care|support)|from all of us)",
    )
});
static THANKS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:thank|thanks|thankful|grateful|gratitude|appreciate|appreciated|honou?red)\b"));
static WISH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:hope|wish|wishes|enjoy|enjoying|trust you|pleasure|delighted|glad|happy to have|love it|means (?:a lot|the world|so much)|welcome)\b",
    )
});
static HELP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:questions?|need (?:any|some)?\s*(?:help|assistance|anything)|here (?:for you|to help|if)|happy to help|glad to help|at your (?:service|disposal)|reach out|contact us|get in touch|let us know|write to us|message us|reply|assist(?:ance)?|help you|look after you|always there)\b",
    )
});
/// Words of matters that a courtesy does not touch.
static MATTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:ship\w*|dispatch\w*|deliver\w*|track\w*|refund\w*|return\w*|replac\w*|invoice\w*|attach\w*|confirm\w*|address|sizes?|colou?rs?|engrav\w*|photos?|pictures?|missing|damag\w*|broken|crack\w*|delay\w*|late|cancel\w*|reviews?|feedback|rat(?:e|ing|ings)|stars?|opinions?|shar(?:e|ing)|instructions?|manual|guide|charg\w*|wash\w*|batter\w*|warrant\w*|guarantee|discounts?|coupons?|vouchers?|offers?|visit|store|shop|website|follow\w*|price|stock|serial|parts?|customs|carrier|courier|parcel|package|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|june|july|august|september|october|november|december|tell (?:other|your|every)|words?|page|post(?:ed)?|first use|before|problem|issue|wrong|unhappy|not satisfied|code|proof|appointment|call)\b",
    )
});
static NOTICE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:your|the|this)\s+(?:\w+\s+){0,2}(?:order|items?|package|parcel|purchase|shipment|refund|payment)(?:\s+[\w#(){}\[\]%*|<>$-]+){0,4}\s+(?:has been|has|was|is|have been|were|are)\s+(?:now\s+|just\s+|successfully\s+|already\s+|been\s+|safely\s+)*(?:shipped|dispatched|despatched|sent|posted|confirmed|received|delivered|processed|refunded|issued|placed|on (?:its|the|their) way|out for delivery|packed|left our)\b|\bwe(?:\s+have|'ve)?\s+(?:now\s+|just\s+|successfully\s+|already\s+|safely\s+)*(?:shipped|dispatched|despatched|received|sent|posted|processed|refunded|confirmed|packed)\s+(?:out\s+)?(?:your|the)\s+(?:\w+\s+){0,2}(?:order|items?|package|parcel|purchase|payment)\b|\b(?:order|shipping|dispatch|delivery|shipment)\s+confirm(?:ed|ation)\b",
    )
});
/// Details that go with such news.
static DETAIL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:tracking (?:number|id|code|no)|track (?:it|your|the)|(?:estimated|expected) (?:delivery|arrival)|(?:should|will) (?:arrive|be with you|reach you)|carrier is|shipped (?:with|by|via)|on its way)\b",
    )
});

/// What each sentence of a field does, in order. Lazy: most messages show by their first sentences that they have a purpose.
pub fn acts<'p>(part: &'p Part<'_>) -> impl Iterator<Item = Act> + 'p {
    let last = part.sentences.len().saturating_sub(1);
    part.sentences.iter().enumerate().map(move |(i, s)| act(part, &part.text()[s.clone()], s.start, i == last))
}

fn act(part: &Part<'_>, sentence: &str, start: usize, last: bool) -> Act {
    let words = sentence.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty()).count();
    if NOTICE.is_match(sentence) {
        return Act::Notice;
    }
    if words <= 20 && DETAIL.is_match(sentence) {
        return Act::Detail;
    }
    let numbered = {
        let numbers = order_numbers(sentence);
        let in_number = |at: usize| first_touching(&numbers, &(at..at + 1), |n| n).is_some();
        let in_tag = |at: usize| part.tag_in(&(start + at..start + at + 1)).is_some();
        sentence.bytes().enumerate().any(|(at, b)| b.is_ascii_digit() && !in_number(at) && !in_tag(at))
    };
    let plain = words <= 30 && !numbered && !MATTER.is_match(sentence);
    let names_order =
        words <= 10 && (!order_numbers(sentence).is_empty() || !part.tags.is_empty()) && sentence.to_ascii_lowercase().contains("order");
    if words <= 7 && GREETING.is_match(sentence) || CLOSING.is_match(sentence) && words <= 8 || last && words <= 4 && plain {
        return Act::Frame;
    }
    if plain && (THANKS.is_match(sentence) || HELP.is_match(sentence)) {
        return Act::Courtesy;
    }
    if plain && WISH.is_match(sentence) {
        return Act::Wish;
    }
    if names_order && plain { Act::Frame } else { Act::Other }
}
