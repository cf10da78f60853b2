//! Stray quotes in CSV. A quote too many makes the parser read on over the ends of rows, up to the next quote, and what is between
//! is lost without a word. Two signs give it away: the quote that ends such a field is another field's opening one, so that text
//! follows it at once (or none comes before the end of the file); or the lines in the field look like rows of the file.

use std::collections::VecDeque;
use std::io::{self, Read};

/// Most bytes of one record; one that has more is taken for damage, so that memory stays bounded.
pub const LARGEST_RECORD: usize = 64 << 20;

/// A quoted field that spans lines and does not end as one should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StrayQuote {
    /// Byte where it opens.
    at: u64,
    /// Line where it opens, from 1.
    pub opened: u64,
    /// Line where it ends; `None` where it never does.
    pub closed: Option<u64>,
}

impl std::fmt::Display for StrayQuote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.closed {
            Some(closed) => {
                let opened = self.opened;
                write!(
                    f,
                    "the quote opened in line {opened} ends in line {closed} before more text; is there a stray quote, and are rows in between?"
                )
            }
            None => write!(f, "the quote opened in line {} is never closed; rows after it may be lost", self.opened),
        }
    }
}

/// Where in a record the bytes are; quoting as by RFC 4180.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Unquoted,
    Quoted,
    /// After a quote within a quoted field: its end, or half of a doubled quote.
    QuoteInQuoted,
}

/// Passes bytes of a CSV file on and watches its quotes.
pub struct QuoteWatch<R> {
    inner: R,
    state: State,
    at: u64,
    line: u64,
    record_start: u64,
    opened: (u64, u64),
    strays: VecDeque<StrayQuote>,
    /// Byte and line where each record begins that has not been asked for.
    begins: VecDeque<(u64, u64)>,
    /// The last byte passed on.
    last: u8,
}

impl<R: Read> QuoteWatch<R> {
    /// Watches a source from its first byte.
    pub fn new(inner: R) -> Self {
        QuoteWatch {
            inner,
            state: State::FieldStart,
            at: 0,
            line: 1,
            record_start: 0,
            opened: (0, 0),
            strays: VecDeque::new(),
            begins: VecDeque::new(),
            last: 0,
        }
    }

    /// The first stray quote before a byte of the source; those before it are forgotten.
    pub fn stray_before(&mut self, end: u64) -> Option<StrayQuote> {
        let first = self.strays.front().copied().filter(|s| s.at < end)?;
        self.strays.retain(|s| s.at >= end);
        Some(first)
    }

    /// The line of the first record that begins before a byte of the source; those before it are forgotten. (The parser's own count
    /// takes the second half of `\r\n`, and empty lines, for the beginning of the next record.)
    pub fn line_before(&mut self, end: u64) -> Option<u64> {
        let mut first = None;
        while let Some((_, line)) = self.begins.pop_front_if(|(at, _)| *at < end) {
            first.get_or_insert(line);
        }
        first
    }

    fn pass(&mut self, byte: u8) {
        let ends_record = matches!(byte, b'\n' | b'\r');
        if self.at == self.record_start && !ends_record {
            self.begins.push_back((self.at, self.line));
        }
        self.state = match (self.state, byte) {
            (State::FieldStart, b'"') => {
                self.opened = (self.at, self.line);
                State::Quoted
            }
            (State::Quoted, b'"') => State::QuoteInQuoted,
            (State::QuoteInQuoted, b'"') | (State::Quoted, _) => State::Quoted,
            (_, b',') => State::FieldStart,
            _ if ends_record => State::FieldStart,
            (State::QuoteInQuoted, _) => {
                if self.opened.1 < self.line {
                    self.strays.push_back(StrayQuote { at: self.opened.0, opened: self.opened.1, closed: Some(self.line) });
                }
                State::Unquoted
            }
            _ => State::Unquoted,
        };
        self.at += 1;
        self.line += u64::from(byte == b'\r' || byte == b'\n' && self.last != b'\r');
        self.last = byte;
        if ends_record && self.state == State::FieldStart {
            self.record_start = self.at;
        }
    }
}

impl<R: Read> Read for QuoteWatch<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        if n == 0 && !buffer.is_empty() && self.state == State::Quoted {
            self.state = State::FieldStart;
            self.strays.push_back(StrayQuote { at: self.opened.0, opened: self.opened.1, closed: None });
        }
        for &byte in &buffer[..n] {
            self.pass(byte);
        }
        if self.at - self.record_start > LARGEST_RECORD as u64 {
            let quoted =
                if self.state == State::Quoted { format!("; is the quote opened in line {} stray?", self.opened.1) } else { String::new() };
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("a record has more than {} MiB{quoted}", LARGEST_RECORD >> 20)));
        }
        Ok(n)
    }
}

/// Whether a cell of a file with so many columns holds other rows: each of its inner lines has as many fields as a row. A stray
/// quote whose end happens to be well-formed can only have swallowed rows without quotes, which look just so. Lines of prose rarely
/// do; fewer columns need more lines to be believed.
pub fn holds_rows(cell: &str, columns: usize) -> bool {
    let enough = match columns {
        0 | 1 => return false,
        2 => 5,
        3 => 3,
        _ => 2,
    };
    let inner = cell.lines().count().saturating_sub(2);
    inner >= enough && cell.lines().skip(1).take(inner).all(|line| line.bytes().filter(|&b| b == b',').count() + 1 == columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strays(csv: &str) -> Vec<(u64, Option<u64>)> {
        let mut watch = QuoteWatch::new(csv.as_bytes());
        io::copy(&mut watch, &mut io::sink()).expect("it is short");
        watch.strays.iter().map(|s| (s.opened, s.closed)).collect()
    }

    #[test]
    fn well_formed_quotes_are_left_alone() {
        assert_eq!(strays("a,b\n1,\"x\ny\"\n2,\"say \"\"hi\"\"\n,\"\n3,5\" pipe\n4,\"\"\r\n\"5\",\"end\""), []);
    }

    #[test]
    fn records_begin_on_their_lines_whatever_ends_them() {
        for csv in ["a,b\n\n1,\"x\ny\"\n2,z\n", "a,b\r\n\r\n1,\"x\r\ny\"\r\n2,z", "a,b\r\r1,\"x\ry\"\r2,z\r"] {
            let mut watch = QuoteWatch::new(csv.as_bytes());
            io::copy(&mut watch, &mut io::sink()).expect("it is short");
            assert_eq!(watch.begins.iter().map(|(_, line)| *line).collect::<Vec<_>>(), [1, 3, 5], "{csv:?}");
        }
    }

    #[test]
    fn stray_quotes_are_found_where_they_open() {
        assert_eq!(strays("a,b\n1,\"oh\n2,x\n3,\"y\"\n4,z\n"), [(2, Some(4))]);
        assert_eq!(strays("a,b\n1,\"oh\n2,x\n"), [(2, None)]);
        assert_eq!(strays("a,b\n1,\"one\" line\n"), [], "no row can be lost within a line");
    }

    #[test]
    fn rows_in_a_cell_are_told_from_prose() {
        assert!(holds_rows("oh\n2,x,en\n3,y,en\n4,z,de\n5,", 3));
        assert!(!holds_rows("Dear Ann,\n\nthank you, it left today, as promised.\n\nBye,\nBob", 3));
        assert!(!holds_rows("one\ntwo\nthree\nfour\nfive\nsix\nseven", 1));
    }
}
