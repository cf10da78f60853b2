//! `nosolicit-train tune`, as a user runs it, and the policy used afterwards.

mod common;

use std::path::Path;

use common::{Run, place, train};

/// Pairs of a plain offence and a plain service message, `n` of each, every one a family of its own.
fn rows(n: usize) -> String {
    let mut csv = "text,labels,family\n".to_owned();
    for i in 0..n {
        csv += &format!("\"Please leave us a 5-star review for lamp {i}!\",review_request|positive_steering,a{i}\n");
        csv += &format!("\"Lamp {i} leaves on Monday; the invoice is attached.\",,b{i}\n");
    }
    csv
}

fn tune(folder: &Path, arguments: &[&str]) -> Run {
    train(folder, &[&["tune", "a.csv", "--tier", "fast"], arguments].concat())
}

fn read(folder: &Path, name: &str) -> toml::Table {
    std::fs::read_to_string(folder.join(name)).expect("it is written").parse().expect("TOML")
}

#[test]
fn a_promise_is_certified_and_the_policy_can_be_used() {
    let folder = place(&[("a.csv", &rows(60))]);
    let run = tune(folder.path(), &["--max-miss-rate", "0.05", "--confidence", "0.95", "--output", "mine.toml"]);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("With 95 % confidence: of the families with something to stop, at most 5 % are missed."), "{}", run.out);
    let certificate = read(folder.path(), "mine.certificate.toml");
    assert_eq!(certificate["promised"].as_bool(), Some(true));
    let last = certificate["tested"].as_array().and_then(|t| t.last()).expect("tests");
    assert_eq!((last["of"].as_integer(), last["hits"].as_integer()), (Some(60), Some(0)));
    assert!(certificate["bound"].as_float().is_some_and(|b| b < 0.05), "{certificate}");
    let policy = std::fs::read(folder.path().join("mine.toml")).expect("it is written");
    let digest = nosolicit::model::bundle::FileManifest::of(&policy).sha256;
    assert_eq!(certificate["policy"]["sha256"].as_str(), Some(digest.as_str()));
    let policy = nosolicit::policy::Policy::load(&folder.path().join("mine.toml").display().to_string()).expect("a policy");
    // the severity of a review request comes from the order context: its block threshold decides nothing and is left alone
    let model = nosolicit::model::Model::built_in().expect("a model");
    let request = &model.labels()[0];
    let block = request.thresholds.block.max(policy.thresholds(&request.name).map_or(0.0, |t| t.review));
    assert_eq!(policy.thresholds("review_request").map(|t| t.block), Some(block));
    let review = certificate["thresholds"]["marketing"]["review"].as_float();
    assert_eq!(policy.thresholds("marketing").map(|t| t.review), review);
    assert_eq!(policy.rule_level("emoji", &nosolicit::message::Message::from_text("x")), nosolicit::policy::Level::Block);
}

#[test]
fn too_few_rows_are_said_to_be_too_few() {
    let folder = place(&[("a.csv", &rows(58))]);
    let run = tune(folder.path(), &["--max-miss-rate", "0.05", "--confidence", "0.95", "--output", "mine.toml"]);
    assert_eq!(run.status, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("it takes 1 more families without a further one"), "{}", run.out);
    let certificate = read(folder.path(), "mine.certificate.toml");
    assert_eq!((certificate["promised"].as_bool(), certificate["families_needed"].as_integer()), (Some(false), Some(59)));
    assert!(read(folder.path(), "mine.toml")["description"].as_str().is_some_and(|d| d.starts_with("No promise")));
}

#[test]
fn every_aim_writes_a_policy_and_the_same_one_on_any_number_of_threads() {
    let folder = place(&[("a.csv", &rows(12))]);
    let aims: [&[&str]; 4] = [
        &["--max-miss-rate", "0.1"],
        &["--max-false-alarm-rate", "0.1"],
        &["--cost", "miss=20,false-alarm=1,review=0.2"],
        &["--maximize", "f1"],
    ];
    for aim in aims {
        let [one, three] = ["1", "3"].map(|threads| tune(folder.path(), &[aim, &["--threads", threads]].concat()));
        assert_eq!((one.status, &one.out), (0, &three.out), "{aim:?}: {}", one.err);
        assert!(one.out.contains("extends = \"amazon\"") && one.out.contains("[labels.marketing]"), "{}", one.out);
    }
}

#[test]
fn an_aim_out_of_reach_and_wrong_arguments_are_refused() {
    // the rules alone raise a false alarm here
    let folder =
        place(&[("a.csv", "text,labels\nPlease leave us a 5-star review!,\nThe lid leaves on Monday.,\nBuy more lids.,marketing\n")]);
    let run = tune(folder.path(), &["--max-false-alarm-rate", "0.1"]);
    assert_eq!(run.status, 2, "{}", run.out);
    assert!(run.err.contains("at best 50.0 % (1/2, 1.3-98.7) of the families have a false alarm"), "{}", run.err);
    for (arguments, message) in [
        (&["--cost", "miss=20,review=0.2"][..], "the cost false-alarm is missing"),
        (&["--cost", "miss=1,false-alarm=1,review=1,coffee=2"], "there is no cost \"coffee\""),
        (&["--max-miss-rate", "5"], "5 is not between 0 and 1"),
        (&["--max-miss-rate", "0", "--confidence", "0.95"], "a rate of 0 cannot be promised"),
        (&["--max-miss-rate", "0.1", "--maximize", "f1"], "cannot be used with"),
        (&["--maximize", "f1", "--confidence", "0.9"], "cannot be used with"),
        (&[], "required"),
    ] {
        let run = tune(folder.path(), arguments);
        assert!(run.status == 2 && run.err.contains(message), "{arguments:?}: {}", run.err);
    }
    let clean = place(&[("a.csv", "text,labels\nThe lid leaves on Monday.,\n")]);
    let run = tune(clean.path(), &["--max-miss-rate", "0.1"]);
    assert!(run.status == 2 && run.err.contains("there is nothing to miss"), "{}", run.err);
}

#[test]
fn a_policy_file_keeps_all_but_its_thresholds() {
    let policy = "name = \"house\"\nextends = \"amazon\"\n[rules]\nemoji = \"info\"\n[labels]\nmarketing = { review = 0.2, block = 0.9 }\n";
    let folder = place(&[("a.csv", &rows(12)), ("house.toml", policy)]);
    let run = tune(folder.path(), &["--policy", "house.toml", "--maximize", "f1", "--output", "new.toml"]);
    assert_eq!(run.status, 0, "{}", run.err);
    let new = read(folder.path(), "new.toml");
    assert_eq!((new["name"].as_str(), new["rules"]["emoji"].as_str()), (Some("new"), Some("info")));
    assert_eq!(new["labels"].as_table().map(toml::Table::len), Some(7));
}

#[test]
fn thresholds_are_tried_on_rows_judged_once() {
    let folder = place(&[("a.csv", &rows(12))]);
    let fresh = tune(folder.path(), &["--maximize", "f1", "--save-judged", "rows.jsonl"]);
    assert_eq!(fresh.status, 0, "{}", fresh.err);
    let again = train(folder.path(), &["tune", "--judged", "rows.jsonl", "--maximize", "f1"]);
    assert_eq!((again.status, &again.out), (0, &fresh.out), "{}", again.err);
    let both = train(folder.path(), &["evaluate", "a.csv", "--judged", "rows.jsonl"]);
    assert!(both.status == 2 && both.err.contains("cannot be used with"), "{}", both.err);
}
