//! `nosolicit-train fit`, as a user runs it, and the bundle used afterwards.

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::{place, train};

/// A small corpus with two labels and permitted rows of the same vocabulary. Built from lists, since these tests look at the
/// machinery and not at what is learned.
fn corpus_rows() -> Vec<String> {
    let things = ["kettle", "lamp", "tent", "scarf", "drill", "mug", "chair", "clock", "kite", "rug", "vase", "pump"];
    let colours = ["red", "blue", "green", "grey"];
    let mut rows = Vec::new();
    for (i, thing) in things.iter().enumerate() {
        for (j, colour) in colours.iter().enumerate() {
            let origin = format!("origin-{}", (i + j) % 6);
            let family = format!("{thing}-{colour}");
            let mut row =
                |kind: &str, text: String, labels: &str| rows.push(format!("{family}-{kind},\"{text}\",{labels},{family},{origin}"));
            row("ask", format!("Tell other people on the page what you think of the {colour} {thing}."), "review_request");
            row("sell", format!("We have more than the {colour} {thing}: come and see our whole shop."), "marketing");
            row("serve", format!("The {colour} {thing} left our shop today; tell us by reply which page of the manual you need."), "");
        }
    }
    rows
}

fn csv(rows: &[String]) -> String {
    format!("id,text,labels,family,origin\n{}\n", rows.join("\n"))
}

fn bundle(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = std::fs::read_dir(folder).expect("the bundle is there").map(|e| e.expect("an entry").path());
    entries.map(|p| (p.file_name().expect("a name").into(), std::fs::read(&p).expect("a file"))).collect()
}

#[test]
fn rows_in_any_order_and_any_number_of_threads_give_the_same_bytes() {
    let mut rows = corpus_rows();
    let straight = csv(&rows);
    rows.reverse();
    rows.rotate_left(17);
    let (one, two) = rows.split_at(rows.len() / 3);
    let folder = place(&[("straight.csv", &straight), ("one.csv", &csv(one)), ("two.csv", &csv(two))]);
    let first = train(folder.path(), &["fit", "straight.csv", "--output", "a/m", "--threads", "1"]);
    assert_eq!(first.status, 0, "{}", first.err);
    let second = train(folder.path(), &["fit", "two.csv", "one.csv", "--output", "b/m", "--threads", "2"]);
    assert_eq!(second.status, 0, "{}", second.err);
    let (a, b) = (bundle(&folder.path().join("a/m")), bundle(&folder.path().join("b/m")));
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (name, bytes) in &a {
        assert!(*bytes == b[name], "{} differs", name.display());
    }
}

#[test]
fn a_trained_bundle_judges() {
    let folder = place(&[("a.csv", &csv(&corpus_rows()))]);
    let run = train(folder.path(), &["fit", "a.csv", "--output", "m"]);
    assert_eq!(run.status, 0, "{}", run.err);
    // the encoder has seen none of these rows, so that all of them are fit to calibrate on
    assert!(run.out.contains("Held out: the 144 rows that the encoder was not taught"), "{}", run.out);
    assert!(run.out.contains("| marketing | 48 |") && run.out.contains("The encoder reads"), "{}", run.out);
    let model = nosolicit::model::Model::load(&folder.path().join("m")).expect("the bundle is whole");
    let engine = nosolicit::engine::Engine::new(nosolicit::policy::Policy::amazon(), Some(model)).without_rules();
    let judge = |text: &str| engine.judge(&nosolicit::message::Message::from_text(text)).scores.0;
    let high = judge("The parcel left. Tell other people on the page what you think of the white sofa.");
    let low = judge("The parcel left. Tell us by reply which page of the manual of the white sofa you need.");
    let score = |scores: &[(std::sync::Arc<str>, f64)]| scores.iter().find(|(l, _)| &**l == "review_request").expect("the label").1;
    assert!(score(&high) > 0.5 && score(&low) < 0.5, "{high:?} {low:?}");
}

#[test]
fn users_files_may_have_a_column_per_label_or_labels_of_their_own() {
    let rows: Vec<String> = corpus_rows();
    let flags: String = rows
        .iter()
        .map(|r| {
            let ask = u8::from(r.contains(",review_request,"));
            let text = r.split('"').nth(1).expect("a text");
            format!("\"{text}\",{ask}\n")
        })
        .collect();
    let folder = place(&[
        ("flags.csv", &format!("text,review_request\n{flags}")),
        ("own.csv", &csv(&rows).replace("marketing", "spam").replace("review_request", "ham")),
    ]);
    let run = train(folder.path(), &["fit", "flags.csv", "--output", "flags"]);
    assert_eq!(run.status, 0, "{}", run.err);
    let run = train(folder.path(), &["fit", "own.csv", "--output", "own"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.contains("labels: ham, spam"), "{}", run.out);
}

/// A fit that must fail, beside a bundle that must stay as it is.
fn fails(content: &str, arguments: &[&str], message: &str) {
    let folder = place(&[("a.csv", content)]);
    let old = folder.path().join("m");
    std::fs::create_dir(&old).expect("the folder can be made");
    std::fs::write(old.join("manifest.json"), "old").expect("the file can be written");
    let run = train(folder.path(), &[&["fit", "a.csv", "--output", "m"], arguments].concat());
    assert_eq!(run.status, 2, "{}", run.err);
    assert!(run.err.contains(message), "{message:?} is not in {:?}", run.err);
    assert_eq!(bundle(&old), BTreeMap::from([("manifest.json".into(), b"old".to_vec())]));
}

#[test]
fn bad_input_is_told_with_file_line_and_column_and_leaves_the_old_bundle() {
    let good = csv(&corpus_rows());
    fails("", &[], "a.csv:1: the file is empty");
    fails("id,labels\n1,marketing\n", &[], "a.csv:1: column text: missing");
    fails("id,text\n1,x\n", &[], "a.csv:1: column labels: missing");
    fails("text,labels\nx,marketing\ny,marketin\n", &[], "a.csv:3: column labels: unknown label \"marketin\"");
    fails("text,labels\nx,marketing\ny\n", &[], "a.csv:3: 1 fields where the header has 2");
    fails("text,labels,evidence\nx y,marketing,z\n", &[], "a.csv:2: column evidence: \"z\" does not stand in the text");
    fails("text,labels\nx,marketing\ny,\n", &[], "marketing");
    let known = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/corpus/subject-lines.csv"))
        .expect("the corpus is there");
    fails(&known, &[], "beside the ");
    fails(&good, &["--max-iterations", "1"], "not converged after 1 iterations");
    fails(&good, &["--alpha", "0"], "--alpha must be above 0");
}

#[test]
fn text_that_is_not_utf_8_is_told_with_its_line() {
    let folder = place(&[]);
    std::fs::write(folder.path().join("a.csv"), b"text,labels\nx,marketing\ncaf\xe9,\n").expect("the file can be written");
    let run = train(folder.path(), &["fit", "a.csv", "--output", "m"]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("a.csv:3: not UTF-8"), "{}", run.err);
    assert!(!folder.path().join("m").exists());
}

#[test]
fn a_model_may_do_without_an_encoder() {
    let folder = place(&[("a.csv", &csv(&corpus_rows()))]);
    let run = train(folder.path(), &["fit", "a.csv", "--output", "m", "--fast-only"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.contains("in 5 folds of whole origins"), "{}", run.out);
    assert!(!folder.path().join("m/encoder.safetensors").exists());
    let model = nosolicit::model::Model::load(&folder.path().join("m")).expect("the bundle is whole");
    assert!(!model.has_full_tier());
}
