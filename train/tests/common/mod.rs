//! What the end-to-end tests share.

use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

/// How a run ended.
pub struct Run {
    pub status: i32,
    pub out: String,
    pub err: String,
}

/// Runs the program in a folder.
pub fn train(folder: &Path, arguments: &[&str]) -> Run {
    let output =
        Command::cargo_bin("nosolicit-train").expect("the program is built").current_dir(folder).args(arguments).output().expect("it runs");
    Run {
        status: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A folder with files.
pub fn place(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).expect("the file can be written");
    }
    folder
}
