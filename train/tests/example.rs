//! The worked example of `data/examples/bee-shop`, as its README tells it: the commands there are run one after the other in a copy of
//! the folder, and what the README shows of their output is compared with what they print.
//!
//! `UPDATE_EXAMPLE=1 cargo test --workspace --test example` writes what they print into the README.

#[expect(dead_code, reason = "it runs both programs itself")]
mod common;

use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../data/examples/bee-shop");

/// Stands for lines that the README leaves out.
const OMITTED: &str = "…";

/// A block of commands and what the README shows of their output. In Markdown:
///
/// ~~~text
/// ```sh
/// commands
/// ```
/// <!-- exits with 1; shows: what | these lines hold | and from this...to that -->
/// ```text
/// output
/// ```
/// ~~~
#[derive(Debug, Default)]
struct Step {
    commands: String,
    exit: i32,
    picks: Vec<String>,
    /// Where the output stands in the README.
    shown: Range<usize>,
}

fn steps(readme: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut at = 0;
    while let Some(start) = readme[at..].find("\n```").map(|i| at + i + 1) {
        let open = readme[start..].find('\n').map_or(readme.len(), |i| start + i + 1);
        let end = open + readme[open..].find("```").expect("the block is closed");
        let comment = readme[at..start].rsplit_once("<!-- exits with ").and_then(|(_, c)| c.split_once(" -->"));
        match (&readme[start..open], steps.last_mut()) {
            ("```sh\n", _) => steps.push(Step { commands: readme[open..end].to_owned(), ..Step::default() }),
            ("```text\n", Some(step)) => {
                let (exit, picks) = comment.and_then(|c| c.0.split_once("; shows: ")).expect("a comment says what the block shows");
                step.exit = exit.parse().expect("an exit status");
                step.picks = picks.split(" | ").map(str::to_owned).collect();
                step.shown = open..end;
            }
            _ => {}
        }
        at = end + 3;
    }
    steps
}

impl Step {
    /// The lines of an output that the README shows.
    fn picked(&self, output: &str) -> String {
        let mut inside: Option<&str> = None;
        let mut text = String::new();
        let mut omitted = false;
        for line in output.lines() {
            let mut keep = inside.is_some();
            if inside.is_some_and(|end| line.contains(end)) {
                inside = None;
            } else if inside.is_none() {
                let ranges = self.picks.iter().filter_map(|p| p.split_once("..."));
                inside = ranges.filter(|(from, _)| line.contains(from)).map(|(_, to)| to).next();
                keep = inside.is_some() || self.picks.iter().any(|p| !p.contains("...") && line.contains(p.as_str()));
            }
            if keep {
                if omitted {
                    let _ = writeln!(text, "{OMITTED}");
                }
                let _ = writeln!(text, "{}", line.trim_end());
            }
            omitted = !keep && !text.is_empty() && !line.trim().is_empty() || omitted && !keep;
        }
        text
    }
}

/// The text between numbers, its spaces made one, and the numbers.
fn taken_apart(line: &str) -> (String, Vec<f64>) {
    let (mut words, mut numbers) = (String::new(), Vec::new());
    let mut rest = line.trim();
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let end = rest[start..].find(|c: char| !c.is_ascii_digit() && c != '.').map_or(rest.len(), |i| start + i);
        let number = rest[start..end].trim_end_matches('.');
        words.push_str(&rest[..start]);
        words.push('#');
        numbers.push(number.parse().unwrap_or(f64::NAN));
        rest = &rest[start + number.len()..];
    }
    words.push_str(rest);
    // the sign of a difference that is almost nothing may be either
    let words = words.replace("+#", "#").replace("-#", "#");
    (words.split_whitespace().collect::<Vec<_>>().join(" "), numbers)
}

/// Whether two outputs say the same: the same words, and numbers that differ no more than a row or two make. The last digits of the
/// encoder's vectors are not the same on every machine, and with so few rows a threshold may then be another.
fn alike(shown: &str, printed: &str) -> Result<(), String> {
    let close = |a: &f64, b: &f64| {
        let slack = if a.abs() <= 1.0 && b.abs() <= 1.0 { 0.2 } else { 5.0 };
        a == b || (a - b).abs() <= slack + 0.1 * a.abs().max(b.abs())
    };
    if shown.lines().count() != printed.lines().count() {
        return Err(format!("shown:\n{shown}\nprinted:\n{printed}"));
    }
    for (a, b) in shown.lines().zip(printed.lines()) {
        let ((words, numbers), (other_words, others)) = (taken_apart(a), taken_apart(b));
        if words != other_words || !numbers.iter().zip(&others).all(|(a, b)| close(a, b)) {
            return Err(format!("shown:   {a}\nprinted: {b}"));
        }
    }
    Ok(())
}

/// The folder of both programs. Cargo builds `nosolicit` for the tests of its own package.
fn programs() -> PathBuf {
    let train = assert_cmd::cargo::cargo_bin("nosolicit-train");
    let folder = train.parent().expect("a folder").to_owned();
    assert!(folder.join("nosolicit").exists(), "this test runs nosolicit too, which `cargo test --workspace` builds");
    folder
}

fn run(commands: &str, folder: &Path) -> (i32, String) {
    let path = format!("{}:{}", programs().display(), std::env::var("PATH").unwrap_or_default());
    let script = format!("exec 2>&1\n{commands}");
    let output = Command::new("sh").args(["-ec", &script]).env("PATH", path).current_dir(folder).output().expect("there is a shell");
    let here = std::fs::canonicalize(folder).expect("the folder is there").display().to_string();
    let text = String::from_utf8_lossy(&output.stdout).replace(&format!("{here}/"), "");
    (output.status.code().unwrap_or(-1), text)
}

#[test]
fn every_command_of_the_readme_does_what_it_says() {
    let readme_path = Path::new(FOLDER).join("README.md");
    let mut readme = std::fs::read_to_string(&readme_path).expect("the README is there");
    let folder = common::place(&[]);
    for entry in std::fs::read_dir(FOLDER).expect("the folder is there") {
        let entry = entry.expect("an entry");
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).expect("it can be copied");
    }
    let steps = steps(&readme);
    assert!(steps.len() >= 9, "the README tells the whole way: {}", steps.len());
    let mut differ = Vec::new();
    let mut printed = Vec::new();
    for step in &steps {
        let (exit, output) = run(&step.commands, folder.path());
        assert_eq!(exit, step.exit, "{}\n{output}", step.commands);
        let picked = step.picked(&output);
        if let Err(difference) = alike(&readme[step.shown.clone()], &picked) {
            differ.push(format!("{}{difference}", step.commands));
        }
        printed.push(picked);
    }
    if std::env::var_os("UPDATE_EXAMPLE").is_some() {
        for (step, printed) in steps.iter().zip(&printed).rev().filter(|(step, _)| !step.picks.is_empty()) {
            readme.replace_range(step.shown.clone(), printed);
        }
        std::fs::write(&readme_path, readme).expect("it can be written");
        return;
    }
    assert!(
        differ.is_empty(),
        "{}\n\nIf that is meant: UPDATE_EXAMPLE=1 cargo test --workspace --test example, and read the README again.",
        differ.join("\n\n")
    );
}

#[test]
fn what_differs_is_noticed() {
    assert!(alike("found 83.9 % (47/56, 71.7-92.4)\n", "found  82.1 % (46/56, 69.6-91.1)\n").is_ok());
    assert!(alike("found 83.9 % (47/56, 71.7-92.4)\n", "found 53.6 % (30/56, 39.7-67.0)\n").is_err());
    assert!(alike("difference +0.001\n", "difference -0.001\n").is_ok());
    assert!(alike("accepted\n", "refused\n").is_err());
    let step = Step { picks: vec!["b...d".to_owned(), "f".to_owned()], ..Step::default() };
    assert_eq!(step.picked("a\nb\nc\nd\ne\n\nf\ng\n"), "b\nc\nd\n…\nf\n");
}
