//! `nosolicit-train evaluate`, as a user runs it.

mod common;

use common::{place, train};
use serde_json::Value;

const ROWS: &str = "\
id,text,labels,evidence,family,channel
a,Please leave us a 5-star review!,review_request|positive_steering,leave us a 5-star review,one,message
b,The lid leaves on Monday.,,,one,message
c,Visit our shop for more lids.,marketing,Visit our shop,two,insert
d,Your claim is under review.,,,three,message
e,Leave us a 5-star review! is what the card you ordered will say.,,,four,insert
";

fn evaluated(folder: &std::path::Path, extra: &[&str]) -> Value {
    let run = train(folder, &[&["evaluate", "a.csv", "--tier", "fast", "--draws", "50", "--json", "-"], extra].concat());
    assert_eq!(run.status, 0, "{}", run.err);
    serde_json::from_str(&run.out).expect("JSON")
}

#[test]
fn rules_model_and_both_are_counted() {
    let folder = place(&[("a.csv", ROWS)]);
    let e = evaluated(folder.path(), &[]);
    let rules = &e["judged"][0];
    assert_eq!((&rules["judges"], &rules["found"]["hits"], &rules["found"]["of"]), (&"rules".into(), &2.into(), &2.into()));
    // the label table says the same as the table of whole messages
    let any = &e["labels"][0]["labels"].as_array().expect("labels")[7];
    assert_eq!((&any["label"], &any["true_positive"], &any["false_negative"]), (&"any label".into(), &2.into(), &0.into()));
    for by in e["labels"].as_array().expect("three judges") {
        for label in by["labels"].as_array().expect("labels") {
            let count = |what: &str| label[what].as_u64().expect("a count");
            let all = count("true_positive") + count("false_positive") + count("false_negative") + count("true_negative");
            assert_eq!(all, 5, "{label}");
        }
    }
    let channel: Vec<&Value> = e["slices"].as_array().expect("slices").iter().filter(|s| s["division"] == "channel").collect();
    assert_eq!(channel.iter().map(|s| s["rows"].as_u64().expect("rows")).sum::<u64>(), 5);
    let marketing = &e["confusion"]["lines"][5];
    assert_eq!((&marketing["label"], &marketing["rows"], &marketing["found"][5]), (&"marketing".into(), &1.into(), &1.into()));
}

#[test]
fn the_worst_errors_have_their_words() {
    // the rules are right, and the labels are wrong
    let folder = place(&[(
        "a.csv",
        "id,text,labels,evidence\nalarm,Thanks. Please leave us a 5-star review!,,\nmiss,The lid leaves on Monday.,marketing,The lid\n",
    )]);
    let e = evaluated(folder.path(), &[]);
    let worst = e["worst"].as_array().expect("errors");
    assert_eq!(worst.len(), 2, "{worst:?}");
    assert_eq!((&worst[0]["kind"], &worst[0]["id"], &worst[0]["words"]), (&"missed".into(), &"miss".into(), &"The lid".into()));
    assert_eq!((&worst[1]["kind"], &worst[1]["id"], &worst[1]["score"]), (&"false-alarm".into(), &"alarm".into(), &1.0.into()));
    assert!(worst[1]["words"].as_str().expect("words").contains("5-star"), "{}", worst[1]);
    assert!(evaluated(folder.path(), &["--worst", "0"])["worst"].as_array().expect("a list").is_empty());
}

#[test]
fn figures_are_the_same_on_any_number_of_threads_and_go_to_files() {
    let folder = place(&[("a.csv", ROWS)]);
    assert_eq!(evaluated(folder.path(), &["--threads", "1"]), evaluated(folder.path(), &["--threads", "3"]));
    let run = train(folder.path(), &["evaluate", "a.csv", "--tier", "fast", "--json", "e.json", "--markdown", "e.md"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(run.out.starts_with("EVALUATION\n5 rows (2 violating, 3 permitted) of 4 families"), "{}", run.out);
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("it is written");
    assert!(serde_json::from_str::<Value>(&read("e.json")).is_ok());
    let markdown = read("e.md");
    assert!(markdown.contains("\n| rules | "), "{markdown}");
    // as many cells as the table has columns
    for table in markdown.split("\n\n").filter(|part| part.starts_with('|')) {
        let cells = |line: &str| line.replace("\\|", "").matches('|').count();
        let header = table.lines().next().map(cells);
        assert!(table.lines().all(|line| Some(cells(line)) == header), "{table}");
    }
}

#[test]
fn a_bundle_may_stand_first() {
    let folder = place(&[("a.csv", ROWS)]);
    let bundle = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/default");
    let first = train(folder.path(), &["evaluate", bundle, "a.csv", "--tier", "fast", "--draws", "20", "--json", "-"]);
    assert_eq!(first.status, 0, "{}", first.err);
    let behind = train(folder.path(), &["evaluate", "a.csv", "--model", bundle, "--tier", "fast", "--draws", "20", "--json", "-"]);
    assert_eq!(first.out, behind.out);
    let none = train(folder.path(), &["evaluate", bundle]);
    assert_eq!((none.status, none.err.contains("no labelled files given")), (2, true), "{}", none.err);
    let folder_in_vain = train(folder.path(), &["evaluate", "a.csv", "."]);
    assert_eq!((folder_in_vain.status, folder_in_vain.err.contains(". is a folder")), (2, true), "{}", folder_in_vain.err);
    let unknown = place(&[("a.csv", "text,labels\nok,\nbuy,spam\n")]);
    let unknown = train(unknown.path(), &["evaluate", "a.csv"]);
    assert!(unknown.status == 2 && unknown.err.contains("a.csv:3: column labels: unknown label \"spam\""), "{}", unknown.err);
}
