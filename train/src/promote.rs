//! Puts a model in the place of the one in use.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use nosolicit::model::Model;

/// Replaces the bundle in `used` by a copy of that in `new`. The copy is made and checked beside it first; then the old bundle moves to
/// `used.previous` and the copy takes its place. The previous backup goes only when all is done. Returns the folder of the backup.
///
/// # Errors
/// When a folder cannot be written or the copy is not whole; the model in use is then as it was.
pub fn promote(new: &Path, used: &Path) -> Result<PathBuf> {
    let real = |folder: &Path| std::fs::canonicalize(folder).with_context(|| format!("cannot read {}", folder.display()));
    // behind a link the folder itself is replaced, so that the link goes on pointing at it
    let (new, used) = (real(new)?, real(used)?);
    ensure!(new != used, "{} is the model in use already", new.display());
    let parent = used.parent().with_context(|| format!("{} has no folder around it", used.display()))?;
    let mut name = used.file_name().unwrap_or_default().to_owned();
    name.push(".previous");
    let backup = parent.join(name);
    let beside =
        tempfile::Builder::new().prefix(".promote-").tempdir_in(parent).with_context(|| format!("cannot write to {}", parent.display()))?;
    let copy = beside.path().join("new");
    std::fs::create_dir(&copy)?;
    for entry in std::fs::read_dir(&new).with_context(|| format!("cannot read {}", new.display()))? {
        let entry = entry?;
        ensure!(entry.path().is_file(), "{} is a folder with folders in it, not a bundle", new.display());
        std::fs::copy(entry.path(), copy.join(entry.file_name())).with_context(|| format!("cannot copy {}", entry.path().display()))?;
    }
    Model::load(&copy).context("the copy of the new model")?;
    let aside = beside.path().join("older");
    let had_backup = backup.exists();
    if had_backup {
        std::fs::rename(&backup, &aside).with_context(|| format!("cannot move {}", backup.display()))?;
    }
    let swapped = std::fs::rename(&used, &backup).and_then(|()| std::fs::rename(&copy, &used));
    let Err(error) = swapped else { return Ok(backup) };
    let restore = || {
        if !used.exists() {
            std::fs::rename(&backup, &used)?;
        }
        if had_backup { std::fs::rename(&aside, &backup) } else { Ok(()) }
    };
    Err(error).with_context(|| match restore() {
        Ok(()) => format!("cannot replace {}; it is as it was", used.display()),
        Err(_) => {
            let kept = beside.keep();
            format!("cannot replace {}; what could not be put back is in {} and {}", used.display(), backup.display(), kept.display())
        }
    })
}
