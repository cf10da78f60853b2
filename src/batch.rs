//! Judges a stream of records in parallel and writes the results in order, in constant memory.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::sync_channel;

use rayon::prelude::*;

use crate::engine::Engine;
use crate::io::output::Encoder;
use crate::io::{InputError, OutputError, OutputFormat, Reader, Record, Writer};
use crate::judgement::Judgement;
use crate::report::Summary;

/// Records judged together; large enough to keep all cores busy between two writes.
const CHUNK: usize = 512;
/// Bytes of text from which a chunk is not filled further, so that huge messages do not pile up.
const CHUNK_BYTES: usize = 8 << 20;
/// Chunks read ahead.
const AHEAD: usize = 4;

/// A batch that came to an early end.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// The input cannot be read on.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The output cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// Judges a record; a record that cannot be judged says why.
pub fn judge(engine: &Engine, record: &Record) -> Judgement {
    match &record.message {
        Err(problem) => Judgement::failed(record.id.clone(), format!("{}: {problem}", record.place)),
        // a fault of ours in one message must not cost the rest of the batch
        Ok(message) => catch_unwind(AssertUnwindSafe(|| engine.judge(message))).unwrap_or_else(|_| {
            Judgement::failed(record.id.clone(), format!("{}: internal error while judging this record", record.place))
        }),
    }
}

/// The next records, as many as belong together; none at the end.
fn next_chunk(reader: &mut Reader) -> Result<Vec<Record>, InputError> {
    let mut chunk = Vec::new();
    let mut bytes = 0;
    while chunk.len() < CHUNK && bytes < CHUNK_BYTES {
        let Some(record) = reader.next().transpose()? else { break };
        bytes += record.size();
        chunk.push(record);
    }
    Ok(chunk)
}

/// Judges all records. `writer` gets a line for each, in the order of the input; `progress` is told the number done.
///
/// # Errors
/// When the input cannot be read on or the output cannot be written; what was judged before has been written.
pub fn run(
    engine: &Engine,
    reader: Reader,
    writer: &mut Writer,
    format: OutputFormat,
    progress: &dyn Fn(usize),
) -> Result<Summary, BatchError> {
    let mut summary = Summary::default();
    let labels: Vec<String> = engine.model().map_or_else(Vec::new, |m| m.labels().iter().map(|l| l.name.to_string()).collect());
    let (send, receive) = sync_channel::<Result<Vec<Record>, InputError>>(AHEAD);
    std::thread::scope(|scope| {
        // dropping the receiver on an early return makes the next send fail, which ends the thread
        let receive = receive;
        scope.spawn(move || {
            let mut reader = reader;
            loop {
                let chunk = next_chunk(&mut reader);
                let last = chunk.as_ref().map_or(true, Vec::is_empty);
                if send.send(chunk).is_err() || last {
                    return;
                }
            }
        });
        let mut encoder: Option<Encoder> = None;
        for chunk in receive {
            let chunk = chunk?;
            if encoder.is_none() {
                let columns = chunk.first().map_or_else(Vec::new, |r| r.extras.iter().map(|(k, _)| k.clone()).collect());
                let new = Encoder::new(format, labels.clone(), columns);
                writer.write(&new.header())?;
                encoder = Some(new);
            }
            let Some(encoder) = &encoder else { continue };
            let judged: Vec<(Judgement, Vec<u8>)> = chunk
                .into_par_iter()
                .with_min_len(16)
                .map(|record| {
                    let judgement = judge(engine, &record);
                    let line = encoder.line(&judgement, &record.extras);
                    (judgement, line)
                })
                .collect();
            for (judgement, line) in judged {
                writer.write(&line)?;
                summary.add(judgement);
            }
            progress(summary.judged + summary.failed);
        }
        Ok(summary)
    })
}
