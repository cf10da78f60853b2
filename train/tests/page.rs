//! The page of `--report`, in a real browser without a window.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nosolicit::judgement::Verdict;
use nosolicit::model::{Model, Tier};
use nosolicit::policy::{Policy, Thresholds};
use nosolicit_train::bootstrap::Draws;
use nosolicit_train::corpus::Corpus;
use nosolicit_train::evaluate::{EvaluateSettings, evaluate};
use nosolicit_train::judged::JudgedRows;
use nosolicit_train::page::{MOST_BYTES, grid, page};
use nosolicit_train::tune::{Aim, Cases, Costs, TuneSettings, tune};
use serde_json::{Value, json};

/// A browser of the Chromium family.
fn browser() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file())
}

/// Opens a page with a script at its end, and returns what the script gives as JSON. `None`, with a message, without a browser.
fn in_browser(page: &str, script: &str) -> Option<Value> {
    let Some(browser) = browser() else {
        #[expect(clippy::print_stderr, reason = "who runs the tests must know what has not been tested")]
        {
            eprintln!("SKIPPED: no Chromium in PATH; install the package chromium to test the page");
        }
        return None;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("page.html");
    let ending = format!(
        "<script>(async () => {{ let given; try {{ given = await (async () => {{ {script} }})(); }} catch (e) {{ given = {{ error: `${{e.stack}}` }}; }}\
         const out = document.createElement('pre'); out.id = 'given'; out.textContent = btoa(unescape(encodeURIComponent(JSON.stringify(given))));\
         document.body.append(out); }})();</script></body>"
    );
    let (before, after) = page.rsplit_once("</body>").expect("a page");
    std::fs::write(&file, format!("{before}{ending}{after}")).expect("it is written");
    let output = Command::new(browser)
        // tests in a container run as root, where Chromium has no sandbox
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--virtual-time-budget=20000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("file://{}", file.display()))
        .stderr(Stdio::null())
        .output()
        .expect("the browser runs");
    let document = String::from_utf8_lossy(&output.stdout);
    let given = document.split("<pre id=\"given\">").nth(1).and_then(|rest| rest.split("</pre>").next()).expect("the script has run");
    use base64::Engine as _;
    let bytes = base64::prelude::BASE64_STANDARD.decode(given).expect("base64");
    let given: Value = serde_json::from_slice(&bytes).expect("JSON");
    assert!(given.get("error").is_none(), "{given:#}");
    Some(given)
}

fn read(files: &[&str], policy: &str) -> JudgedRows {
    let model = Model::built_in().expect("it is valid");
    let labels: Vec<String> = model.labels().iter().map(|l| l.name.to_string()).collect();
    let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
    let mut corpus = Corpus::read(&files, Some(&labels)).expect("labelled rows");
    // a third is enough, and quicker
    let mut nth = 0;
    corpus.rows.retain(|_| {
        nth += 1;
        nth % 3 == 0
    });
    let policy = Policy::load(policy).expect("a policy");
    JudgedRows::read(corpus, files, model, Tier::Fast, policy, &|| ()).expect("they are read")
}

fn report(judged: &JudgedRows) -> String {
    let settings = EvaluateSettings { draws: Draws { number: 2, seed: 1 }, worst: 10 };
    page(judged, &evaluate(judged, settings), None).expect("a page")
}

/// Grid positions for every label, some of them everywhere, some near the thresholds in use; block is never below review.
fn settings(grids: &[Vec<f64>], number: usize) -> Vec<Vec<[usize; 2]>> {
    let mut state = 7_u64;
    let mut below = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % n
    };
    let mut pair = |grid: &Vec<f64>| {
        let (a, b) = (below(grid.len()), below(grid.len() + 1));
        [a.min(b), a.max(b)]
    };
    (0..number).map(|_| grids.iter().map(&mut pair).collect()).collect()
}

fn grids(judged: &JudgedRows) -> Vec<Vec<f64>> {
    judged.thresholds().iter().map(|t| grid(&[*t])).collect()
}

fn thresholds(grids: &[Vec<f64>], positions: &[[usize; 2]]) -> Vec<Thresholds> {
    let of = |(grid, [review, block]): (&Vec<f64>, &[usize; 2])| Thresholds {
        review: grid[*review],
        block: grid.get(*block).copied().unwrap_or(2.0),
    };
    grids.iter().zip(positions).map(of).collect()
}

/// Verdicts in the order of the page: families by name.
fn by_family(judged: &JudgedRows, verdicts: &[Verdict]) -> String {
    let mut families: BTreeMap<&str, String> = BTreeMap::new();
    for (row, verdict) in judged.rows.iter().zip(verdicts) {
        families.entry(&row.row.family).or_default().push(char::from(b'0' + *verdict as u8));
    }
    families.into_values().collect()
}

#[test]
fn the_page_decides_and_counts_as_the_library_does() {
    let house = tempfile::NamedTempFile::with_suffix(".toml").expect("a temporary file");
    let text = "name = \"house\"\nextends = \"amazon\"\n[labels]\nmarketing = { review = 0.1234, block = 0.9 }\n\
                [[exceptions]]\nfindings = [\"off-platform\"]\nchannel = \"message\"\nseverity = \"review\"\n\
                [[together]]\nfindings = [\"marketing\"]\nwith = [\"off_platform\"]\nseverity = \"block\"\n";
    std::fs::write(house.path(), text).expect("it is written");
    for policy in ["amazon", "strict", &house.path().display().to_string()] {
        let judged = read(&["../data/corpus/html-mail.csv", "../data/corpus/insert-cards.csv"], policy);
        let grids = grids(&judged);
        let settings = settings(&grids, 30);
        let script = format!(
            "return {}.map((t) => {{ const v = verdicts(explorer.rows, t); const o = outcome(explorer.rows, v);\
             return {{ verdicts: [...v].join(''), outcome: Object.fromEntries(Object.entries(o).map(([k, r]) => [k, rateInWords(r).join(' ')])) }}; }});",
            json!(settings)
        );
        let Some(given) = in_browser(&report(&judged), &script) else { return };
        let cases = Cases::new(&judged);
        for (positions, given) in settings.iter().zip(given.as_array().expect("a list")) {
            let verdicts = cases.verdicts(&thresholds(&grids, positions));
            assert_eq!(given["verdicts"].as_str(), Some(&*by_family(&judged, &verdicts)), "{policy} {positions:?}");
            let o = cases.outcome_of(&verdicts);
            for (name, rate) in [
                ("missed", o.missed),
                ("false_alarms", o.false_alarms),
                ("wrongly_blocked", o.wrongly_blocked),
                ("not_blocked", o.not_blocked),
                ("reviewed", o.reviewed),
                ("blocked", o.blocked),
            ] {
                assert_eq!(given["outcome"][name].as_str(), Some(&*rate.to_string()), "{policy} {name} {positions:?}");
            }
        }
    }
}

#[test]
fn sliders_move_the_numbers_and_the_toml_is_a_policy() {
    let judged = read(&["../data/corpus/insert-cards.csv"], "amazon");
    let grids = grids(&judged);
    let settings = settings(&grids, 4);
    // a slider at a time, as a hand or a key would
    let script = format!(
        "const shown = () => ({{ rates: Object.fromEntries(['missed', 'false_alarms', 'wrongly_blocked', 'not_blocked', 'reviewed'].map((id) => \
           [id, document.querySelector(`#outcome-${{id}} .rate`).textContent])), toml: document.getElementById('toml').textContent, \
           changes: document.getElementById('changes-note').textContent, changed: document.querySelectorAll('#changes li').length }});\
         const first = shown();\
         const moved = {}.map((setting) => {{ setting.forEach((pair, l) => {{\
           for (const [name, value] of [['review', 0], ['block', pair[1]], ['review', pair[0]]]) {{\
             const input = document.getElementById(`${{name}}-${{l}}`); input.value = value; input.dispatchEvent(new Event('input')); }} }});\
           return shown(); }});\
         document.getElementById('reset').click();\
         return {{ first, moved, last: shown(),\
           unnamed: [...document.querySelectorAll('input, button')].filter((e) => !(e.ariaLabel || e.labels?.length || e.textContent)).length }};",
        json!(settings)
    );
    let Some(given) = in_browser(&report(&judged), &script) else { return };
    let cases = Cases::new(&judged);
    let check = |given: &Value, thresholds: &[Thresholds]| {
        let o = cases.outcome(thresholds);
        let names = ["missed", "false_alarms", "wrongly_blocked", "not_blocked", "reviewed"];
        for (name, rate) in names.iter().zip([o.missed, o.false_alarms, o.wrongly_blocked, o.not_blocked, o.reviewed]) {
            assert_eq!(given["rates"][name].as_str(), Some(&*rate.to_string()), "{name} {thresholds:?}");
        }
        let policy = format!("name = \"copied\"\nextends = \"amazon\"\n{}", given["toml"].as_str().expect("TOML"));
        let policy = Policy::parse(&policy, "copied.toml").expect("a policy");
        for (label, t) in judged.labels.iter().zip(thresholds) {
            assert_eq!(policy.thresholds(label), Some(*t), "{label}");
        }
    };
    check(&given["first"], &judged.thresholds());
    for (positions, given) in settings.iter().zip(given["moved"].as_array().expect("a list")) {
        check(given, &thresholds(&grids, positions));
        assert!(given["changed"].as_u64().is_some_and(|n| n > 0), "{given:#}");
    }
    assert_eq!(given["first"], given["last"], "reset goes back");
    assert_eq!(given["unnamed"].as_u64(), Some(0), "every control has a name: {given:#}");
}

#[test]
fn a_tuned_page_begins_at_the_thresholds_chosen() {
    let judged = read(&["../data/corpus/insert-cards.csv"], "amazon");
    let aim = Aim::Cost(Costs { miss: 7.0, false_alarm: 2.0, review: 0.3 });
    let tuned = tune(&judged, TuneSettings { aim, confidence: None, wrongly_blocked: None, prevalence: Some(0.05) }).expect("thresholds");
    let evaluation = evaluate(&judged, EvaluateSettings { draws: Draws { number: 2, seed: 1 }, worst: 10 });
    let page = page(&judged, &evaluation, Some(&tuned)).expect("a page");
    let script = "const shown = (id) => document.querySelector(`#outcome-${id}`).textContent;\
        return { missed: shown('missed'), reviewed: shown('reviewed'), cost: shown('cost'), claim: document.getElementById('claim').textContent };";
    let Some(given) = in_browser(&page, script) else { return };
    let (before, after) = tuned.cost.expect("costs");
    let shown = |name: &str, part: &str| assert!(given[name].as_str().is_some_and(|s| s.contains(part)), "{name} lacks {part}: {given:#}");
    shown("missed", &tuned.after.missed.to_string());
    shown("reviewed", &tuned.after.reviewed.to_string());
    shown("cost", &format!("{after:.4}"));
    shown("cost", &format!("was {before:.4}"));
    shown("claim", "lowest cost where a miss costs 7, a wrong block 2, a review 0.3");
}

#[test]
fn nothing_is_wider_than_a_phone() {
    let page = report(&read(&["../data/corpus/insert-cards.csv"], "amazon"));
    let attribute = page.replace('&', "&amp;").replace('"', "&quot;");
    let outer = format!("<!DOCTYPE html><body><iframe style=\"width:360px;height:640px;border:0\" srcdoc=\"{attribute}\"></iframe></body>");
    let script = "const frame = document.querySelector('iframe');\
        while (!frame.contentDocument?.querySelector('#tables details')) await new Promise((go) => setTimeout(go, 50));\
        const inner = frame.contentDocument;\
        inner.querySelectorAll('details').forEach((d) => { d.open = true; });\
        const slider = inner.getElementById('review-0'); slider.value = 0; slider.dispatchEvent(new Event('input'));\
        return { width: frame.contentWindow.innerWidth, page: inner.documentElement.scrollWidth, changed: inner.querySelectorAll('#changes li').length };";
    let Some(given) = in_browser(&outer, script) else { return };
    assert!(given["changed"].as_u64().is_some_and(|n| n > 0), "{given:#}");
    assert_eq!(given["width"].as_u64(), Some(360));
    assert!(given["page"].as_u64().is_some_and(|w| w <= 360), "{given:#}");
}

const HOSTILE: [&str; 4] = [
    "</script><script>document.title = 'broken'</script> buy more lamps",
    "<img src=x onerror=\"document.title='broken'\"> the lid is blue",
    "<!-- <script> \u{2028}\u{2029} {{name}} ${1} /* DATA */ $& follow our shop",
    "\"]};document.title='broken';// and \\u003c &lt;b&gt;",
];

#[test]
fn texts_from_the_data_stay_texts() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("<b>&.csv");
    let mut writer = csv::Writer::from_path(&file).expect("it can be written");
    writer.write_record(["text", "labels", "id", "origin", "family"]).expect("a row");
    for text in HOSTILE {
        writer.write_record([text, "marketing", text, text, text]).expect("a row");
    }
    writer.flush().expect("it is written");
    let model = Model::built_in().expect("it is valid");
    let labels: Vec<String> = model.labels().iter().map(|l| l.name.to_string()).collect();
    let files = vec![file];
    let corpus = Corpus::read(&files, Some(&labels)).expect("labelled rows");
    let judged = JudgedRows::read(corpus, files, model, Tier::Fast, Policy::amazon(), &|| ()).expect("they are read");
    let script = "document.querySelectorAll('input.review').forEach((i) => { i.value = 0; i.dispatchEvent(new Event('input')); });\
        document.querySelectorAll('input.block').forEach((i) => { i.value = 0; i.dispatchEvent(new Event('input')); });\
        return { title: document.title, images: document.images.length, scripts: document.scripts.length, bold: document.querySelectorAll('td b, p b').length,\
          texts: data.explorer.texts.map((t) => t.text), shown: [...document.querySelectorAll('#changes .text')].map((e) => e.textContent) };";
    let Some(given) = in_browser(&report(&judged), script) else { return };
    assert!(given["title"].as_str().is_some_and(|t| t.starts_with("Evaluation: ")), "{given:#}");
    // data, the page's own script, this test's
    assert_eq!((given["images"].as_u64(), given["scripts"].as_u64(), given["bold"].as_u64()), (Some(0), Some(3), Some(0)), "{given:#}");
    let spaces = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for text in HOSTILE {
        for list in ["texts", "shown"] {
            assert!(
                given[list].as_array().is_some_and(|l| l.iter().any(|t| t.as_str() == Some(&spaces(text)))),
                "{list}: {text} {given:#}"
            );
        }
    }
}

#[test]
fn a_page_is_small_whatever_the_data() {
    let mut judged = read(&["../data/corpus/insert-cards.csv"], "amazon");
    let mut state = 1_u64;
    let few = std::mem::take(&mut judged.rows);
    let mut violating = 0;
    for n in 0..90_000 {
        let mut row = few[n % few.len()].clone();
        row.row.family = format!("family {}", n / 3);
        row.row.text = format!("{n} {} \u{2028}<&>", row.row.text);
        for score in &mut row.reading.scores {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            score.score = ((state >> 11) as f64 / (1_u64 << 53) as f64).powi(4);
        }
        violating += usize::from(!row.row.permitted());
        judged.rows.push(row);
    }
    // rows made up here are nobody's training
    judged.seen_in_training = 0;
    let page = report(&judged);
    assert!(page.len() <= MOST_BYTES && page.len() > MOST_BYTES / 2, "{} bytes", page.len());
    let script = "const scores = data.counts[0].subjects.at(-1); const sum = (c) => c.reduce((a, b) => a + b, 0);\
        return { rows: explorer.rows.count, with: sum(scores.with), without: sum(scores.without), note: document.getElementById('left-out').textContent };";
    let Some(given) = in_browser(&page, script) else { return };
    assert_eq!(
        (given["with"].as_u64(), given["without"].as_u64()),
        (Some(violating as u64), Some(90_000 - violating as u64)),
        "all are counted"
    );
    let rows = given["rows"].as_u64().expect("a number");
    assert!(rows > 30_000 && rows < 90_000, "{rows}");
    assert!(given["note"].as_str().is_some_and(|n| n.starts_with(&format!("The explorer works on {rows} of the 90000 rows"))), "{given:#}");
}

#[test]
fn a_policy_that_the_page_cannot_follow_has_no_explorer() {
    let policy = tempfile::NamedTempFile::with_suffix(".toml").expect("a temporary file");
    // milder in company: the page, which takes the gravest of any two, would be wrong
    let text = "name = \"odd\"\nextends = \"amazon\"\n[neutral-request]\nfirst = \"block\"\nunknown = \"block\"\ninsert = \"block\"\n\
                repeated = \"block\"\nlate = \"block\"\nopted-out = \"block\"\nwindow-days = 30\naggravated = \"info\"\n\
                aggravating = [\"positive_steering\"]\n";
    std::fs::write(policy.path(), text).expect("it is written");
    let judged = read(&["../data/corpus/insert-cards.csv"], &policy.path().display().to_string());
    let page = report(&judged);
    assert!(page.contains("\"explorer\":null") && page.contains("milder on more of them"));
    let script = "return { hidden: document.getElementById('explorer').hidden, said: document.getElementById('unexplored').textContent };";
    let Some(given) = in_browser(&page, script) else { return };
    assert!(given["hidden"] == true && given["said"].as_str().is_some_and(|s| s.starts_with("No explorer: the policy odd")), "{given:#}");
}

#[test]
fn commands_write_the_page() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let csv = "text,labels\nPlease leave us a 5-star review!,review_request|positive_steering\nThe lid leaves on Monday.,\n";
    std::fs::write(folder.path().join("a.csv"), csv).expect("it is written");
    let run = |arguments: &[&str]| {
        let mut command = assert_cmd::Command::cargo_bin("nosolicit-train").expect("the program is built");
        command.current_dir(folder.path()).args(arguments).assert().success();
    };
    run(&["evaluate", "a.csv", "--tier", "fast", "--draws", "2", "--report", "e.html"]);
    run(&["tune", "a.csv", "--tier", "fast", "--maximize", "f1", "--report", "t.html"]);
    let script = "const left = document.getElementById('claim-left'); const before = left.hidden;\
        const slider = document.getElementById('review-0'); slider.value = 3; slider.dispatchEvent(new Event('input'));\
        return { title: document.title, before, after: left.hidden };";
    for (name, title) in [("e.html", "Evaluation: "), ("t.html", "Thresholds for an aim: ")] {
        let page = std::fs::read_to_string(Path::new(folder.path()).join(name)).expect("it is written");
        assert!(
            !page.contains("://") || page.matches("://").count() == page.matches("http://www.w3.org/2000/svg").count(),
            "{name} names an address"
        );
        let Some(given) = in_browser(&page, script) else { return };
        assert!(given["title"].as_str().is_some_and(|t| t.starts_with(title)), "{given}");
        // whoever moves a slider leaves the thresholds of which a claim was made
        assert_eq!((&given["before"], &given["after"]), (&json!(true), &json!(false)), "{given}");
    }
}
