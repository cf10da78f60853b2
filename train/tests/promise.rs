//! A promise of `tune` is broken as seldom as it says. Families are drawn from a population whose true rates are known, and the rows of a
//! family are alike: they share an effect that is as large as what tells them apart.

use std::path::PathBuf;
use std::sync::Arc;

use nosolicit::engine::Reading;
use nosolicit::judgement::Verdict;
use nosolicit::message::Message;
use nosolicit::model::{LabelScore, Tier, sigmoid};
use nosolicit::policy::{Policy, Thresholds};
use nosolicit_train::corpus::{Place, Row};
use nosolicit_train::judged::{JudgedRow, JudgedRows};
use nosolicit_train::random::Random;
use nosolicit_train::tune::testing::fixed_sequence;
use nosolicit_train::tune::{Aim, Cases, Promise, TuneSettings, shifted, shifts, tune};

const LABELS: [&str; 3] = ["review_request", "positive_steering", "marketing"];
const THRESHOLDS: Thresholds = Thresholds { review: 0.5, block: 0.95 };
const DRAWS: usize = 2000;
const RATE: f64 = 0.05;

/// Standard normal (Box and Muller, 1958).
fn normal(random: &mut Random) -> f64 {
    (-2.0 * (1.0 - random.unit()).ln()).sqrt() * (std::f64::consts::TAU * random.unit()).cos()
}

/// A family: one to four rows with the same labels, and one permitted row.
fn family(name: &str, random: &mut Random) -> Vec<JudgedRow> {
    let effect = normal(random);
    let labels = [vec![0], vec![0, 1], vec![2]][random.below(3)].clone();
    let mut kinds = vec![labels; 1 + random.below(4)];
    kinds.push(Vec::new());
    let row = |labels: Vec<usize>, random: &mut Random| {
        let score = |l: usize, random: &mut Random| {
            let middle = if labels.contains(&l) { 3.0 + 1.5 * effect } else { -3.5 - 0.8 * effect };
            LabelScore { label: Arc::from(LABELS[l]), score: sigmoid(middle + 1.5 * normal(random)), span: None, thresholds: THRESHOLDS }
        };
        let scores = (0..LABELS.len()).map(|l| score(l, random)).collect();
        JudgedRow {
            row: Row {
                text: "x".into(),
                labels: labels.clone(),
                evidence: Vec::new(),
                family: name.to_owned(),
                origin: String::new(),
                channel: "message".into(),
                format: String::new(),
                id: String::new(),
                place: Place::default(),
            },
            message: Message::from_text("x"),
            reading: Reading { hits: Vec::new(), scores },
        }
    };
    kinds.into_iter().map(|labels| row(labels, random)).collect()
}

fn judged(rows: Vec<JudgedRow>) -> JudgedRows {
    JudgedRows {
        labels: LABELS.map(str::to_owned).to_vec(),
        policy: Policy::amazon(),
        tier: Tier::Fast,
        model: "simulated".into(),
        model_sha256: String::new(),
        data_sha256: String::new(),
        seen_in_training: 0,
        files: vec![PathBuf::from("simulated.csv")],
        rows,
    }
}

/// Families whose true rates are known, since there are no others.
struct Population {
    families: Vec<Vec<JudgedRow>>,
    judged: JudgedRows,
}

impl Population {
    fn new(size: usize, seed: u64) -> Self {
        let mut random = Random::new(seed, 0);
        let families: Vec<Vec<JudgedRow>> = (0..size).map(|f| family(&f.to_string(), &mut random)).collect();
        let judged = judged(families.concat());
        Population { families, judged }
    }

    /// Which families go wrong at each point: one of their rows that must be stopped is let through, or else (not `misses`) one that may
    /// pass is stopped.
    fn wrong(&self, points: &[Vec<Thresholds>], misses: bool) -> Vec<Vec<bool>> {
        let cases = Cases::new(&self.judged);
        let at = |thresholds: &Vec<Thresholds>| {
            let mut wrong = vec![false; self.families.len()];
            for (case, verdict) in cases.cases.iter().zip(cases.verdicts(thresholds)) {
                let family: usize = case.read.row.family.parse().expect("a number");
                wrong[family] |= if misses {
                    case.due >= Verdict::Review && verdict == Verdict::Allow
                } else {
                    case.due == Verdict::Allow && verdict >= Verdict::Review
                };
            }
            wrong
        };
        points.iter().map(at).collect()
    }

    /// Families drawn with replacement, each a family of its own.
    fn sample(&self, size: usize, draw: usize) -> Vec<usize> {
        let mut random = Random::new(7, draw as u64);
        (0..size).map(|_| random.below(self.families.len())).collect()
    }

    fn rows(&self, sample: &[usize]) -> JudgedRows {
        let renamed = |(place, &f): (usize, &usize)| {
            self.families[f].iter().cloned().map(move |mut read| {
                read.row.family = format!("drawn-{place}");
                read
            })
        };
        judged(sample.iter().enumerate().flat_map(renamed).collect())
    }
}

/// Points of the sequence that is tested.
fn shifts_from_the_safest(misses: bool) -> Vec<Vec<Thresholds>> {
    let points = shifts().map(|shift| shifted(&[THRESHOLDS; 3], shift));
    if misses { points.collect() } else { points.rev().collect() }
}

fn hits(wrong: &[bool], sample: &[usize]) -> usize {
    sample.iter().filter(|&&f| wrong[f]).count()
}

fn share(wrong: &[bool]) -> f64 {
    wrong.iter().filter(|&&w| w).count() as f64 / wrong.len() as f64
}

/// How often a promise is made and broken.
#[derive(Debug, Default)]
struct Count {
    made: usize,
    broken: usize,
    /// Broken by those who take what keeps the rate in the sample.
    guesses_broken: usize,
}

impl Count {
    fn draw(&mut self, population: &Population, sequence: &[Vec<bool>], size: usize) {
        // the hardest case: one of the points tested has a true rate that is only just too high
        let rate = sequence.iter().map(|w| share(w)).find(|&s| s > RATE).expect("the sequence leads so far") - 1e-6;
        for draw in 0..DRAWS {
            let sample = population.sample(size, draw);
            if let (_, Some(chosen)) = fixed_sequence(sequence.iter().map(|w| (hits(w, &sample), size)), rate, 0.95) {
                self.made += 1;
                self.broken += usize::from(share(&sequence[chosen.point]) > rate);
            }
            let guess = sequence.iter().rev().find(|w| hits(w, &sample) as f64 <= rate * size as f64);
            self.guesses_broken += usize::from(guess.is_some_and(|w| share(w) > rate));
        }
    }

    fn check(&self, what: &str) {
        // one in twenty, and three standard errors of the count
        let most = 0.05 * DRAWS as f64 + 3.0 * (DRAWS as f64 * 0.05 * 0.95).sqrt();
        assert!(self.broken as f64 <= most, "{what}: {self:?}");
        // the simulation has teeth: promises are made, and without the test they would not hold
        assert!(self.made > DRAWS / 2 && self.guesses_broken > DRAWS / 4, "{what}: {self:?}");
    }
}

#[test]
fn promises_are_broken_in_at_most_one_case_of_twenty() {
    let population = Population::new(1000, 1);
    for misses in [true, false] {
        let shifts = population.wrong(&shifts_from_the_safest(misses), misses);
        for size in [100, 400] {
            let mut count = Count::default();
            count.draw(&population, &shifts, size);
            count.check(&format!("misses: {misses}, {size} families"));
        }
    }
}

#[test]
fn tune_chooses_what_the_simulation_tests() {
    let population = Population::new(300, 2);
    let wrong = [true, false].map(|misses| population.wrong(&shifts_from_the_safest(misses), misses));
    for (misses, aim) in [(true, Aim::MissRate(RATE)), (false, Aim::FalseAlarmRate(RATE))] {
        for draw in 0..3 {
            let sample = population.sample(120, draw);
            let judged = population.rows(&sample);
            let settings = TuneSettings { aim, confidence: Some(0.95), wrongly_blocked: None, prevalence: None };
            let tuned = tune(&judged, settings).expect("the aim is in reach");
            let points = wrong[usize::from(!misses)].iter().map(|w| (hits(w, &sample), sample.len()));
            let (expected, chosen) = fixed_sequence(points, RATE, 0.95);
            match (tuned.promise, chosen) {
                (Promise::Kept { tests, chosen: test }, Some(chosen)) => {
                    assert_eq!((tests, test), (expected, chosen));
                    let review = |t: &[Thresholds]| t.iter().map(|t| t.review).collect::<Vec<f64>>();
                    assert_eq!(review(&tuned.new), review(&shifts_from_the_safest(misses)[test.point]));
                }
                (Promise::TooFewRows { test, needed }, None) => {
                    assert_eq!(test, expected[0]);
                    assert!(needed > test.of, "{needed} needed, {} there", test.of);
                }
                (promise, chosen) => panic!("{promise:?}, expected {chosen:?}"),
            }
        }
    }
}
