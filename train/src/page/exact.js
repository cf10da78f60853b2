// Rates with exact two-sided 95 % intervals (Clopper and Pearson, 1934), written as the command line writes them.

const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Logarithm of the gamma function for x >= 1 (Lanczos, 1964). */
function logGamma(x) {
  let sum = 0.99999999999980993;
  LANCZOS.forEach((c, i) => { sum += c / (x + i); });
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Regularised incomplete beta function by its continued fraction (DLMF 8.17.22, evaluated as Lentz does). */
function incompleteBeta(a, b, x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, 1 - x);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const tiny = 1e-300;
  const apart = (v) => (Math.abs(v) < tiny ? tiny : v);
  let c = 1;
  let d = 1 / apart(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 20000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / apart(1 + even * d);
    c = apart(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / apart(1 + odd * d);
    c = apart(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return front * value;
}

function betaQuantile(a, b, p) {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(a, b, middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Share and interval of `hits` in `of`, rounded to four decimals. */
function rate(hits, of) {
  const rounded = (x) => Math.round(x * 1e4) / 1e4;
  return {
    hits,
    of,
    share: of === 0 ? 0 : rounded(hits / of),
    low: hits === 0 ? 0 : rounded(betaQuantile(hits, of - hits + 1, 0.025)),
    high: hits === of ? 1 : rounded(betaQuantile(hits + 1, of - hits, 0.975)),
  };
}

/** A share in per cent with one decimal; exact halves go to the even digit, as in Rust. */
function percent(share) {
  const value = 100 * share;
  const tie = (value * 4) % 2 === 1;
  return (tie ? (2 * Math.round((value * 10) / 2)) / 10 : value).toFixed(1);
}

/** `12.5 % (3/24, 2.7-32.4)`, in two parts. */
function rateInWords(r) {
  return [`${percent(r.share)} %`, `(${r.hits}/${r.of}, ${percent(r.low)}-${percent(r.high)})`];
}
