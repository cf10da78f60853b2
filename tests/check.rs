//! `nosolicit check` and the other commands for a person at a terminal.

mod common;

use common::{Place, findings};

#[test]
fn findings_are_pointed_at_in_the_text() {
    let place = Place::new();
    let run = place.run(&[
        "check",
        "--no-model",
        "Order 114-3941689-8772232 is here.\nIf you are happy, please leave a review.\nSee http://brushes.example.com/more",
    ]);
    assert_eq!(run.status, 1);
    insta::assert_snapshot!(run.out);
}

#[test]
fn a_subject_and_html_are_pointed_at_in_the_raw_text() {
    let place = Place::new();
    place.write("a.jsonl", "{\"id\":\"promo\",\"subject\":\"Use code SAVE10\",\"text\":\"<p>Order [[order-id]]</p>\\n<p>Follow&nbsp;us <b>on Instagram</b></p>\"}\n");
    let run = place.run(&["check", "--no-model", "a.jsonl"]);
    insta::assert_snapshot!(run.out);
}

/// Requests that no phrase rule knows: each is found by the model alone.
#[test]
fn paraphrases_that_no_phrase_rule_catches_are_found() {
    let place = Place::new();
    let paraphrases = [
        "If the kettle made your mornings brighter, the people who look at its page tomorrow would be glad to read so from you.",
        "The page where you found the lamp has room for what you make of it, and strangers read it before they decide.",
        "Whoever puts a kind line under the listing will find a little something in the next parcel.",
        "Should the tent leak, whisper it to us alone before the whole world hears of it.",
        "The pump works again, so perhaps what you wrote in March no longer tells the whole story and deserves another go.",
    ];
    for text in paraphrases {
        let rules = place.run(&["check", "--json", "--no-model", text]);
        assert_eq!(findings(&rules.lines()[0]), ["missing-order-id"], "no phrase rule may know {text:?}");
        let model = place.run(&["check", "--json", text]);
        let verdict = model.lines()[0]["verdict"].clone();
        assert!(verdict == "review" || verdict == "block", "{text:?} is judged {verdict}");
    }
}

#[test]
fn control_characters_of_the_input_do_not_reach_the_terminal() {
    let place = Place::new();
    let run = place.run(&["check", "--no-model", "Please leave a 5-star review\u{1b}]0;owned\u{7}\u{1b}[31m now"]);
    assert!(run.out.contains("positive-review-phrase") && !run.out.contains('\u{1b}'), "{:?}", run.out);
}

#[test]
fn a_mistyped_file_is_not_judged_as_a_text() {
    let place = Place::new();
    let run = place.run(&["check", "lettre.html"]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("there is no file lettre.html"), "{}", run.err);
}

#[test]
fn every_rule_name_that_policies_refer_to_exists() {
    let names = "external-link insecure-link link-shortener lookalike-domain marketplace-product-link opt-out-link logo-link \
        vague-link-text email-address phone-number social-handle qr-code contact-request off-amazon-payment payment-data-request \
        positive-review-phrase review-gate-phrase incentive-phrase review-removal-phrase review-request-phrase printed-stars \
        repeat-review-request discount-code promotion-phrase follow-us-phrase tracking-pixel external-image insecure-image image-too-wide \
        gif missing-alt-text font-family line-height font-color too-many-font-sizes centered-text wide-margin excess-line-breaks emoji \
        emoticon all-caps hidden-text sensitive-content unresolved-merge-tag language-mismatch spelling missing-order-id \
        malformed-order-id opted-out-buyer critical-marker outside-window cancel-request-phrase thanks-only order-confirmation \
        attachment-type attachment-size attachment-count text-too-long html-not-allowed removed-message-type review-in-bound-type \
        inbound-not-plain-text inbound-link credential-request spoofed-sender review-request positive-steering review-gating \
        incentivized-review review-alteration marketing off-platform";
    let place = Place::new();
    let listed = place.run(&["rule"]).out;
    for name in names.split_whitespace() {
        assert!(listed.split_whitespace().any(|w| w == name), "{name} is not listed");
        let run = place.run(&["rule", name, "--json"]);
        assert_eq!(run.status, 0, "{name}: {}", run.err);
        let about: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
        assert!(about["clause"].as_str().is_some_and(|c| !c.is_empty()), "{name}: {about}");
    }
}

#[test]
fn a_rule_is_explained() {
    let place = Place::new();
    insta::assert_snapshot!(place.run(&["rule", "review-gate-phrase"]).out);
}

#[test]
fn the_model_says_what_is_in_it_and_completions_are_there() {
    let place = Place::new();
    let run = place.run(&["model"]);
    assert!(run.out.contains("review_request") && run.out.contains("trained on:"), "{}", run.out);
    let manifest: serde_json::Value = serde_json::from_str(&place.run(&["model", "--json"]).out).expect("JSON");
    assert_eq!(manifest["labels"].as_array().map(Vec::len), Some(7));
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(place.run(&["completions", shell]).out.contains("nosolicit"), "{shell}");
    }
}
