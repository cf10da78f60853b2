//! `nosolicit-train compare`, as a user runs it.

mod common;

use std::path::Path;

use common::{place, train};
use tempfile::TempDir;

const THINGS: [&str; 12] = ["kettle", "lamp", "tent", "scarf", "drill", "mug", "chair", "clock", "kite", "rug", "vase", "pump"];

/// Labelled rows; with `wrong` the labels of requests and service are exchanged, so that a model learns nonsense.
fn rows(colours: &[&str], wrong: bool) -> String {
    let mut csv = "id,text,labels,family,origin\n".to_owned();
    for (i, thing) in THINGS.iter().enumerate() {
        for (j, colour) in colours.iter().enumerate() {
            let (ask, serve) = if wrong { ("", "marketing") } else { ("marketing", "") };
            let (family, origin) = (format!("{thing}-{colour}"), (i + j) % 6);
            csv += &format!("{family}-a,We have more than the {colour} {thing}: come and see our whole range.,{ask},{family},o{origin}\n");
            csv += &format!(
                "{family}-s,The {colour} {thing} left today; tell us which page of the manual you need.,{serve},{family},o{origin}\n"
            );
        }
    }
    csv
}

/// A folder with a good and a bad model and rows that neither has seen.
fn models() -> TempDir {
    let colours = ["red", "blue", "green"];
    let folder = place(&[
        ("good.csv", &rows(&colours, false)),
        ("bad.csv", &rows(&colours, true)),
        ("held-out.csv", &rows(&["white"], false)),
        ("pinned.csv", "text,labels\nWe have more than the black sofa: come and see our whole range.,marketing\n"),
        ("wrong-pin.csv", "text,labels\nWe have more than the black sofa: come and see our whole range.,\n"),
    ]);
    for name in ["good", "bad"] {
        let run = train(folder.path(), &["fit", &format!("{name}.csv"), "--output", name, "--fast-only"]);
        assert_eq!(run.status, 0, "{}", run.err);
    }
    folder
}

fn manifest(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name).join("manifest.json")).expect("a manifest")
}

#[test]
fn a_worse_model_is_refused_and_a_better_one_takes_the_place() {
    let folder = models();
    let (good, bad) = (manifest(folder.path(), "good"), manifest(folder.path(), "bad"));
    let run = train(folder.path(), &["compare", "good", "bad", "held-out.csv", "--promote", "--json", "report.json"]);
    assert_eq!(run.status, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("refused") && run.out.contains("now wrong") && !run.out.contains("promoted"), "{}", run.out);
    assert_eq!(manifest(folder.path(), "good"), good, "what is refused changes nothing");
    let report: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.path().join("report.json")).expect("the report")).expect("JSON");
    assert_eq!((&report["accepted"], &report["rows"]), (&false.into(), &24.into()));
    // rules know the advertisements without a model, so that the bad one is wrong on the twelve rows of service alone
    assert_eq!((&report["mcnemar"]["only_old"], &report["mcnemar"]["only_new"]), (&12.into(), &0.into()));
    assert!(report["flips"][0]["words"].as_array().is_some_and(|w| !w.is_empty()), "{}", report["flips"][0]);

    let run = train(folder.path(), &["compare", "bad", "good", "held-out.csv", "--pinned", "pinned.csv", "--promote"]);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("pinned rows judged rightly: 1 of 1") && run.out.contains("promoted"), "{}", run.out);
    assert_eq!(manifest(folder.path(), "bad"), good);
    assert_eq!(manifest(folder.path(), "bad.previous"), bad);
    assert_eq!(manifest(folder.path(), "good"), good);
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("the folder").map(|e| e.expect("an entry").file_name()).collect();
    assert!(!left.iter().any(|n| n.to_string_lossy().starts_with('.')), "{left:?}");
}

#[test]
fn equal_models_are_accepted_unless_a_pinned_row_breaks() {
    let folder = models();
    let run = train(folder.path(), &["compare", "good", "good", "held-out.csv", "--margin", "0"]);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("p = 1.0000") && run.out.contains("accepted"), "{}", run.out);
    assert!(run.out.contains("violating rows found in disguise"), "{}", run.out);
    let run = train(folder.path(), &["compare", "good", "good", "held-out.csv", "--pinned", "wrong-pin.csv"]);
    assert_eq!(run.status, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("not wrong-pin.csv:2"), "{}", run.out);
}

#[test]
fn rows_of_the_training_are_no_test() {
    let folder = models();
    let run = train(folder.path(), &["compare", "good", "good", "good.csv"]);
    assert_eq!(run.status, 1, "{}{}", run.out, run.err);
    // three colours, and two rows of each
    let all = format!("the new model was trained on {} of these rows", 6 * THINGS.len());
    assert!(run.out.contains(&all), "{}", run.out);
}

#[test]
fn what_cannot_be_compared_is_told() {
    let folder = models();
    for (arguments, message) in [
        (vec!["default", "good", "held-out.csv"], "other labels"),
        (vec!["default", "good", "held-out.csv", "--promote"], "--promote"),
        (vec!["good", "none", "held-out.csv"], "none"),
        (vec!["good", "bad", "held-out.csv", "--margin", "2"], "--margin"),
        (vec!["good", "bad", "held-out.csv", "--tier", "full"], "no encoder"),
    ] {
        let run = train(folder.path(), &[&["compare"], &arguments[..]].concat());
        assert_eq!(run.status, 2, "{arguments:?} {}", run.out);
        assert!(run.err.contains(message), "{message} is not in {}", run.err);
    }
}

/// Other spellings of the made-up word.
const MISSPELT: [&str; 6] = ["z0rblat", "zorblaat", "zrblat", "zobrlat", "zorb1at", "zorblattt"];

/// Advertisements with a made-up word, and permitted rows, where `?` is another spelling of it. `evidence` is what the disguises are put on;
/// without it, the whole text.
fn zorblats(colours: &[&str], evidence: &str, permitted: &[&str]) -> String {
    let mut csv = "text,labels,evidence\n".to_owned();
    let things = colours.iter().flat_map(|colour| THINGS.map(|thing| format!("{colour} {thing}")));
    for (thing, misspelt) in things.zip(MISSPELT.iter().cycle()) {
        csv += &format!("A zorblat for the {thing} is what the neighbours have from us by now.,marketing,{evidence}\n");
        for text in permitted {
            csv += &format!("{},,\n", text.replace("{}", &thing).replace('?', misspelt));
        }
    }
    csv
}

#[test]
fn a_model_that_leans_on_a_word_that_disguises_hide_is_refused() {
    let colours = ["red", "blue", "green"];
    let service = "The {} left this morning; the manual is in the box.";
    let folder = place(&[
        // what is permitted has the made-up word, so that the words around it are learned; or it has the same words around another spelling
        ("around.csv", &zorblats(&colours, "", &["A zorblat came loose from the {}; a new one is in the post.", service])),
        ("word.csv", &zorblats(&colours, "", &["A ? for the {} is what the neighbours have from us by now.", service])),
        ("held-out.csv", &zorblats(&["white"], "zorblat", &[service])),
    ]);
    for name in ["around", "word"] {
        let run = train(folder.path(), &["fit", &format!("{name}.csv"), "--output", name, "--fast-only"]);
        assert_eq!(run.status, 0, "{}", run.err);
    }
    let run = train(folder.path(), &["compare", "around", "word", "held-out.csv", "--json", "report.json"]);
    assert_eq!(run.status, 1, "{}{}", run.out, run.err);
    let report: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.path().join("report.json")).expect("the report")).expect("JSON");
    let figures = report["figures"].as_array().expect("figures");
    let (plain, hidden) = (&figures[0], figures.last().expect("figures"));
    assert_eq!((&plain["old"], &plain["new"]), (&1.0.into(), &1.0.into()), "{plain}");
    assert_eq!((&hidden["name"], &hidden["rows"]), (&"violating rows found in disguise".into(), &12.into()), "{hidden}");
    assert!(hidden["old"].as_f64() > hidden["new"].as_f64(), "{hidden}");
    let reasons = report["refused"].as_array().expect("reasons");
    assert!(reasons.len() == 1 && reasons[0].as_str().is_some_and(|r| r.starts_with("violating rows found in disguise")), "{reasons:?}");
    // on the same rows as they are there is nothing against it
    let run = train(folder.path(), &["compare", "around", "word", "held-out.csv", "--no-disguises"]);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
}
