"""Rows, figures and tables: what every method is measured with."""

from __future__ import annotations

import csv
import html
import json
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import rankdata

LABELS = ["review_request", "positive_steering", "review_gating", "incentivized_review", "review_alteration", "marketing", "off_platform"]
SEED = 1
DRAWS = 1000  # of the bootstrap
FALSE_ALARMS = (0.01, 0.02, 0.05)
THRESHOLDS = np.arange(1, 100) / 100

Figures = dict[str, Any]

# --- rows ---


@dataclass(frozen=True)
class Rows:
    """Labelled messages, column by column."""

    ids: np.ndarray
    texts: np.ndarray
    labels: np.ndarray  # [row][label], true or false
    families: np.ndarray
    origins: np.ndarray

    def take(self, chosen: np.ndarray) -> Rows:
        return Rows(self.ids[chosen], self.texts[chosen], self.labels[chosen], self.families[chosen], self.origins[chosen])

    @property
    def violating(self) -> np.ndarray:
        return np.asarray(self.labels.any(axis=1))


def visible(text: str, form: str) -> str:
    """What a buyer sees: peers do not parse HTML, so that is done for them."""
    if form == "html":
        text = html.unescape(re.sub(r"(?is)<style.*?</style>|<[^>]*>", " ", text))
    return " ".join(text.split())


def read_rows(folder: Path) -> Rows:
    records: list[dict[str, str]] = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            records += csv.DictReader(file, strict=True)
    if not records:
        sys.exit(f"{folder}: no rows")
    names = [{name.strip() for name in record["labels"].split("|")} - {""} for record in records]
    if unknown := set().union(*names) - set(LABELS):
        sys.exit(f"{folder}: unknown labels {sorted(unknown)}")
    ids, families, origins = (np.array([record[key] for record in records], dtype=object) for key in ("id", "family", "origin"))
    texts = np.array([visible(record["text"], record["format"]) for record in records], dtype=object)
    labels = np.array([[label in have for label in LABELS] for have in names])
    return Rows(ids, texts, labels, families, origins)


# --- figures ---


def roc_auc(scores: np.ndarray, positive: np.ndarray) -> float:
    hits = int(positive.sum())
    return float((rankdata(scores)[positive].sum() - hits * (hits + 1) / 2) / (hits * (len(positive) - hits)))


def recall_at(scores: np.ndarray, positive: np.ndarray, share: float) -> float:
    """Share of the positives above the first negative that would be one false alarm too many."""
    negatives = np.sort(scores[~positive])[::-1]
    return float((scores[positive] > negatives[int(share * len(negatives))]).mean())


def ranking(scores: np.ndarray, positive: np.ndarray) -> list[float]:
    """ROC AUC, and the recall at each share of false alarms."""
    return [roc_auc(scores, positive), *(recall_at(scores, positive, share) for share in FALSE_ALARMS)]


def intervals(scores: np.ndarray, rows: Rows) -> np.ndarray:
    """95 % intervals of the ranking figures, drawing whole families."""
    _, numbers = np.unique(rows.families, return_inverse=True)
    members = np.split(np.argsort(numbers, kind="stable"), np.cumsum(np.bincount(numbers))[:-1])
    random = np.random.default_rng(SEED)
    draws = [np.concatenate([members[f] for f in random.integers(len(members), size=len(members))]) for _ in range(DRAWS)]
    rankings = [ranking(scores[draw], rows.violating[draw]) for draw in draws]
    return np.asarray(np.percentile(rankings, [2.5, 97.5], axis=0).T)


def f1_scores(found: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return np.asarray(2 * (found & labels).sum(axis=0) / np.maximum(found.sum(axis=0) + labels.sum(axis=0), 1))


def best_thresholds(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Per label the lowest threshold at which F1 is highest."""
    return np.asarray(THRESHOLDS[np.argmax([f1_scores(scores >= threshold, labels) for threshold in THRESHOLDS], axis=0)])


def figures(name: str, scores: np.ndarray | None, found: np.ndarray, rows: Rows) -> Figures:
    """All figures of one method, from its scores (none: rules alone) and what it found, both `[row][label]`."""
    any_found = np.asarray(found.any(axis=1))
    out: Figures = {"name": name, "found": any_found[rows.violating].mean(), "false_alarms": any_found[~rows.violating].mean()}
    if scores is not None:
        highest = scores.max(axis=1)
        keys = ["roc_auc", *(f"recall_at_{share:.0%}" for share in FALSE_ALARMS)]
        for key, value, (low, high) in zip(keys, ranking(highest, rows.violating), intervals(highest, rows)):
            out[key] = {"value": value, "low": low, "high": high}
        out["f1"] = dict(zip(LABELS, f1_scores(found, rows.labels)))
    return out


def judged_figures(name: str, path: Path, rows: Rows) -> Figures:
    """The figures of nosolicit, from what `nosolicit score` wrote."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if [record["id"] for record in records] != rows.ids.tolist() or any(record["error"] for record in records):
        sys.exit(f"{path}: not the rows of the holdout in the order of sorted files, or some could not be judged")
    found = np.array([[label in {f["label"] for f in record["findings"]} for label in LABELS] for record in records])
    scores = np.array([[record["scores"].get(label, np.nan) for label in LABELS] for record in records])
    return figures(name, None if np.isnan(scores).all() else scores, found, rows)


# --- tables ---


def markdown(header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rule = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join(f"| {' | '.join(line)} |" for line in [header, rule, *lines]) + "\n"


def percent(x: float) -> str:
    return f"{100 * x:.1f}"


def ranking_cells(method: Figures) -> list[str]:
    def cell(key: str, form: Callable[[float], str]) -> str:
        f = method.get(key)
        return f"{form(f['value'])} ({form(f['low'])}-{form(f['high'])})" if f else "-"

    return [cell("roc_auc", "{:.3f}".format), *(cell(f"recall_at_{share:.0%}", percent) for share in FALSE_ALARMS)]


def method_line(method: Figures) -> list[str]:
    f1 = list(method.get("f1", {}).values())
    return [
        method["name"],
        *ranking_cells(method),
        f"{np.mean(f1):.3f} ({min(f1):.3f}-{max(f1):.3f})" if f1 else "-",
        f"{percent(method['found'])} / {percent(method['false_alarms'])}",
        f"{method['training_seconds']:,.0f}" if "training_seconds" in method else "-",
        f"{method['messages_per_second']:,.0f}" if "messages_per_second" in method else "-",
    ]


RANKING = ["ROC AUC", *(f"% found at {share:.0%} false alarms" for share in FALSE_ALARMS)]


def method_table(methods: Iterable[Figures]) -> str:
    last = ["macro F1 (min-max)", "% found / false alarms at own thresholds", "training s", "messages/s"]
    return markdown(["method", *RANKING, *last], map(method_line, methods))


def curve_table(methods: Iterable[Figures]) -> str:
    return markdown(["method", "rows", *RANKING], [[m["name"], f"{m['rows']:,}", *ranking_cells(m)] for m in methods])


def origin_table(by_peer: dict[str, dict[str, list[float]]]) -> str:
    """Ranking figures by peer and origin."""
    header = ["held-out origin", *(f"{name}: {what}" for name in by_peer for what in ("AUC", "% at 1%", "% at 5%"))]

    def line(name: str, rankings: Iterable[Sequence[float]]) -> list[str]:
        return [name, *(cell for r in rankings for cell in (f"{r[0]:.3f}", percent(r[1]), percent(r[3])))]

    origins = list(next(iter(by_peer.values()), {}))
    means = [np.mean(list(of.values()), axis=0).tolist() for of in by_peer.values()]
    return markdown(header, [*(line(origin, [of[origin] for of in by_peer.values()]) for origin in origins), line("mean", means)])
