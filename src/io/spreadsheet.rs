//! Cells that a spreadsheet would run as a formula.
//!
//! Excel, LibreOffice and Google Sheets take a cell for a formula when it begins with one of a few characters, also in full width
//! (OWASP, "CSV Injection"). Such a cell is written with an apostrophe before it, which they show as text. A cell that begins with
//! apostrophes before such a character gets one more, so that taking one away always gives the cell back.

use std::borrow::Cow;

/// Whether a cell begins, after any apostrophes, as a formula does. A plain number is none.
fn would_run(cell: &str) -> bool {
    let rest = cell.trim_start_matches('\'');
    rest.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) && !is_number(rest)
}

fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix(['-', '+']).unwrap_or(cell);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && (digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') || digits.parse::<f64>().is_ok())
}

/// The cell as it is safe to write.
pub fn neutralised(cell: &str) -> Cow<'_, str> {
    if would_run(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// The cell that [`neutralised`] was given.
pub fn original(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|_| would_run(cell)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        assert_eq!(neutralised("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(neutralised("'=1"), "''=1");
        for cell in ["-5", "+3.25", "-1e5", "+2.5E-3", "it's", "'quoted'", "", "a=b", "2026-01-02"] {
            assert_eq!(neutralised(cell), cell);
        }
        assert_eq!(neutralised("-5+cmd|' /C calc'!A0"), "'-5+cmd|' /C calc'!A0");
    }

    proptest! {
        #[test]
        fn every_cell_can_be_had_back(cell in "['=+@\t0-9a-]{0,6}") {
            let safe = neutralised(&cell);
            prop_assert_eq!(original(&safe), cell.as_str());
            prop_assert!(!safe.starts_with(['=', '@', '\t']));
        }
    }
}
