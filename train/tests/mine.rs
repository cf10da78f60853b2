//! `nosolicit-train mine`, as a user runs it.

mod common;

use common::{place, train};

const LIBRARY: &str = "\
id,text,channel
a,\"Please leave us a 5-star review on the page of the blue lid, it would mean the world to our small family.\",
b,\"Please leave us a 5-star review on the page of the red lid, it would mean the world to our small family.\",insert
c,\"Please leave us a 5-star review on the page of the blue lid, it would mean the world to our small FAMILY!\",
d,\"The kettle left our workshop on Monday and should be with you by Friday at the latest, order 12345.\",
e,\"=HYPERLINK(\"\"http://x.example\"\") und noch ein paar Wörter, die kein Mensch kennt\",
f,\"Whoever is pleased with the tent may tell the next camper so; whoever is not may tell us.\",
g,,
";

fn rows(folder: &std::path::Path, name: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(folder.join(name)).expect("the file is there");
    reader.deserialize().map(|r| r.expect("a row")).collect()
}

#[test]
fn one_of_each_group_is_asked_for_with_a_reason() {
    let folder = place(&[("library.csv", LIBRARY), ("known.csv", "text,labels\nThe kettle left our workshop on Monday.,\n")]);
    let arguments = ["mine", "default", "library.csv", "--tier", "fast", "--known", "known.csv", "--output", "ask.csv"];
    let run = train(folder.path(), &arguments);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.contains("6 messages, 5 distinct texts, 4 groups") && run.out.contains("left out: 1 that"), "{}", run.out);
    let asked = rows(folder.path(), "ask.csv");
    let reviews: Vec<_> = asked.iter().filter(|r| r["text"].contains("5-star")).collect();
    assert!(reviews.len() <= 1, "{asked:?}");
    assert!(reviews.iter().all(|r| r["messages"] == "3"), "{reviews:?}");
    let formula = asked.iter().find(|r| r["text"].contains("HYPERLINK")).expect("it is unlike what is known");
    assert!(formula["text"].starts_with("'=") && formula["reason"] == "unlike", "{formula:?}");
    assert!(asked.iter().all(|r| r["labels"] == "?" && r["family"].starts_with("mined-") && !r["why"].is_empty()), "{asked:?}");
    assert!(asked.iter().all(|r| r["scores.marketing"].parse::<f64>().is_ok()), "{asked:?}");
    // the same again, on another number of threads
    train(folder.path(), &[&arguments[..arguments.len() - 1], &["again.csv", "--threads", "1"]].concat());
    let read = |name: &str| std::fs::read(folder.path().join(name)).expect("the file is there");
    assert_eq!(read("ask.csv"), read("again.csv"));
    // no more than wished for
    train(folder.path(), &[&arguments[..arguments.len() - 1], &["few.csv", "--rows", "1"]].concat());
    assert_eq!(rows(folder.path(), "few.csv").len(), 1);
}

#[test]
fn what_is_still_to_be_labelled_is_not_fitted() {
    let folder = place(&[("ask.csv", "text,labels\nCome and see our shop.,marketing\nThe lid left on Monday.,?\n")]);
    let run = train(folder.path(), &["fit", "ask.csv", "--output", "m"]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("ask.csv:3: column labels: still to be labelled"), "{}", run.err);
}

#[test]
fn bad_input_is_told_and_nothing_is_written() {
    let folder = place(&[("empty.csv", "text\n"), ("library.csv", LIBRARY)]);
    for (arguments, message) in [
        (vec!["default", "empty.csv"], "holds no messages"),
        (vec!["nowhere", "library.csv"], "nowhere"),
        (vec!["default", "none.csv"], "none.csv"),
        (vec!["default", "library.csv", "--rows", "0"], "--rows"),
        (vec!["default", "library.csv", "--known", "none.csv"], "none.csv"),
    ] {
        let run = train(folder.path(), &[&["mine"], &arguments[..], &["--tier", "fast", "--output", "ask.csv"]].concat());
        assert_eq!(run.status, 2, "{arguments:?}");
        assert!(run.err.contains(message), "{message} is not in {}", run.err);
        assert!(!folder.path().join("ask.csv").exists());
    }
}
