"""Figures of fixed scores by scikit-learn, which the tests compare with our own to 1e-9.

    pip install -r train/tests/sklearn/requirements.txt && python train/tests/sklearn/figures.py > train/tests/sklearn/figures.json
"""

import json
import warnings

import numpy as np
import sklearn
from sklearn.calibration import calibration_curve
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import average_precision_score, brier_score_loss, f1_score, precision_score, recall_score, roc_auc_score

warnings.simplefilter("ignore", UndefinedMetricWarning)


def calibration_error(scores, positive):
    """scikit-learn has the reliability curve; the error is its mean distance from the diagonal, weighted by the rows in each bin."""
    true, said = calibration_curve(positive, scores, n_bins=10, strategy="uniform")
    rows = np.histogram(scores, bins=np.linspace(0, 1, 11))[0]
    return float(np.sum(rows[rows > 0] * np.abs(true - said)) / len(scores))


def case(name, scores, positive, threshold, weights=None):
    found = scores >= threshold
    figures = {
        "roc_auc": roc_auc_score(positive, scores, sample_weight=weights),
        "average_precision": average_precision_score(positive, scores, sample_weight=weights),
        "brier": brier_score_loss(positive, scores, sample_weight=weights),
        # the reliability curve takes no weights: rows are repeated
        "calibration_error": calibration_error(
            *((scores, positive) if weights is None else (np.repeat(scores, weights), np.repeat(positive, weights)))
        ),
        "f1": f1_score(positive, found, sample_weight=weights),
        "precision": precision_score(positive, found, sample_weight=weights),
        "recall": recall_score(positive, found, sample_weight=weights),
    }
    return {
        "name": name,
        "scores": scores.tolist(),
        "positive": positive.tolist(),
        "threshold": threshold,
        "weights": None if weights is None else weights.tolist(),
        "figures": {k: float(v) for k, v in figures.items()},
    }


def main():
    random = np.random.default_rng(20261126)
    truth = random.random(240) < 0.2
    # off the edges of the bins, where histogram and curve may disagree on a half-open end
    smooth = np.clip(1 / (1 + np.exp(-(random.normal(size=240) * 1.5 + np.where(truth, 1.5, -2)))), 0.001, 0.999)
    tied = (np.round(smooth * 20) / 20 * 0.97) + 0.0113
    rare = np.zeros(300, dtype=bool)
    rare[[5, 77]] = True
    rare_scores = np.clip(random.beta(1, 8, size=300), 0.001, 0.999)
    weights = random.multinomial(240, np.full(240, 1 / 240))
    cases = [
        case("smooth", smooth, truth, 0.5),
        case("tied", tied, truth, 0.3),
        case("rare", rare_scores, rare, 0.2),
        case("nothing found", rare_scores, rare, 1.0),
        case("certain, as rules are", truth.astype(float) * (random.random(240) < 0.6), truth, 0.5),
        case("a draw of the bootstrap", tied, truth, 0.3, weights),
    ]
    print(json.dumps({"scikit-learn": sklearn.__version__, "numpy": np.__version__, "cases": cases}))


if __name__ == "__main__":
    main()
