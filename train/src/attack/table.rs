//! The effects of an attack as a table.

use std::fmt::Write as _;

use super::{Attack, Change, Changes, Effect};

/// Disguises that change fewer violating rows than this say too little to be called the worst, unless none changes so many.
const ENOUGH: usize = 20;

const HEADER: &str =
    "| disguise | rules find, % | the model finds, % | both find | in disguise | points lost | permitted rows flagged | in disguise |
|---|---:|---:|---:|---:|---:|---:|---:|";

type Judge = fn(&Changes) -> Change;

impl Attack {
    /// The table as Markdown: the mean, then every disguise; with `worst` only so many of them, those that cost most first.
    pub fn markdown(&self, worst: Option<usize>) -> String {
        let mut out = format!("{} rows, seed {}\n\n{HEADER}\n", self.rows, self.seed);
        let judges: [(&str, Judge); 3] = [("rules", |c| c.rules), ("model", |c| c.model), ("both", |c| c.both)];
        self.write_mean(&mut out);
        let shown = match worst {
            None => self.effects.iter().collect(),
            Some(n) => self.by_loss(|c| c.both).into_iter().take(n).collect::<Vec<_>>(),
        };
        for effect in shown {
            write_effect(&mut out, effect);
        }
        for (name, of) in judges {
            let (before, after) = self.mean(|e| of(&e.found));
            let _ = write!(out, "\n- {name}: {:.1} points of recall lost on average over {} disguises", before - after, self.effects.len());
            if let Some(effect) = self.by_loss(of).first() {
                let (lost, enough) = (of(&effect.found).lost(), self.enough());
                let _ = write!(out, "; {lost:.1} on the worst, {} (of those that change {enough} rows or more)", effect.disguise);
            }
        }
        out
    }

    /// Mean rates over all disguises before and after, in percent.
    fn mean(&self, of: impl Fn(&Effect) -> Change) -> (f64, f64) {
        let mean = |rate: &dyn Fn(&Change) -> f64| {
            let sum: f64 = self.effects.iter().map(|e| rate(&of(e))).sum();
            100.0 * sum / self.effects.len().max(1) as f64
        };
        (mean(&|c| c.before.rate), mean(&|c| c.after.rate))
    }

    /// How many violating rows a disguise must change to be among the worst.
    fn enough(&self) -> usize {
        let most = self.effects.iter().map(|e| e.found.both.before.of).max();
        if most.is_some_and(|most| most < ENOUGH) { 1 } else { ENOUGH }
    }

    /// The disguises that change enough rows, those that cost most first.
    fn by_loss(&self, of: Judge) -> Vec<&Effect> {
        let mut effects: Vec<&Effect> = self.effects.iter().filter(|e| e.found.both.before.of >= self.enough()).collect();
        effects.sort_by(|a, b| of(&b.found).lost().total_cmp(&of(&a.found).lost()));
        effects
    }

    fn write_mean(&self, out: &mut String) {
        let arrow = |(before, after): (f64, f64)| format!("{before:.1} → {after:.1}");
        let (before, after) = self.mean(|e| e.found.both);
        let (quiet, alarmed) = self.mean(|e| e.false_alarms.both);
        let _ = writeln!(
            out,
            "| mean of {} | {} | {} | {before:.1} % | {after:.1} % | {:.1} | {quiet:.1} % | {alarmed:.1} % |",
            self.effects.len(),
            arrow(self.mean(|e| e.found.rules)),
            arrow(self.mean(|e| e.found.model)),
            before - after,
        );
    }
}

fn write_effect(out: &mut String, effect: &Effect) {
    let arrow = |c: &Change| format!("{:.1} → {:.1}", 100.0 * c.before.rate, 100.0 * c.after.rate);
    let (found, alarms) = (&effect.found, &effect.false_alarms.both);
    let _ = writeln!(
        out,
        "| {} | {} | {} | {} | {} | {:.1} | {} | {} |",
        effect.disguise,
        arrow(&found.rules),
        arrow(&found.model),
        found.both.before,
        found.both.after,
        found.both.lost(),
        alarms.before,
        alarms.after
    );
}
