//! Words, to tell disguised words from part numbers and sizes.

use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

/// Words of three letters and more that three ideas or more of the corpus use, names left out, and how many are used by more.
static WORDS: LazyLock<FxHashMap<&'static str, usize>> = LazyLock::new(|| {
    let words = include_str!("../../../data/words.txt").lines();
    // those used come last, so that their place is the one kept
    let hidden = WORTH_HIDING.iter().map(|w| (*w, usize::MAX));
    hidden.chain(words.enumerate().map(|(rank, word)| (word, rank))).collect()
});

/// Words of four letters and more, and names, that the corpus hardly uses: whole words of the encoder's vocabulary.
static OTHERS: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| include_str!("../../../data/other-words.txt").lines().collect());

/// Words that a seller has a reason to hide.
const WORTH_HIDING: &[&str] = &[
    "amazon",
    "bonus",
    "call",
    "card",
    "cards",
    "cash",
    "cashback",
    "click",
    "code",
    "comment",
    "comments",
    "contact",
    "coupon",
    "coupons",
    "credit",
    "delete",
    "deal",
    "deals",
    "discount",
    "discounts",
    "dollar",
    "dollars",
    "email",
    "facebook",
    "feedback",
    "feedbacks",
    "five",
    "follow",
    "free",
    "gift",
    "gifts",
    "giveaway",
    "gmail",
    "honest",
    "instagram",
    "link",
    "mail",
    "money",
    "negative",
    "offer",
    "opinion",
    "paypal",
    "phone",
    "positive",
    "promo",
    "promotion",
    "rate",
    "rating",
    "ratings",
    "rebate",
    "refund",
    "refunds",
    "remove",
    "review",
    "reviews",
    "reviewed",
    "reviewer",
    "reviewers",
    "reviewing",
    "reward",
    "rewards",
    "sale",
    "shop",
    "site",
    "star",
    "stars",
    "stellar",
    "store",
    "subscribe",
    "telegram",
    "testimonial",
    "testimonials",
    "tiktok",
    "venmo",
    "visit",
    "voucher",
    "vouchers",
    "warranty",
    "website",
    "wechat",
    "whatsapp",
    "youtube",
    "zelle",
];

/// What stands between white space, without the punctuation around it, and where.
pub fn tokens(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let around = |c: char| c.is_whitespace() || c.is_ascii_punctuation();
    let mut end = 0;
    text.split_inclusive(char::is_whitespace).map(move |piece| {
        end += piece.len();
        let rest = piece.trim_start_matches(around);
        let start = end - rest.len();
        let token = rest.trim_end_matches(around);
        (start..start + token.len(), token)
    })
}

/// Whether a word, in lower case, is one.
pub fn is_word(word: &str) -> bool {
    WORDS.contains_key(word)
}

/// Whether a word, in lower case, is one, or one or a name elsewhere.
pub fn is_any_word(word: &str) -> bool {
    is_word(word) || OTHERS.contains(word)
}

/// How many words are used more than one, in lower case; `None` where it is no word.
pub fn rank(word: &str) -> Option<usize> {
    WORDS.get(word).copied()
}

/// Whether a word, in lower case, is one that a seller has a reason to hide.
pub fn worth_hiding(word: &str) -> bool {
    WORTH_HIDING.contains(&word)
}

/// What it costs to read letters, in lower case, as one word: the less the more likely; `None` where they are none.
pub fn reading_cost(letters: &str) -> Option<usize> {
    const SHORT: &[&str] = &[
        "am", "an", "as", "at", "be", "by", "do", "go", "he", "if", "in", "is", "it", "me", "my", "no", "of", "on", "or", "so", "to", "up",
        "us", "we",
    ];
    match letters.len() {
        1 => matches!(letters, "a" | "i").then_some(4),
        2 => SHORT.contains(&letters).then_some(4),
        _ if worth_hiding(letters) => Some(1),
        _ => is_word(letters).then_some(3),
    }
}

/// The word worth hiding that a pattern stands for, where `*` stands for any letter and only one word fits.
pub fn masked(pattern: &str) -> Option<&'static str> {
    let fits = |word: &&&str| word.len() == pattern.len() && word.bytes().zip(pattern.bytes()).all(|(w, p)| p == b'*' || w == p);
    let mut fitting = WORTH_HIDING.iter().filter(fits);
    let first = fitting.next()?;
    fitting.next().is_none().then_some(*first)
}
