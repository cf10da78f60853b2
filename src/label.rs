//! The seven meanings that the built-in model scores. A model trained on other labels brings its own names.

use std::borrow::Cow;

/// What is known about a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Name in corpora, policies and scores, such as `review_gating`.
    pub name: &'static str,
    /// Code of the model's finding, such as `REV100`.
    pub code: &'static str,
    /// Name of the model's finding, such as `review-gating`.
    pub finding: &'static str,
    /// Clause of the policy.
    pub clause: &'static str,
    /// When it holds.
    pub definition: &'static str,
    /// What a finding says.
    pub message: &'static str,
    /// What to do instead.
    pub instead: &'static str,
}

/// Name of the label whose neutral form the policy may permit.
pub const REVIEW_REQUEST: &str = "review_request";

/// The labels, in the order of reports.
pub const LABELS: &[Label] = &[
    Label {
        name: REVIEW_REQUEST,
        code: "REV101",
        finding: "review-request",
        clause: "R-01",
        definition: "The text invites the buyer to publish, rate, score or write about the product, the seller or the purchase where \
                     others can read it, in any wording: neutral ones, hints and passive statements included.",
        message: "this asks the buyer for a public opinion",
        instead: "One neutral request per order is permitted, within 30 days; leaving it to the marketplace's own request button is the safest.",
    },
    Label {
        name: "positive_steering",
        code: "REV102",
        finding: "positive-steering",
        clause: "R-03",
        definition: "The text pushes the opinion towards the favourable end: it asks for five stars or a kind word, tells what to write, makes \
                     the seller's fate depend on it, or invites only the pleased to speak.",
        message: "this steers the opinion towards a good one",
        instead: "Ask for an honest opinion of any kind, without naming a rating or a mood.",
    },
    Label {
        name: "review_gating",
        code: "REV100",
        finding: "review-gating",
        clause: "R-07",
        definition: "The text sends the dissatisfied elsewhere: the happy to the review, the unhappy to the seller first or instead; or it asks \
                     the buyer to hold an opinion back until the seller has had a chance.",
        message: "this leads the unhappy away from a public opinion",
        instead: "Offer help without setting it against, before or beside a review.",
    },
    Label {
        name: "incentivized_review",
        code: "REV103",
        finding: "incentivized-review",
        clause: "R-09",
        definition: "The text offers anything of value in connection with a review or feedback, before or after it, whatever its tone.",
        message: "this offers something for an opinion",
        instead: "Offer nothing that depends on an opinion; settle faults without conditions.",
    },
    Label {
        name: "review_alteration",
        code: "REV104",
        finding: "review-alteration",
        clause: "R-12",
        definition: "The text asks the buyer to change, raise, update, replace, take down or reconsider an opinion already published.",
        message: "this asks the buyer to change an opinion already given",
        instead: "Solve the problem and leave the opinion alone.",
    },
    Label {
        name: "marketing",
        code: "MKT100",
        finding: "marketing",
        clause: "P-07",
        definition: "The text promotes something beyond the order itself: other products, the shop, coupons, sales, loyalty schemes, newsletters, \
                     the next purchase, social following.",
        message: "this promotes something beyond the order",
        instead: "Keep to this order; a marketplace's advertising tools are the place for the rest.",
    },
    Label {
        name: "off_platform",
        code: "LNK100",
        finding: "off-platform",
        clause: "D-01",
        definition: "The text leads the buyer away from the marketplace: to the seller's own site, social or messaging accounts, a code or short link \
                     to such, registration, payment or ordering elsewhere, a direct e-mail address or telephone number.",
        message: "this leads the buyer away from the marketplace",
        instead: "Keep to the marketplace's message thread, order page and returns page.",
    },
];

/// The label of that name.
pub fn find(name: &str) -> Option<&'static Label> {
    LABELS.iter().find(|l| l.name == name)
}

/// How the model's finding for a label is presented; labels of users' own models get a code and name made from theirs.
pub fn presented(name: &str) -> Presentation {
    match find(name) {
        Some(label) => Presentation {
            code: Cow::Borrowed(label.code),
            finding: Cow::Borrowed(label.finding),
            clause: Cow::Borrowed(label.clause),
            message: Cow::Borrowed(label.message),
        },
        None => Presentation {
            code: Cow::Borrowed("MDL100"),
            finding: Cow::Owned(name.replace('_', "-")),
            clause: Cow::Borrowed(""),
            message: Cow::Owned(format!("the model takes this for {name}")),
        },
    }
}

/// Code, name, clause and sentence of a model finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presentation {
    /// Code of the finding.
    pub code: Cow<'static, str>,
    /// Name of the finding.
    pub finding: Cow<'static, str>,
    /// Clause; empty for labels of users' own.
    pub clause: Cow<'static, str>,
    /// What the finding says.
    pub message: Cow<'static, str>,
}
