//! Messages a second on one core: `cargo bench --bench judge`.

use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use nosolicit::document::Document;
use nosolicit::engine::Engine;
use nosolicit::message::Message;
use nosolicit::model::{Model, Tier};
use nosolicit::policy::Policy;
use nosolicit::rules;

/// Messages of 60 words from the corpus.
fn messages() -> Vec<Message> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/corpus/tool-templates.csv");
    let mut reader = csv::Reader::from_path(file).expect("the corpus is there");
    let words: Vec<String> =
        reader.records().flat_map(|r| r.expect("a row")[1].split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect();
    words.chunks_exact(60).map(|w| Message::from_text(w.join(" "))).collect()
}

fn judge(c: &mut Criterion) {
    let messages = messages();
    let model = || Some(Model::built_in().expect("the built-in model"));
    let mut group = c.benchmark_group("messages of 60 words");
    group.throughput(Throughput::Elements(messages.len() as u64));
    let engines = [
        ("rules and fast model", Engine::new(Policy::amazon(), model()).with_tier(Tier::Fast)),
        ("fast model", Engine::new(Policy::amazon(), model()).with_tier(Tier::Fast).without_rules()),
        ("rules", Engine::new(Policy::amazon(), None)),
    ];
    for (name, engine) in &engines {
        group.bench_function(*name, |b| b.iter(|| messages.iter().map(|m| engine.judge(m).findings.len()).sum::<usize>()));
    }
    group.bench_function("document", |b| b.iter(|| messages.iter().map(|m| Document::parse(m).body.sentences.len()).sum::<usize>()));
    group.bench_function("document and rules", |b| {
        b.iter(|| messages.iter().map(|m| rules::check(&Document::parse(m)).len()).sum::<usize>());
    });
    group.finish();
    let few = &messages[..20];
    let mut group = c.benchmark_group("messages of 60 words, by the encoder");
    group.throughput(Throughput::Elements(few.len() as u64)).sample_size(10);
    let engine = Engine::new(Policy::amazon(), model()).with_tier(Tier::Full).without_rules();
    group.bench_function("full model", |b| b.iter(|| few.iter().map(|m| engine.judge(m).findings.len()).sum::<usize>()));
    group.finish();
}

criterion_group!(benches, judge);
criterion_main!(benches);
