//! Hostile training files: whatever they hold, `fit`, `evaluate`, `audit` and `attack` say what is wrong or handle it, and an old
//! bundle stays.

mod common;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

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
    let few = "label marketing: 1 rows have it and";
    fails("text,labels\nbuy now,marketing\n", &format!("{few} 0 do not; at least 5 of each are needed"));
    fails("text,labels\nbuy now,marketing\nthanks,\n", &format!("{few} 1 do not; at least 5 of each are needed"));
}

#[test]
fn one_class_alone_is_refused() {
    let rows: String = (0..60).map(|i| format!("come to our shop number {i},marketing\n")).collect();
    fails(&format!("text,labels\n{rows}"), "label marketing: 60 rows have it and 0 do not");
}

#[test]
fn contradictory_duplicates_teach_nothing_and_that_is_said() {
    let rows: String = (0..60).map(|i| format!("see the page number {i},marketing\nsee the page number {i},\n")).collect();
    let run = fit(&format!("text,labels\n{rows}"));
    assert!(run.status == 0 && run.out.contains("any label, violating against permitted: ROC AUC 0.500"), "{}{}", run.out, run.err);
    let folder = place(&[("a.csv", &format!("text,labels\n{rows}"))]);
    let audit = train(folder.path(), &["audit", "a.csv", "--no-model"]);
    assert!(audit.out.contains("60 conflicting-labels (error)"), "{}", audit.out);
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
    // rows that a fit with the usual settings takes
    let folder = place(&[("a.csv", &rows())]);
    for (setting, message) in [
        ("--alpha=nan", "--alpha must be above 0"),
        ("--alpha=-1", "--alpha must be above 0"),
        ("--alpha=inf", "--alpha must be above 0"),
        ("--max-iterations=0", "not converged after 0 iterations"),
        ("--folds=1", "--folds must be at least 2"),
    ] {
        let run = train(folder.path(), &["fit", "a.csv", "--output", "m", "--fast-only", setting]);
        assert!(run.status == 2 && run.err.contains(message) && !run.err.contains("panicked"), "{setting}: {}", run.err);
    }
}

/// The built-in bundle without its encoder, in which one file is cut short.
fn damaged(folder: &Path, cut: &str) {
    let whole = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/default");
    std::fs::create_dir_all(folder.join("m")).expect("a folder");
    for name in ["manifest.json", "weights.safetensors", "tokens.safetensors", "tokenizer.json"] {
        let bytes = std::fs::read(whole.join(name)).expect("the bundle is there");
        let length = if name == cut { bytes.len() / 2 } else { bytes.len() };
        std::fs::write(folder.join("m").join(name), &bytes[..length]).expect("it is written");
    }
}

#[test]
fn damaged_bundles_are_refused_by_all_who_read_them() {
    let folder = place(&[("a.csv", "text,labels\nfine,\nWe have more in our shop,marketing\n")]);
    for file in ["manifest.json", "weights.safetensors", "tokens.safetensors", "tokenizer.json"] {
        damaged(folder.path(), file);
        for arguments in [
            &["evaluate", "a.csv", "--model", "m"][..],
            &["attack", "a.csv", "--model", "m"],
            &["tune", "a.csv", "--model", "m", "--maximize", "f1", "--output", "p.toml"],
            &["mine", "m", "a.csv", "--output", "b.csv"],
            &["compare", "m", "default", "a.csv"],
            &["compare", "default", "m", "a.csv"],
        ] {
            let run = train(folder.path(), arguments);
            let named = run.err.contains(file) && !run.err.contains("panicked");
            assert!(run.status == 2 && named && run.out.is_empty(), "{arguments:?}, {file}: {} {}", run.out, run.err);
        }
        assert!(!folder.path().join("p.toml").exists() && !folder.path().join("b.csv").exists(), "nothing is written");
    }
}

/// Rows that a fast tier can be fitted to.
fn rows() -> String {
    let row = |i: usize| format!("come to our shop number {i},marketing\nyour parcel number {i} has left,\n");
    format!("text,labels\n{}", (0..60).map(row).collect::<String>())
}

/// Starts the program with its output somewhere else.
fn start(folder: &Path, out: Stdio, arguments: &[&str]) -> Child {
    let program = assert_cmd::cargo::cargo_bin("nosolicit-train");
    Command::new(program).current_dir(folder).args(arguments).stdout(out).stderr(Stdio::piped()).spawn().expect("it runs")
}

/// How it ended, and what it said.
fn end(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().expect("it ends");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_a_full_disk_does_not_take_is_an_error() {
    let folder = place(&[("a.csv", &rows())]);
    for arguments in [
        &["evaluate", "a.csv", "--tier", "fast", "--draws", "10"][..],
        &["evaluate", "a.csv", "--tier", "fast", "--draws", "10", "--json", "-"],
        &["attack", "--list"],
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("there is one");
        let (status, err) = end(start(folder.path(), full.into(), arguments));
        assert!(status == Some(2) && err.contains("cannot write <stdout>: No space left"), "{arguments:?}: {err}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_bundle_that_the_disk_does_not_take_leaves_the_old_one() {
    let folder = place(&[("a.csv", &rows()), ("b.csv", &rows().replace("parcel", "kettle"))]);
    let fit = ["fit", "a.csv", "--output", "m", "--fast-only"];
    assert_eq!(train(folder.path(), &fit).status, 0);
    let before = files(folder.path());
    // the shell's limit on the size of a file is met like the end of a disk
    let program = assert_cmd::cargo::cargo_bin("nosolicit-train");
    let limited = "trap '' XFSZ; ulimit -f 100; exec \"$0\" fit b.csv --output m --fast-only";
    let child = Command::new("sh").args(["-c", limited]).arg(program).current_dir(folder.path()).output().expect("it runs");
    let err = String::from_utf8_lossy(&child.stderr);
    assert!(child.status.code() == Some(2) && err.contains("cannot write"), "{:?} {err}", child.status);
    assert!(files(folder.path()) == before, "the old bundle is whole and nothing lies beside it");
}

#[test]
fn a_reader_that_goes_away_ends_the_run_quietly() {
    let folder = place(&[("a.csv", &rows())]);
    for arguments in [
        &["evaluate", "a.csv", "--tier", "fast", "--draws", "10"][..],
        &["evaluate", "a.csv", "--tier", "fast", "--draws", "10", "--json", "-"],
    ] {
        let mut child = start(folder.path(), Stdio::piped(), arguments);
        drop(child.stdout.take());
        assert_eq!(end(child), (Some(0), String::new()), "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_fit_leaves_the_old_bundle_and_nothing_else() {
    let folder = place(&[("a.csv", &rows())]);
    assert_eq!(train(folder.path(), &["fit", "a.csv", "--output", "m", "--fast-only"]).status, 0);
    let before = files(folder.path());
    // with the encoder, so that there is time
    let mut child = start(folder.path(), Stdio::piped(), &["fit", "a.csv", "--output", "m"]);
    let mut begun = [0; 4];
    child.stdout.as_mut().expect("a pipe").read_exact(&mut begun).expect("it tells the number of rows first");
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("there is kill");
    assert!(killed.success());
    assert_ne!(end(child).0, Some(0));
    assert!(files(folder.path()) == before, "the old bundle is whole and nothing lies beside it");
}

/// All files under a folder, with what stands in them.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).expect("the folder is there").map(|e| e.expect("an entry").path());
    let mut found: Vec<_> =
        entries.flat_map(|p| if p.is_dir() { files(&p) } else { vec![(p.clone(), std::fs::read(&p).expect("a file"))] }).collect();
    found.sort();
    found
}

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
    let one = train(folder.path(), &["attack", "a.csv", "--no-model", "--only", "zero-width,padding", "--worst", "1"]);
    assert!(one.out.contains("mean of 2") && !one.out.contains("cyrillic-one"), "{}", one.out);
    let unknown = train(folder.path(), &["attack", "a.csv", "--no-model", "--only", "zero-witdh"]);
    assert!(unknown.status == 2 && unknown.err.contains("no disguise zero-witdh"), "{}", unknown.err);
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
    let evaluation: serde_json::Value =
        serde_json::from_str(&json(&["evaluate", "a.csv", "--json", "-", "--draws", "10"]).out).expect("it is JSON");
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
