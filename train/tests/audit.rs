//! `nosolicit-train audit`, as a user runs it.

mod common;

use common::{place, train};

const CLEAN: &str = "\
id,text,labels,evidence,family,origin
1,Your lid is on its way and comes on Monday morning with the post.,,,a,x
2,Come and see the other lids that we make; there are forty in our shop.,marketing,,b,x
";

#[test]
fn clean_files_pass() {
    let folder = place(&[("a.csv", CLEAN)]);
    let run = train(folder.path(), &["audit", "a.csv", "--no-model"]);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("0 errors, 0 warnings"), "{}", run.out);
}

#[test]
fn faults_are_named_with_their_place_and_set_the_status() {
    let faulty = format!(
        "{CLEAN}3,your LID is on its way and comes on monday morning with the post!,marketing,,c,x\n\
         4,It doesnâ€™t fit the jar that you ordered in spring.,,,d,x\n\
         5,=SUM(A1) is what the label of the blue box says.,,,e,x\n\
         6,Come and see the other lids that we make; there are fifty in our shop.,marketing,,f,x\n\
         7,Buy more of it,marketing,sell more,g,x\n8,too few\n"
    );
    let folder = place(&[("a.csv", &faulty)]);
    let run = train(folder.path(), &["audit", "a.csv", "--no-model", "--output", "remarks.csv"]);
    assert_eq!(run.status, 1, "{}{}", run.out, run.err);
    let remarks = std::fs::read_to_string(folder.path().join("remarks.csv")).expect("the remarks are written");
    let mut reader = csv::Reader::from_reader(remarks.as_bytes());
    let found: Vec<(String, String)> =
        reader.records().map(|r| r.expect("a row")).map(|r| (r[3].to_owned(), format!("{}:{}", &r[0], &r[1]))).collect();
    for (check, at) in
        [("conflicting-labels", "a.csv:4"), ("encoding-damage", "a.csv:5"), ("formula-cell", "a.csv:6"), ("near-duplicate", "a.csv:3")]
    {
        assert!(found.iter().any(|(c, p)| c == check && p == at), "{check} at {at} is not in {found:?}");
    }
    assert_eq!(found.iter().filter(|(c, _)| c == "broken-row").count(), 2, "{found:?}");
    assert!(run.out.contains("a.csv:8: column evidence: \"sell more\" does not stand in the text"), "{}", run.out);
}

#[test]
fn a_text_in_training_and_holdout_is_leakage() {
    let folder = place(&[("a.csv", CLEAN), ("h.csv", &CLEAN.replace(",a,x", ",k,y").replace(",b,x", ",l,y"))]);
    let run = train(folder.path(), &["audit", "a.csv", "--holdout", "h.csv", "--no-model"]);
    assert_eq!(run.status, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("2 leakage (error)"), "{}", run.out);
}

#[test]
fn fail_on_chooses_what_fails() {
    let folder = place(&[("a.csv", &CLEAN.replace("Your lid", "=Your lid"))]);
    for (fail_on, status) in [("error", 0), ("warning", 1), ("note", 1), ("never", 0)] {
        assert_eq!(train(folder.path(), &["audit", "a.csv", "--no-model", "--fail-on", fail_on]).status, status, "{fail_on}");
    }
    assert_eq!(train(folder.path(), &["audit", "none.csv"]).status, 2);
}
