//! `nosolicit explain`, as a user runs it.

mod common;

use common::Place;
use serde_json::Value;

const MIXED: &str = "Order 114-3941689-8772232: the blue lid left on Monday. Please leave us a 5-star review! Which name shall we engrave?";

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn contributions_add_up_to_the_score_and_the_shortened_message_passes() {
    let place = Place::new();
    let run = place.run(&["explain", "--tier", "fast", "--json", MIXED]);
    assert_eq!(run.status, 0, "{}", run.err);
    let explained = &run.lines()[0];
    assert_eq!(explained["judgement"]["verdict"], "block");
    let labels = explained["labels"].as_array().expect("a list");
    assert_eq!(labels.len(), 7);
    for label in labels {
        let words = label["words"].as_array().expect("a list");
        let sum = number(&label["base"]) + words.iter().map(|w| number(&w["contribution"])).sum::<f64>();
        assert!((sum - number(&label["log_odds"])).abs() < 1e-9, "{label}");
        let probability = 1.0 / (1.0 + (-sum).exp());
        assert!((probability - number(&label["score"])).abs() <= 0.5e-4 + 1e-9, "{label}");
        for word in words {
            let (start, end) = (number(&word["start"]) as usize, number(&word["end"]) as usize);
            let stands: String = MIXED.chars().skip(start).take(end - start).collect();
            assert_eq!(word["text"], stands);
        }
    }
    let delete = explained["shortening"]["delete"].as_array().expect("an answer");
    let mut shorter = MIXED.to_owned();
    for sentence in delete {
        shorter = shorter.replace(sentence["text"].as_str().expect("a text"), "");
    }
    let again = place.run(&["check", "--tier", "fast", "--json", &shorter]);
    assert_eq!(again.lines()[0]["verdict"], "allow", "{shorter}");
}

#[test]
fn a_message_that_passes_shows_what_came_nearest() {
    let place = Place::new();
    let run = place.run(&["explain", "--tier", "fast", "Order 114-3941689-8772232: which name shall we engrave on the blue lid?"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.starts_with("text: allow") && run.out.contains("no label is found; the nearest is"), "{}", run.out);
    assert!(!run.out.contains("it would pass"), "{}", run.out);
}

#[test]
fn labelled_rows_of_both_kinds_are_shown() {
    let place = Place::new();
    place.write(
        "rows.csv",
        "text,labels\nPlease review the blue lid in public.,review_request\nThe blue lid left on Monday.,\nUnlike,marketing\n",
    );
    let run = place.run(&["explain", "--no-model", "--examples", "rows.csv", MIXED]);
    assert_eq!(run.status, 0, "{}", run.err);
    let (violating, permitted) = run.out.split_once("permitted rows most like it").expect("both kinds");
    assert!(violating.contains("review_request “Please review the blue lid in public.” (rows.csv:2)"), "{}", run.out);
    assert!(permitted.contains("“The blue lid left on Monday.” (rows.csv:3)"), "{}", run.out);
    let unlabelled = place.write("plain.csv", "text\nhello\n");
    let run = place.run(&["explain", "--no-model", "--examples", unlabelled.to_str().expect("a name"), MIXED]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("plain.csv:2: no column labels"), "{}", run.err);
}

#[test]
fn what_no_deletion_helps_is_said() {
    let place = Place::new();
    let run = place.run(&["explain", "--no-model", "Please leave us a 5-star review!"]);
    assert!(run.out.contains("no deletion of sentences makes it pass; against it: positive-review-phrase"), "{}", run.out);
}

#[test]
fn odd_input_is_survived() {
    let place = Place::new();
    place.write("a.csv", "text,channel\nhello,fax\n\"\u{1b}[31m ★ <<x\",\n,\n");
    let run = place.run(&["explain", "--tier", "fast", "a.csv"]);
    assert_eq!(run.status, 3, "{}", run.err);
    assert!(run.out.contains("not judged") && !run.out.contains('\u{1b}'), "{}", run.out);
    assert_eq!(place.run(&["explain", "lettre.html"]).status, 2);
}
