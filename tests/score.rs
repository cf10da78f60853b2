//! `nosolicit score`, as a user runs it.

mod common;

use common::{Place, findings, json_lines};

const LIBRARY: &str = "\
id,text,subject,channel,team
proof,\"Order 114-3941689-8772232: please review the attached proof and reply.\",,,art
stars,Please leave us a 5-star review!,Order [[order-id]],message,sales
card,Scan the QR code to register your drill.,,insert,print
";

#[test]
fn a_judgement_has_the_fields_of_the_contract_and_the_unknown_columns() {
    let place = Place::new();
    place.write("library.csv", LIBRARY);
    let run = place.run(&["score", "library.csv"]);
    assert_eq!(run.status, 0, "{}", run.err);
    let lines = run.lines();
    assert_eq!(lines.iter().map(|l| l["id"].as_str().expect("an id")).collect::<Vec<_>>(), ["proof", "stars", "card"]);
    let stars = &lines[1];
    assert_eq!((&stars["verdict"], &stars["error"], &stars["team"]), (&"block".into(), &serde_json::Value::Null, &"sales".into()));
    assert_eq!(stars["scores"].as_object().expect("scores").len(), 7);
    let finding = stars["findings"].as_array().expect("a list").iter().find(|f| f["source"] == "rule").expect("a rule's finding");
    assert_eq!(
        (&finding["code"], &finding["name"], &finding["label"], &finding["severity"], &finding["field"], &finding["clause"]),
        (&"REV001".into(), &"positive-review-phrase".into(), &"positive_steering".into(), &"block".into(), &"text".into(), &"R-03".into())
    );
    assert_eq!((&finding["start"], &finding["end"], &finding["text"]), (&7.into(), &24.into(), &"leave us a 5-star".into()));
    assert!(finding.get("score").is_none(), "rules have no score");
}

#[test]
fn positions_count_characters_of_the_raw_field() {
    let place = Place::new();
    place.write("a.jsonl", "{\"text\":\"<p>Grüße — 漢字 &amp; more: visit https://shop.example.com</p>\",\"format\":\"html\"}\n");
    let run = place.run(&["score", "a.jsonl", "--no-model"]);
    let line = &run.lines()[0];
    let finding = line["findings"].as_array().expect("a list").iter().find(|f| f["name"] == "external-link").expect("the link");
    let raw: Vec<char> = "<p>Grüße — 漢字 &amp; more: visit https://shop.example.com</p>".chars().collect();
    let (start, end) = (finding["start"].as_u64().expect("a number") as usize, finding["end"].as_u64().expect("a number") as usize);
    assert_eq!(raw[start..end].iter().collect::<String>(), "https://shop.example.com");
}

#[test]
fn csv_output_is_the_flat_form() {
    let place = Place::new();
    place.write("library.csv", LIBRARY);
    let run = place.run(&["score", "library.csv", "--output", "judged.csv", "--no-model"]);
    assert_eq!(run.status, 0, "{}", run.err);
    let judged = place.read("judged.csv");
    let mut reader = csv::Reader::from_reader(judged.as_bytes());
    assert_eq!(reader.headers().expect("a header"), vec!["id", "verdict", "rules", "findings", "error", "team"]);
    let rows: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a row")).collect();
    assert_eq!((&rows[1][1], &rows[1][5]), ("block", "sales"));
    assert_eq!(json_lines(&rows[1][3])[0].as_array().expect("a list")[0]["code"], "REV001");
}

#[test]
fn folders_standard_input_and_renamed_columns_are_read() {
    let place = Place::new();
    place.write("mail/a.txt", "Please leave a review.");
    place.write("mail/sub/b.html", "<p>Follow us on Instagram!</p>");
    place.write("mail/c.eml", "From: a@example.com\r\nSubject: Use code SAVE10 today\r\n\r\nHello\r\n");
    place.write("mail/ignored.pdf", "x");
    let lines = place.run(&["score", "mail", "--no-model"]).lines();
    assert_eq!(lines.iter().map(|l| l["id"].as_str().expect("an id")).collect::<Vec<_>>(), ["a.txt", "c.eml", "sub/b.html"]);
    assert!(findings(&lines[0]).contains(&"review-request-phrase"));
    assert!(findings(&lines[1]).contains(&"discount-code"));
    assert!(findings(&lines[2]).contains(&"follow-us-phrase"));

    let run = place.run_with(&["score", "-", "--column", "text=Body", "--set", "channel=insert", "--no-model"], "Body\nRate us 5 stars!\n");
    assert_eq!(findings(&run.lines()[0]), ["review-request-phrase", "positive-review-phrase"]);
}

#[test]
fn the_summary_counts_and_points() {
    let place = Place::new();
    place.write("library.csv", LIBRARY);
    let run = place.run(&["score", "library.csv", "--output", "judged.jsonl", "--no-model"]);
    insta::assert_snapshot!(run.out);
    assert_eq!(run.err, "", "no progress in a pipe");
}

#[test]
fn the_exit_status_follows_fail_on() {
    let place = Place::new();
    place.write("library.csv", LIBRARY);
    place.write("review.csv", "text\nScan the QR code below.\n");
    place.write("broken.csv", "id,text\n1,ok\n2\n");
    assert_eq!(place.run(&["score", "library.csv", "--no-model", "--fail-on", "block"]).status, 1);
    assert_eq!(place.run(&["score", "review.csv", "--no-model", "--fail-on", "block"]).status, 0);
    assert_eq!(place.run(&["score", "review.csv", "--no-model", "--fail-on", "review"]).status, 1);
    assert_eq!(place.run(&["score", "broken.csv", "--no-model"]).status, 3);
}

#[test]
fn threads_change_nothing() {
    let place = Place::new();
    let rows: String =
        (0..300).map(|i| format!("{i},\"Order {i}: the lid no. {i} is here. If it made you smile, tell the world.\"\n")).collect();
    place.write("library.csv", format!("id,text\n{rows}"));
    let one = place.run(&["score", "library.csv", "--threads", "1", "--quiet"]);
    let two = place.run(&["score", "library.csv", "--threads", "2", "--quiet"]);
    assert_eq!(one.lines().len(), 300);
    assert!(one.out == two.out);
}

#[test]
fn policies_and_parts_can_be_chosen() {
    let place = Place::new();
    place.write("library.csv", LIBRARY);
    place.write(
        "mine.toml",
        "name = \"mine\"\nextends = \"amazon\"\n[rules]\npositive-review-phrase = \"off\"\nreview-request-phrase = \"off\"\n",
    );
    let run = place.run(&["score", "library.csv", "--no-model", "--policy", "mine.toml"]);
    assert_eq!(run.lines()[1]["verdict"], "allow");
    let run = place.run(&["score", "library.csv", "--no-rules"]);
    let sources = run
        .lines()
        .iter()
        .flat_map(|l| l["findings"].as_array().cloned().unwrap_or_default())
        .map(|f| f["source"].clone())
        .collect::<Vec<_>>();
    assert!(sources.iter().all(|s| s == "model"));
}

#[test]
fn the_order_context_decides_about_a_neutral_request() {
    let place = Place::new();
    let text = "Order 114-3941689-8772232: please leave a review, good or bad.";
    place.write(
        "requests.csv",
        format!(
            "id,text,channel,prior_review_requests,days_since_completion,buyer_opted_out\n\
             first,\"{text}\",,0,9,\nunknown,\"{text}\",,,,\ninsert,\"{text}\",insert,,,\nagain,\"{text}\",,1,9,\nlate,\"{text}\",,0,31,\nout,\"{text}\",,0,9,true\n"
        ),
    );
    let verdicts = |policy: &str| -> Vec<String> {
        let run = place.run(&["score", "requests.csv", "--no-model", "--policy", policy]);
        run.lines().iter().map(|l| l["verdict"].as_str().expect("a verdict").to_owned()).collect()
    };
    assert_eq!(verdicts("amazon"), ["allow", "review", "allow", "block", "block", "block"]);
    assert_eq!(verdicts("strict"), ["block"; 6]);
}

#[test]
fn a_reader_who_has_seen_enough_is_no_error() {
    let place = Place::new();
    let rows: String = (0..20_000).map(|i| format!("{i},hello\n")).collect();
    place.write("library.csv", format!("id,text\n{rows}"));
    let program = assert_cmd::cargo::cargo_bin("nosolicit");
    let library = place.path("library.csv");
    let shell = format!("{} score {} --no-model --quiet | head -1; echo ${{PIPESTATUS[0]}}", program.display(), library.display());
    let output = std::process::Command::new("bash").args(["-c", &shell]).output().expect("bash runs");
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(out.ends_with("\n0\n"), "{out}");
    assert!(output.stderr.is_empty());
}
