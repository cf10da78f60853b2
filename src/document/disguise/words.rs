//! Words, to tell disguised words from part numbers and sizes.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

/// Words of three letters and more that three ideas or more of the corpus use, names left out.
static WORDS: LazyLock<FxHashSet<&'static str>> =
    LazyLock::new(|| include_str!("../../../data/words.txt").lines().chain(WORTH_HIDING.iter().copied()).collect());

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

/// Whether a word, in lower case, is one.
pub fn is_word(word: &str) -> bool {
    WORDS.contains(word)
}

/// Whether a word, in lower case, is one that a seller has a reason to hide.
pub fn worth_hiding(word: &str) -> bool {
    WORTH_HIDING.contains(&word)
}

/// The word worth hiding that a pattern stands for, where `*` stands for any letter and only one word fits.
pub fn masked(pattern: &str) -> Option<&'static str> {
    let fits = |word: &&&str| word.len() == pattern.len() && word.bytes().zip(pattern.bytes()).all(|(w, p)| p == b'*' || w == p);
    let mut fitting = WORTH_HIDING.iter().filter(fits);
    let first = fitting.next()?;
    fitting.next().is_none().then_some(*first)
}
