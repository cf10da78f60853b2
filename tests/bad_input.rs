//! Bad input gets a clear error, the exit status of the contract, and loses nothing.

mod common;

use common::{Place, project};

/// Runs `score` with an output file that stands already; it must be as it was.
fn fails(place: &Place, arguments: &[&str], message: &str) {
    place.write("judged.jsonl", "the old output\n");
    let before = place.names();
    let run = place.run(&[&["score", "--output", "judged.jsonl"], arguments].concat());
    assert_eq!(run.status, 2, "{}", run.err);
    assert!(run.err.contains(message), "{:?} is not in {:?}", message, run.err);
    assert!(!run.err.contains("panicked"), "{}", run.err);
    assert_eq!(place.read("judged.jsonl"), "the old output\n");
    assert_eq!(place.names(), before, "nothing half-written is left");
}

#[test]
fn a_missing_column_is_named() {
    let place = Place::new();
    place.write("a.csv", "id,Body\n1,x\n");
    fails(&place, &["a.csv"], "a.csv:1: there is no column \"text\"");
    fails(&place, &["a.csv", "--column", "text=Text"], "a.csv:1: there is no column \"Text\"");
    fails(&place, &["a.csv", "--column", "body=Body"], "\"body\" is no field");
}

#[test]
fn empty_and_missing_files_are_told() {
    let place = Place::new();
    place.write("empty.csv", "");
    place.write("nothing/readme.md", "x");
    fails(&place, &["empty.csv"], "empty.csv:1: the file is empty");
    fails(&place, &["none.csv"], "cannot read none.csv");
    fails(&place, &["nothing"], "nothing");
    place.write("strange.bin", "\u{1}\u{2}");
    fails(&place, &["strange.bin"], "cannot tell the format");
}

#[test]
fn a_broken_record_is_reported_and_the_rest_goes_on() {
    let place = Place::new();
    let mut bytes = b"id,text\n1,fine\n2\n3,\"caf".to_vec();
    bytes.extend(b"\xe9\"\n4,fine too\n");
    place.write("a.csv", bytes);
    let run = place.run(&["score", "a.csv", "--no-model"]);
    assert_eq!(run.status, 3);
    let lines = run.lines();
    let errors: Vec<&str> = lines.iter().map(|l| l["error"].as_str().unwrap_or("")).collect();
    assert_eq!(errors, ["", "a.csv:3: 1 fields where the header has 2; is a quote missing?", "a.csv:4: column text: not UTF-8", ""]);
    assert!(lines[1]["verdict"].is_null() && lines[3]["verdict"] == "allow");
    assert!(run.err.contains("a.csv:3: 1 fields"), "{}", run.err);
}

#[test]
fn broken_json_lines_name_line_and_column() {
    let place = Place::new();
    place.write("a.jsonl", "{\"text\":\"fine\"}\n{\"text\":\n\n{\"txt\":\"x\"}\n{\"text\":\"x\",\"channel\":\"fax\"}\n");
    let run = place.run(&["score", "a.jsonl", "--no-model"]);
    let lines = run.lines();
    let errors: Vec<&str> = lines.iter().map(|l| l["error"].as_str().unwrap_or("")).collect();
    assert_eq!(run.status, 3);
    assert!(errors[1].starts_with("a.jsonl:2: not a JSON object") && errors[1].contains("column"), "{errors:?}");
    assert_eq!(errors[2], "a.jsonl:4: no field \"text\"");
    assert_eq!(errors[3], "a.jsonl:5: column channel: \"fax\" is not message, insert or subject");
}

#[test]
fn a_policy_error_names_line_and_column() {
    let place = Place::new();
    place.write("a.csv", "text\nx\n");
    place.write("p.toml", "name = \"p\"\n[rules]\nexternal-lnk = \"block\"\n");
    fails(&place, &["a.csv", "--policy", "p.toml"], "p.toml:3:1: there is no rule \"external-lnk\"");
    place.write("p.toml", "name = \"p\"\nextends = \"amazon\"\nlabel = 3\n");
    fails(&place, &["a.csv", "--policy", "p.toml"], "p.toml:3:1: unknown field `label`");
    fails(&place, &["a.csv", "--policy", "none.toml"], "cannot read policy none.toml");
}

/// What becomes of a file of the bundle: other bytes, or none.
const BUNDLE: [&str; 6] =
    ["manifest.json", "weights.safetensors", "tokens.safetensors", "tokenizer.json", "encoder.json", "encoder.safetensors"];

type Change<'c> = &'c dyn Fn(&str, Vec<u8>) -> Option<Vec<u8>>;

#[test]
fn a_bundle_that_is_damaged_or_of_another_kind_is_refused() {
    let place = Place::new();
    place.write("a.csv", "text\nx\n");
    fails(&place, &["a.csv", "--model", "none"], "cannot read none/manifest.json");
    let copy = |change: Change<'_>| {
        for name in BUNDLE {
            let bytes = std::fs::read(project("models/default").join(name)).expect("the bundle is there");
            let _ = std::fs::remove_file(place.path(&format!("m/{name}")));
            if let Some(bytes) = change(name, bytes) {
                place.write(&format!("m/{name}"), bytes);
            }
        }
    };
    copy(&|_, bytes| Some(bytes));
    assert_eq!(place.run(&["score", "a.csv", "--model", "m", "--quiet"]).status, 0, "the copy itself is good");
    copy(&|name, bytes| (name != "weights.safetensors").then_some(bytes));
    fails(&place, &["a.csv", "--model", "m"], "cannot read m/weights.safetensors");
    copy(&|name, mut bytes| {
        if name == "weights.safetensors" {
            let last = bytes.len() - 1;
            bytes[last] ^= 1;
        }
        Some(bytes)
    });
    fails(&place, &["a.csv", "--model", "m"], "weights.safetensors is not the file that the manifest describes");
    copy(&|name, bytes| Some(if name == "tokens.safetensors" { bytes[..bytes.len() / 2].to_vec() } else { bytes }));
    fails(&place, &["a.csv", "--model", "m"], "tokens.safetensors is not the file that the manifest describes");
    copy(&|name, bytes| Some(if name == "encoder.safetensors" { bytes[..bytes.len() / 2].to_vec() } else { bytes }));
    fails(&place, &["a.csv", "--model", "m"], "encoder.safetensors is not the file that the manifest describes");
    copy(&|name, bytes| Some(if name == "manifest.json" { b"{\n  \"format\": 99\n}".to_vec() } else { bytes }));
    fails(&place, &["a.csv", "--model", "m"], "has format 99");
    copy(&|name, bytes| Some(if name == "manifest.json" { b"{\n  \"format\": 3,\n oops".to_vec() } else { bytes }));
    fails(&place, &["a.csv", "--model", "m"], "m/manifest.json:3:");
}

#[test]
fn usage_errors_have_status_2() {
    let place = Place::new();
    for arguments in [&["score"][..], &["score", "a.csv", "--fail-on", "often"], &["frobnicate"], &["rule", "NIX999"]] {
        assert_eq!(place.run(arguments).status, 2, "{arguments:?}");
    }
}

#[test]
fn an_output_that_cannot_be_written_is_told() {
    let place = Place::new();
    place.write("a.csv", "text\nx\n");
    let run = place.run(&["score", "a.csv", "--output", "no/such/folder/out.jsonl"]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("no/such/folder/out.jsonl"), "{}", run.err);
}
