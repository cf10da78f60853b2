//! Hostile training files: whatever they hold, `fit`, `evaluate`, `audit` and `attack` say what is wrong or handle it, and an old
//! bundle stays.

mod common;

use common::{Run, place, train};

/// Fits the fast tier of a file's rows.
fn fit(csv: &str) -> Run {
    let folder = place(&[("a.csv", csv)]);
    let run = train(folder.path(), &["fit", "a.csv", "--output", "m", "--fast-only"]);
    assert!(!run.err.contains("panicked"), "{}", run.err);
    assert_eq!(run.status == 0, folder.path().join("m/manifest.json").exists(), "a bundle is there exactly when the fit succeeded");
    run
}

/// The fit fails and says so.
fn fails(csv: &str, message: &str) {
    let run = fit(csv);
    assert!(run.status == 2 && run.err.contains(message), "{message:?} is not in {:?}", run.err);
}

#[test]
fn files_without_anything_to_learn_are_refused() {
    fails("", "a.csv:1: the file is empty");
    fails("text,labels\n", "the files hold no rows");
    fails("text,labels\nfine,\nfine too,\n", "no row has a label");
    fails("text,labels\nbuy now,marketing\n", "cannot be");
    fails("text,labels\nbuy now,marketing\nthanks,\n", "cannot be");
}

#[test]
fn one_class_alone_is_refused() {
    let rows: String = (0..60).map(|i| format!("come to our shop number {i},marketing\n")).collect();
    fails(&format!("text,labels\n{rows}"), "marketing");
}

#[test]
fn contradictory_duplicates_are_fitted_to_a_doubtful_model_or_refused() {
    let rows: String = (0..60).map(|i| format!("see the page number {i},marketing\nsee the page number {i},\n")).collect();
    let run = fit(&format!("text,labels\n{rows}"));
    assert!(run.status == 0 || run.status == 2, "{}", run.err);
    let folder = place(&[("a.csv", &format!("text,labels\n{rows}"))]);
    let audit = train(folder.path(), &["audit", "a.csv", "--no-model"]);
    assert!(audit.out.contains("contradict"), "{}", audit.out);
}

#[test]
fn a_stray_quote_in_a_training_file_is_an_error_with_its_line() {
    fails(
        "text,labels\nfine,\n\"oh,\nbuy,marketing\n\"buy, now\",marketing\n",
        "a.csv:3: the quote opened in line 3 ends in line 5 before more text",
    );
    fails("text,labels\nfine,\n\"oh,\nbuy,marketing\n", "a.csv:3: the quote opened in line 3 is never closed");
    fails("text,labels,note\n\"oh,,\na,,x\nb,,y\nc,marketing,z\nd,,\",,\n", "rows stand in quotes");
}

#[test]
fn settings_without_measure_are_refused() {
    let folder = place(&[("a.csv", "text,labels\nfine,\nbuy,marketing\n")]);
    for settings in [["--alpha", "nan"], ["--alpha", "-1"], ["--alpha", "inf"], ["--features", "0"], ["--folds", "1"]] {
        let run = train(folder.path(), &[&["fit", "a.csv", "--output", "m"], &settings[..]].concat());
        assert!(run.status == 2 && !run.err.contains("panicked"), "{settings:?}: {}", run.err);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_table_that_cannot_be_written_is_an_error() {
    let folder = place(&[("a.csv", "text,labels\nfine,\nWe have more in our shop,marketing\n")]);
    let run = train(folder.path(), &["attack", "a.csv", "--no-model", "--json", "no/such/folder/a.json"]);
    assert!(run.status == 2 && run.err.contains("no/such/folder/a.json"), "{}", run.err);
}

#[test]
fn an_attack_tells_before_and_after_and_is_the_same_each_time() {
    let csv = "text,labels,evidence\n\"Thank you. Please leave us a 5-star review, Ann.\",positive_steering,leave us a 5-star review\n\
               \"Your parcel left today, with the manual.\",,\n";
    let folder = place(&[("a.csv", csv)]);
    let run = || train(folder.path(), &["attack", "a.csv", "--no-model", "--json", "a.json"]);
    let first = run();
    assert_eq!(first.status, 0, "{}", first.err);
    let table = std::fs::read(folder.path().join("a.json")).expect("it is written");
    assert_eq!((run().out, std::fs::read(folder.path().join("a.json")).expect("it is written")), (first.out.clone(), table.clone()));
    let table: serde_json::Value = serde_json::from_slice(&table).expect("it is JSON");
    let effects = table["effects"].as_array().expect("a list");
    assert!(effects.len() >= 25, "{}", effects.len());
    let zero_width = effects.iter().find(|e| e["disguise"] == "zero-width").expect("it is in the catalogue");
    let found = &zero_width["found"]["rules"];
    assert_eq!((&found["before"]["hits"], &found["after"]["hits"], &found["after"]["of"]), (&1.into(), &1.into(), &1.into()));
    assert!(first.out.contains("points of recall lost on average"), "{}", first.out);
    let list = train(folder.path(), &["attack", "--list"]);
    assert!(list.out.contains("cyrillic-one") && list.out.lines().count() >= 25, "{}", list.out);
}

#[test]
fn an_attack_counts_as_evaluate_does() {
    let rows = "Please leave us a 5-star review.,positive_steering\nWrite to a@b.example instead of here.,off_platform\nIt left today.,\n\
                Enjoy your kettle and thank you.,review_request\nCall us about your return.,\n";
    let folder = place(&[("a.csv", &format!("text,labels\n{rows}"))]);
    let tier = ["--tier", "fast"];
    let json = |arguments: &[&str]| train(folder.path(), &[arguments, &tier].concat());
    let evaluation: serde_json::Value = serde_json::from_str(&json(&["evaluate", "a.csv", "--json"]).out).expect("it is JSON");
    assert_eq!(json(&["attack", "a.csv", "--json", "a.json"]).status, 0);
    let table: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("a.json")).expect("it is written")).expect("it is JSON");
    // padding changes every row
    let padding = table["effects"].as_array().expect("a list").iter().find(|e| e["disguise"] == "padding").expect("in the catalogue");
    for (i, judges) in ["rules", "model", "both"].into_iter().enumerate() {
        assert_eq!(padding["found"][judges]["before"], evaluation["judged"][i]["found"], "{judges}");
        assert_eq!(padding["false_alarms"][judges]["before"], evaluation["judged"][i]["false_alarms"], "{judges}");
    }
}
