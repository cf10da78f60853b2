//! Looks for what is wrong with labelled rows: the project's own corpus and anybody's.

pub mod duplicates;
pub mod improbable;
pub mod ngrams;
pub mod out_of_fold;
pub mod planting;
pub mod report;
pub mod selection;
pub mod shortcuts;
pub mod slices;
pub mod surface;

use serde::Serialize;

use crate::corpus::{Corpus, CorpusError, Row};

/// How grave an audit's finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Gravity {
    /// Worth a look.
    Note,
    /// Makes figures or models worse.
    Warning,
    /// Makes figures wrong, or a row unusable.
    Error,
}

impl Gravity {
    /// The word used in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Gravity::Note => "note",
            Gravity::Warning => "warning",
            Gravity::Error => "error",
        }
    }
}

/// What an audit looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// A row that cannot be read: columns, labels or evidence are wrong.
    BrokenRow,
    /// The same words with other labels.
    ConflictingLabels,
    /// The same words again.
    ExactDuplicate,
    /// Almost the same words in another family.
    NearDuplicate,
    /// Training and holdout share a text.
    Leakage,
    /// A family in more than one file.
    SplitFamily,
    /// Bytes that were decoded wrongly once, or control characters.
    EncodingDamage,
    /// A cell that a spreadsheet would run.
    FormulaCell,
    /// A card or account number, or an address that may be somebody's.
    PersonalData,
    /// A violating text of several sentences that does not say which words carry its labels.
    MissingEvidence,
    /// A label that a model which had not seen the row finds improbable.
    ImprobableLabel,
    /// One word that nearly decides a label.
    ShortcutWord,
    /// Too few rows of a kind to learn or measure.
    ThinSlice,
}

impl Check {
    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Check::BrokenRow => "broken-row",
            Check::ConflictingLabels => "conflicting-labels",
            Check::ExactDuplicate => "exact-duplicate",
            Check::NearDuplicate => "near-duplicate",
            Check::Leakage => "leakage",
            Check::SplitFamily => "split-family",
            Check::EncodingDamage => "encoding-damage",
            Check::FormulaCell => "formula-cell",
            Check::PersonalData => "personal-data",
            Check::MissingEvidence => "missing-evidence",
            Check::ImprobableLabel => "improbable-label",
            Check::ShortcutWord => "shortcut-word",
            Check::ThinSlice => "thin-slice",
        }
    }

    /// How grave its findings are.
    pub fn gravity(self) -> Gravity {
        match self {
            Check::BrokenRow | Check::ConflictingLabels | Check::ExactDuplicate | Check::Leakage | Check::EncodingDamage => Gravity::Error,
            Check::NearDuplicate | Check::SplitFamily | Check::FormulaCell | Check::PersonalData => Gravity::Warning,
            Check::MissingEvidence | Check::ImprobableLabel | Check::ShortcutWord | Check::ThinSlice => Gravity::Note,
        }
    }
}

/// One thing that an audit found.
#[derive(Debug, Clone, PartialEq)]
pub struct Remark {
    /// What was looked for.
    pub check: Check,
    /// The row, by its index in the corpus; `None` where the corpus as a whole is meant or the row was not read.
    pub row: Option<usize>,
    /// What is wrong.
    pub reason: String,
    /// What to do.
    pub suggestion: String,
}

impl Remark {
    fn on_row(check: Check, row: usize, reason: impl Into<String>, suggestion: impl Into<String>) -> Self {
        Remark { check, row: Some(row), reason: reason.into(), suggestion: suggestion.into() }
    }

    fn on_corpus(check: Check, reason: impl Into<String>, suggestion: impl Into<String>) -> Self {
        Remark { check, row: None, reason: reason.into(), suggestion: suggestion.into() }
    }
}

/// Rows to audit. Files from `holdout_from` on are the holdout.
#[derive(Debug)]
pub struct Audited {
    /// The sound rows of all files.
    pub corpus: Corpus,
    /// Rows that could not be read.
    pub faults: Vec<CorpusError>,
    /// Index of the first file of the holdout.
    pub holdout_from: usize,
}

impl Audited {
    /// Whether a row belongs to the holdout.
    pub fn is_holdout(&self, row: &Row) -> bool {
        row.place.file >= self.holdout_from
    }
}

/// Everything that needs no model, in the order of checks.
pub fn remarks(audited: &Audited) -> Vec<Remark> {
    let broken = audited.faults.iter().map(|fault| Remark::on_corpus(Check::BrokenRow, fault.to_string(), "mend the row; it was left out"));
    let mut remarks: Vec<Remark> = broken.collect();
    remarks.extend(duplicates::remarks(audited));
    remarks.extend(surface::remarks(&audited.corpus));
    remarks.extend(shortcuts::remarks(&audited.corpus));
    remarks.extend(slices::remarks(&audited.corpus));
    remarks
}
