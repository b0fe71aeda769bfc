"""How often the networks of the first essay fit its sine: 200 starts of each, counted, beside the shares known.

    python benchmarks/essay_shares.py                     all rows, kept in essay-shares/
    python benchmarks/essay_shares.py --starts 1000

50 samples of sin x on [-10, 10] with noise 0.1, Adam, 1000 steps, no scaling; good is an RMSE to the true sine below
0.15, and outside is 10 < |x| < 20. The known shares were measured elsewhere, with other random numbers: they agree if
they could be counts of the same probability (Fisher's exact test, corrected by Holm for the number of rows).
"""

import argparse
from pathlib import Path

from scipy.stats import fisher_exact

KNOWN = 200  # starts behind a known share; 60 of 100 nodes
# activation, nodes, start, learning rate, known share, known error outside
ROWS = [
    ("sigmoid", 10, "glorot", 0.01, 0.03, "2.06"),
    ("sigmoid", 10, "glorot", 0.03, 0.28, "2.06"),
    ("sigmoid", 10, "glorot", 0.1, 0.56, "2.06"),
    ("sigmoid", 10, "pytorch", 0.1, 0.67, "2.0"),
    ("sigmoid", 10, "scattered", 0.03, 0.85, "1.7-1.8"),
    ("sigmoid", 10, "scattered", 0.1, 0.85, "1.7-1.8"),
    ("relu", 10, "glorot", 0.1, None, "5-6"),  # known to be at most .06
    ("relu", 10, "pytorch", 0.1, None, "5-6"),
    ("relu", 100, "glorot", 0.1, 0.38, "5-5.5"),
    ("relu", 100, "pytorch", 0.1, 0.70, "5-5.5"),
    ("relu", 100, "scattered", 0.01, 0.95, "5-5.5"),
    ("cosine", 1, "glorot", 0.01, 0.36, ".035"),
    ("cosine", 1, "glorot", 0.1, 0.46, ".035"),
    ("cosine", 3, "glorot", 0.01, 0.84, ".08-.10"),
    ("cosine", 3, "glorot", 0.03, 0.89, ".08-.10"),
    ("cosine", 3, "glorot", 0.1, 0.90, ".08-.10"),
    ("triangle", 3, "glorot", 0.01, 0.89, ".135"),
    ("triangle", 3, "glorot", 0.1, 0.89, ".135"),
    *(("saw", nodes, "glorot", rate, 0.0, "-") for nodes in (1, 3, 5) for rate in (0.01, 0.1)),
]
AT_MOST = 0.06


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=200)
    parser.add_argument("--store", default="essay-shares")
    parser.add_argument("--precision", default="float64")
    asked = parser.parse_args()
    import nodewise as nw
    from nodewise.inspection.study.paired import holm

    data = nw.problems.sine()
    found = []
    for activation, nodes, start, rate, *_ in ROWS:
        study = nw.study(
            data, nodes, activation, start, learning_rate=rate, starts=asked.starts, scale=False, good=0.15,
            precision=asked.precision, store=Path(asked.store),
        )  # fmt: skip
        found.append(study.table()[0])
    tests = [agrees(row, told) for row, told in zip(found, ROWS, strict=True)]
    print(f"{'network':<14}{'start':<9}{'rate':>5}  {'share':>6}  {'95 %':<14}{'known':>6}  {'p':>6}   outside (known)")
    for row, told, p in zip(found, ROWS, holm(tests), strict=True):
        activation, nodes, start, rate, known, outside = told
        interval = f"[{row['low']:.3f}, {row['high']:.3f}]"
        error = row["outside_of_good"]
        print(
            f"{activation + ' ' + str(nodes):<14}{start:<9}{rate:>5}  {row['share']:>6.3f}  {interval:<14}"
            f"{'<= .06' if known is None else f'{known:.2f}':>6}  {p:>6.2g}   "
            f"{'-' if error is None else f'{error:.3g}'} ({outside})"
        )


def agrees(row, told):
    """Return the p-value of the count being one of the same probability as the known one."""
    from scipy.stats import binomtest

    _, nodes, _, _, known, _ = told
    if known is None:
        return binomtest(row["good"], row["starts"], AT_MOST, alternative="greater").pvalue
    of = 60 if nodes == 100 else KNOWN
    good = round(known * of)
    return fisher_exact([[row["good"], row["starts"] - row["good"]], [good, of - good]]).pvalue


if __name__ == "__main__":
    main()
