//! Hostile input: whatever a file holds, the outcome is the one that is promised, in bounded time, and no row is lost unnoticed.

mod common;

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{Place, Run, findings, project};

/// Runs `score` by the rules alone.
fn score(place: &Place, file: &str) -> Run {
    let run = place.run(&["score", file, "--no-model"]);
    assert!(!run.err.contains("panicked"), "{}", run.err);
    run
}

/// The error of each line; empty where it was judged.
fn errors(run: &Run) -> Vec<String> {
    run.lines().iter().map(|l| l["error"].as_str().unwrap_or("").to_owned()).collect()
}

#[test]
fn a_stray_quote_that_swallows_rows_is_reported_with_its_lines() {
    let place = Place::new();
    place.write("a.csv", "id,text\n1,fine\n2,\"oh\n3,\"quoted, here\"\n4,fine\n");
    let run = score(&place, "a.csv");
    assert_eq!(run.status, 3);
    assert_eq!(
        errors(&run)[1],
        "a.csv:3: the quote opened in line 3 ends in line 4 before more text; is there a stray quote, and are rows in between?"
    );
    assert_eq!(run.lines().last().expect("a line")["id"], "4", "the rows after it are read");
    place.write("b.csv", "id,text\n1,fine\n2,\"oh\n3,x\n");
    assert_eq!(errors(&score(&place, "b.csv"))[1], "b.csv:3: the quote opened in line 3 is never closed; rows after it may be lost");
}

#[test]
fn rows_swallowed_between_two_stray_quotes_are_noticed() {
    let place = Place::new();
    place.write("a.csv", "id,text,note\n1,\"oh,a\n2,x,b\n3,y,c\n4,z,d\n5,\"\n6,fine,e\n");
    let run = score(&place, "a.csv");
    assert_eq!(run.status, 3);
    assert!(errors(&run)[0].contains("is a quote missing?") || errors(&run)[0].contains("is a quote stray?"), "{:?}", errors(&run));
    place.write("b.csv", "id,text\n1,\"oh\n2,x\n3,y\n4,z\n5,a\n6,b\n7,\"\n8,fine\n");
    let run = score(&place, "b.csv");
    assert_eq!(errors(&run), ["b.csv:2: column text: 7 lines that look like rows stand in quotes; is a quote stray?", ""]);
}

#[test]
fn long_quoted_letters_are_not_taken_for_swallowed_rows() {
    let place = Place::new();
    place.write(
        "a.csv",
        "id,text\n1,\"Dear Ann,\n\nthank you, it left.\nIt comes on Monday,\nor so we hope.\n\nBye,\nBob\"\n2,\"say \"\"hi\"\"\nand go\"\n",
    );
    assert_eq!((score(&place, "a.csv").status, score(&place, "a.csv").lines().len()), (0, 2));
}

#[test]
fn encodings_are_read_or_named() {
    let place = Place::new();
    let utf16 = |text: &str, mark: bool| -> Vec<u8> {
        let mark = if mark { "\u{feff}" } else { "" };
        format!("{mark}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
    };
    place.write("bom.csv", "\u{feff}text\nfine\n");
    place.write("utf16.csv", utf16("text\nGrüße\n", true));
    place.write("unmarked.csv", utf16("text\nfine\n", false));
    place.write("latin1.csv", b"id,text\n1,caf\xe9\n2,fine\n");
    place.write("nul.csv", "id,text\n1,a\0b\n2,fine\n");
    place.write("named.csv", "text,\"a\nb\0\"\nfine,c\n");
    assert_eq!(score(&place, "bom.csv").status, 0);
    assert_eq!(score(&place, "utf16.csv").status, 0);
    let unmarked = score(&place, "unmarked.csv");
    assert_eq!(unmarked.status, 2);
    assert!(unmarked.err.contains("unmarked.csv:1: the first line holds NUL bytes: UTF-16 without a byte order mark"), "{}", unmarked.err);
    assert_eq!(errors(&score(&place, "latin1.csv")), ["latin1.csv:2: column text: not UTF-8", ""]);
    assert_eq!(score(&place, "nul.csv").lines().len(), 2, "a NUL in a text is a character like another");
    assert!(score(&place, "named.csv").err.contains("a column's name holds NUL bytes"));
}

#[test]
fn columns_and_keys_that_stand_twice_have_an_outcome() {
    let place = Place::new();
    place.write("a.csv", "text,text\na,b\n");
    let run = score(&place, "a.csv");
    assert_eq!(run.status, 2);
    assert!(run.err.contains("a.csv:1: the column \"text\" stands twice"), "{}", run.err);
    place.write("b.csv", "text,note,note,,,verdict\na,b,c,d,e,f\n");
    let line = &score(&place, "b.csv").lines()[0];
    assert_eq!((&line["note"], &line["note_2"], &line[""], &line["_2"]), (&"b".into(), &"c".into(), &"d".into(), &"e".into()));
    assert_eq!((&line["verdict"], &line["input_verdict"]), (&"allow".into(), &"f".into()));
    // columns of one name take no longer than others
    place.write("many.csv", format!("text{}\na{}\n", ",x".repeat(20_000), ",y".repeat(20_000)));
    assert_eq!(score(&place, "many.csv").lines()[0]["x_20000"], "y");
    place.write("c.jsonl", "{\"text\":\"a\",\"text\":\"Leave a 5-star review\"}\n{\"text\":\"fine\"}\n");
    let errors = errors(&score(&place, "c.jsonl"));
    assert!(errors[0].contains("the key \"text\" stands twice") && errors[1].is_empty(), "{errors:?}");
}

#[test]
fn a_nul_in_a_name_does_not_make_the_output_unreadable() {
    let place = Place::new();
    place.write("a.jsonl", "{\"text\":\"fine\",\"no\\u0000te\":\"b\"}\n");
    let run = place.run(&["score", "a.jsonl", "--no-model", "--output", "a.csv", "--quiet"]);
    assert_eq!(run.status, 0, "{}", run.err);
    let again = place.run(&["score", "a.csv", "--no-model", "--column", "text=error"]);
    assert_eq!((again.status, &again.lines()[0]["no\u{fffd}te"]), (0, &"b".into()), "{}", again.err);
}

#[test]
fn nesting_and_numbers_without_measure_are_refused_per_record() {
    let place = Place::new();
    let deep = format!("{{\"text\":\"a\",\"x\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let absurd =
        r#"{"text":"a","attachments":[{"name":"a.pdf","bytes":18446744073709551615},{"name":"b.pdf","bytes":18446744073709551615}]}"#;
    let more = r#"{"text":"a","attachments":[{"name":"a.pdf","bytes":99999999999999999999}]}"#;
    let days = r#"{"text":"a","days_since_completion":-9223372036854775808,"prior_review_requests":18446744073709551615}"#;
    place.write("a.jsonl", [&deep, absurd, more, days, "null", "[1]", "{\"text\":\"\"}"].join("\n"));
    let run = score(&place, "a.jsonl");
    let lines = run.lines();
    let errors = errors(&run);
    assert!(errors[0].contains("recursion limit"), "{errors:?}");
    assert!(findings(&lines[1]).contains(&"attachment-size"), "{}", lines[1]);
    assert!(errors[2].contains("attachments"), "{errors:?}");
    assert!(errors[3].is_empty(), "{errors:?}");
    assert!(errors[4].contains("not a JSON object") && errors[5].contains("not a JSON object"), "{errors:?}");
    assert_eq!((lines[6]["verdict"].as_str(), run.status), (Some("allow"), 3));
}

#[test]
fn html_without_end_or_measure_is_judged_in_time() {
    let place = Place::new();
    let deep = "<div>".repeat(200_000);
    let entities = format!("<p>{}</p>", "&amp;lt;&#x26;&#99999999;&eacute".repeat(50_000));
    for (name, html) in
        [("deep.html", deep), ("entities.html", entities), ("cut.html", "<p style=\"display:no".to_owned()), ("empty.html", String::new())]
    {
        place.write(name, html);
        let start = Instant::now();
        assert_eq!(score(&place, name).status, 0, "{name}");
        assert!(start.elapsed() < Duration::from_secs(60), "{name} took {:?}", start.elapsed());
    }
}

#[test]
fn a_line_of_ten_megabytes_is_judged_and_one_beyond_measure_is_told() {
    let place = Place::new();
    let long = "leave a note ".repeat(10_000_000 / 13);
    place.write("long.jsonl", format!("{{\"text\":\"{long}\"}}\n{{\"text\":\"fine\"}}\n"));
    let run = score(&place, "long.jsonl");
    assert_eq!((run.status, run.lines().len()), (0, 2));
    let huge = "x".repeat((64 << 20) + 10);
    place.write("huge.jsonl", format!("{{\"text\":\"{huge}\"}}\n{{\"text\":\"fine\"}}\n"));
    assert_eq!(errors(&score(&place, "huge.jsonl")), ["huge.jsonl:1: the line has more than 64 MiB", ""]);
    place.write("huge.csv", format!("id,text\n1,fine\n2,\"{huge}\n"));
    let run = score(&place, "huge.csv");
    assert_eq!(run.status, 2);
    assert!(run.err.contains("a record has more than 64 MiB; is the quote opened in line 3 stray?"), "{}", run.err);
}

#[test]
fn cells_that_a_spreadsheet_would_run_are_written_as_text() {
    let place = Place::new();
    place.write("a.csv", "id,text,=cmd\n=1+1,fine,\"=HYPERLINK(\"\"http://a.example\"\")\"\n2,fine,-5\n3,fine,'=x\n");
    let run = place.run(&["score", "a.csv", "--no-model", "--output", "out.csv", "--quiet"]);
    assert_eq!(run.status, 0, "{}", run.err);
    let text = place.read("out.csv");
    let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes()).into_records();
    let mut next = || rows.next().expect("a row").expect("it is CSV").iter().map(str::to_owned).collect::<Vec<_>>();
    let (header, first, second, third) = (next(), next(), next(), next());
    let last = header.len() - 1;
    assert_eq!((header[last].as_str(), first[0].as_str()), ("'=cmd", "'=1+1"));
    assert_eq!((first[last].as_str(), second[last].as_str(), third[last].as_str()), ("'=HYPERLINK(\"http://a.example\")", "-5", "''=x"));
    assert_eq!(nosolicit::io::spreadsheet::original(&third[last]), "'=x");
}

#[test]
fn nothing_of_the_input_commands_the_terminal() {
    let place = Place::new();
    let evil = "Leave a 5-star review \u{1b}]0;owned\u{7} \u{9b}31m\u{202e} at https://a\u{1b}[2J.example \u{1b}c";
    place.write("e\u{1b}[31m.txt", evil);
    let safe = |text: &str| !text.contains(|c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c));
    for arguments in [&["check", evil][..], &["check", "--json", evil], &["check", "e\u{1b}[31m.txt"], &["score", "no\u{1b}[31m.csv"]] {
        let run = place.run(&[arguments, &["--no-model"]].concat());
        assert!(safe(&run.out) && safe(&run.err), "{arguments:?}: {:?} {:?}", run.out, run.err);
        assert!(run.status == 1 || run.status == 2, "{}", run.status);
    }
    place.write("a.csv", format!("id,text\n\"\u{1b}[31m1\",\"{evil}\"\n"));
    let run = place.run(&["score", "a.csv", "--no-model", "--output", "out.jsonl"]);
    assert!(safe(&run.out) && safe(&run.err), "the summary: {:?}", run.out);
}

#[test]
fn control_characters_do_not_shift_what_is_pointed_at() {
    let place = Place::new();
    // an embedding, not an override: under that the buyer would see the text from right to left
    let run = place.run(&["check", "--no-model", "\u{9b}\u{9b}\u{202a} Please leave us a 5-star review."]);
    let marked = run.out.lines().find(|l| l.contains("^^^")).expect("a mark").to_owned();
    let text = run.out.lines().find(|l| l.contains("leave us a 5-star")).expect("the text");
    let at = marked.find('^').expect("a mark");
    assert!(text[at..].starts_with("leave us a 5-star"), "{}", run.out);
}

/// Runs the program with its output somewhere else.
fn score_to(place: &Place, out: Stdio, arguments: &[&str]) -> std::process::Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nosolicit"));
    command.current_dir(place.path("")).args(["score", "--no-model"]).args(arguments);
    command.stdin(Stdio::piped()).stdout(out).stderr(Stdio::piped()).spawn().expect("it runs")
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let place = Place::new();
    place.write("a.csv", "text\nfine\n");
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").expect("there is one");
    let to_stdout = score_to(&place, full().into(), &["a.csv"]).wait_with_output().expect("it ends");
    let to_file = score_to(&place, Stdio::null(), &["a.csv", "--output", "/dev/full"]).wait_with_output().expect("it ends");
    for (output, target) in [(to_stdout, "<stdout>"), (to_file, "/dev/full")] {
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{err}");
        assert!(err.contains(&format!("cannot write {target}")) && !err.contains("panicked"), "{err}");
    }
}

#[test]
fn a_reader_that_goes_away_ends_the_run_quietly() {
    let place = Place::new();
    place.write("a.csv", format!("text\n{}", "fine\n".repeat(20_000)));
    let mut child = score_to(&place, Stdio::piped(), &["a.csv", "--quiet"]);
    let mut first = [0; 10];
    child.stdout.take().expect("a pipe").read_exact(&mut first).expect("something is written");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_the_old_output_and_nothing_else() {
    let place = Place::new();
    place.write("out.jsonl", "the old output\n");
    let mut child = score_to(&place, Stdio::null(), &["-", "--input-format", "csv", "--output", "out.jsonl"]);
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(b"text\nfine\n").expect("it reads");
    let hidden = || place.names().iter().any(|n| n.starts_with(".nosolicit-"));
    let start = Instant::now();
    while !hidden() && start.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(hidden(), "it has begun to write");
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("there is kill");
    assert!(killed.success());
    let status = child.wait().expect("it ends");
    assert!(!status.success());
    assert_eq!(place.read("out.jsonl"), "the old output\n");
    assert_eq!(place.names(), ["out.jsonl"], "the unfinished file is gone");
}

#[test]
fn policies_without_measure_are_refused() {
    let place = Place::new();
    let policy = |text: &str| {
        place.write("p.toml", text);
        let run = place.run(&["check", "fine", "--no-model", "--policy", "p.toml"]);
        assert!(!run.err.contains("panicked") && run.status >= 0, "{}", run.err);
        (run.status, run.err)
    };
    for threshold in ["nan", "inf", "-0.1", "1.5", "-inf"] {
        let (status, err) = policy(&format!("name = \"p\"\n[labels]\nmarketing = {{ review = {threshold}, block = 1.0 }}\n"));
        assert!(status == 2 && err.contains("p.toml:3:13: label marketing: review = "), "{err}");
    }
    assert!(policy("name = \"p\"\n[labels]\nmarketing = { review = 0.5, block = nan }\n").1.contains("block = NaN"));
    assert_eq!(policy(&format!("name = {}", "[".repeat(100_000))).0, 2);
    assert_eq!(policy("name = \"p\"\nname = \"q\"\n").0, 2, "a key that stands twice");
    assert_eq!(policy("").0, 2);
    place.write("p.toml", b"name = \"\xff\"\n");
    assert_eq!(place.run(&["check", "fine", "--no-model", "--policy", "p.toml"]).status, 2);
}

/// A copy of the built-in bundle without its encoder, whose manifest is changed.
fn bundle(place: &Place, change: impl Fn(&mut serde_json::Value)) -> Run {
    let folder = project("models/default");
    for name in ["weights.safetensors", "tokens.safetensors", "tokenizer.json"] {
        place.write(&format!("m/{name}"), std::fs::read(folder.join(name)).expect("the bundle is there"));
    }
    let manifest = std::fs::read(folder.join("manifest.json")).expect("the bundle is there");
    let mut manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("it is JSON");
    manifest["full"] = serde_json::Value::Null;
    change(&mut manifest);
    place.write("m/manifest.json", manifest.to_string());
    place.run(&["check", "Leave a review.", "--model", "m"])
}

#[test]
fn bundles_whose_numbers_make_no_sense_are_refused() {
    let place = Place::new();
    let fine = bundle(&place, |_| {});
    assert!(fine.status < 2, "{}", fine.err);
    let refused = |what: &str, change: &dyn Fn(&mut serde_json::Value)| {
        let run = bundle(&place, change);
        assert!(run.status == 2 && run.err.contains(what) && !run.err.contains("panicked"), "{what}: {}", run.err);
    };
    refused("label review_request: review = 7 is not between 0 and 1", &|m| m["labels"][0]["thresholds"]["review"] = 7.into());
    refused("block = 0.1 is below review", &|m| m["labels"][0]["thresholds"]["block"] = 0.1.into());
    refused("not a valid model manifest", &|m| m["labels"][0]["thresholds"]["review"] = "nan".into());
    refused("the model has no labels", &|m| m["labels"] = serde_json::json!([]));
    refused("heads for 1 labels", &|m| {
        m["labels"].as_array_mut().expect("a list").truncate(1);
    });
    refused("unknown field `more`", &|m| m["more"] = u64::MAX.into());
}
