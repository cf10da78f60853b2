//! Reading messages and writing judgements, both as streams.

pub mod csv_input;
pub mod fields;
pub mod files;
pub mod input;
pub mod jsonl_input;
pub mod output;
pub mod quotes;
pub mod spreadsheet;

pub use fields::{Columns, Defaults, Extras, Record};
pub use input::{Input, InputError, InputFormat, Reader, Settings};
pub use output::{OutputError, OutputFormat, Writer};
