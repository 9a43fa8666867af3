"""Learn the weights of ``dictionaries/match_weights.toml`` from generated, labelled pairs.

    python benchmarks/learn_match_weights.py --seeds 101 102 103 --write

Every query is put to the register; each candidate is a pair whose label is known.  A logistic
regression over the named levels gives additive weights in bits; a penalty draws each towards
its start, so that a level that was hardly seen keeps a sensible weight.  ``accept`` and
``review`` are then set from target rates on the same seeds.  Report on other seeds.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from pathlib import Path

import numpy as np
from names_world import Firm, Query, World, read_brands

from dictionaries import ROOT
from extractors.enterprises.compare import Enterprise
from extractors.enterprises.levels import Comparison, level_of, weights
from extractors.enterprises.names import parse_name
from extractors.enterprises.register import Register, Row
from pipeline.records import Decision
from pipeline.verdict import judge

_World = tuple[list[Firm], Register, list[Query]]

START: dict[str, dict[str, float]] = {
    "brand": {
        "same": 7, "loose": 6, "lookalike": 3, "homophone": 2, "part": 1, "over": -1, "near": 0,
        "half": -2, "different": -6, "none": 0,
    },
    "region": {
        "same": 2, "lookalike": 1.5, "homophone": 1.5, "misread": 1, "moved": 0.5,
        "nested": 1, "near": 0, "absent": -0.5, "omitted": 0, "none": 0.5, "different": -4,
    },
    "trade": {
        "same": 4, "lookalike": 2.5, "homophone": 2.5, "misread": 2, "near": 0.5,
        "part": 0.5, "over": -0.5,
        "absent": 0, "omitted": 0, "half": -1, "different": -4, "none": 0.5,
    },
    "form": {
        "same": 0.8, "lookalike": 0.5, "cut": 0.5, "near": 0, "absent": -0.5, "none": 0,
        "different": -2,
    },
    "branch": {"different": -9},
    "name": {
        "same": 3, "near": 1.5, "close": 0.5, "contained": 3, "short": 2, "strange": -6, "part": 0,
        "long": 0, "different": 0,
    },
    "code": {"same": 20, "near": 9, "different": -10},
    "phone": {"same": 8, "different": -0.8},
    "legal_rep": {"same": 6, "lookalike": 3.5, "different": -2.5},
    "district": {"same": 1.5, "nested": 0.8, "different": -2.5},
}  # fmt: skip
_IN_ORDER = (("brand.same", "brand.loose"), ("name.contained", "name.short"))
"""Pairs of which the first says all that the second says and more, so weighs no less: what a
name contains in one piece it also contains scattered."""

_PRIOR = -6.0
_TOWARDS_START = 0.5
"""Strength of the penalty: weight of about so many observations for a level's start."""

_FALSE_ACCEPTS = 1e-4
_LOST_TO_REVIEW = 0.002
_TAKEN_FOR_ANOTHER = 0.001


def main() -> None:
    """Learn, print, and write the table if asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102, 103])
    parser.add_argument("--firms", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=4_000)
    parser.add_argument("--brands", type=Path, help="brand words, one a line; else invented ones")
    parser.add_argument(
        "--write", action="store_true", help="write dictionaries/match_weights.toml"
    )
    options = parser.parse_args()
    names = ["prior", *(f"{part}.{level}" for part, ls in START.items() for level in ls)]
    columns = {name: at for at, name in enumerate(names)}
    worlds = [_world(seed, options) for seed in options.seeds]
    rows, labels = [], []
    for firms, register, queries in worlds:
        for query in queries:
            for item in register.weigh((as_enterprise(query),)).weighed:
                rows.append(_features(item.comparison, columns))
                labels.append(
                    bool(query.truth) and query.truth == firms[item.number].registration_id
                )
    used, seen = np.array(rows, np.int32), np.array(labels, bool)
    start = np.array([_PRIOR, *(w for ls in START.values() for w in ls.values())], float)
    ordered = [(columns[stronger], columns[weaker]) for stronger, weaker in _IN_ORDER]
    learnt = fit_in_order(used, seen, start, ordered)
    table = dict(zip(names, learnt[:-1], strict=True))
    accept, review, another = _thresholds(table, worlds)
    counted = Counter(names[at] for row in used for at in row if at < len(names))
    for name in names:
        print(f"{name:24} {table[name]:7.2f}   seen {counted[name]}")
    print(f"accept {accept:.1f}   review {review:.1f}   another {another:.1f}")
    print(f"pairs {len(seen)}, right {seen.sum()}")
    if options.write:
        text = _toml(table, (accept, review, another), options)
        (ROOT / "match_weights.toml").write_text(text, "utf-8")


def as_row(firm: Firm) -> Row:
    """A firm as a row of the register."""
    return Row(firm.name, firm.code, firm.phone, firm.legal_rep, firm.district, firm.former)


def as_enterprise(query: Query) -> Enterprise:
    """A query as the register takes it."""
    phones = frozenset({query.phone} if query.phone else ())
    return Enterprise(parse_name(query.name), query.code, phones, query.legal_rep, query.district)


def fit(used: np.ndarray, labels: np.ndarray, start: np.ndarray, rounds: int = 30) -> np.ndarray:
    """Weights in bits by Newton's method.

    Args:
        used: columns that are 1 for each pair, padded with one past the last; shape (pairs, p).
        labels: whether the pair is one enterprise.
        start: weights that the penalty draws to, in bits; shape (columns,).
        rounds: of Newton's method.
    """
    count = len(start)
    towards = start * math.log(2)
    strength = np.full(count, _TOWARDS_START)
    found = towards.copy()
    dense = np.zeros((len(used), count + 1))
    np.put_along_axis(dense, used, 1.0, axis=1)
    dense = dense[:, :count]

    def loss(weights: np.ndarray) -> float:
        odds = dense @ weights
        apart = weights - towards
        return float(
            np.logaddexp(0, odds).sum() - odds[labels].sum() + (strength * apart) @ apart / 2
        )

    for _ in range(rounds):
        expected = 1 / (1 + np.exp(-np.clip(dense @ found, -40, 40)))
        gradient = dense.T @ (expected - labels) + strength * (found - towards)
        spread = expected * (1 - expected)
        curvature = dense.T @ (dense * spread[:, None]) + np.diag(strength)
        step, before = np.linalg.solve(curvature, gradient), loss(found)
        while loss(found - step) > before and np.abs(step).max() > 1e-9:
            step /= 2
        found = found - step
    return np.append(found / math.log(2), 0.0)


def fit_in_order(
    used: np.ndarray, labels: np.ndarray, start: np.ndarray, ordered: list[tuple[int, int]]
) -> np.ndarray:
    """Weights in bits of which the first of each pair is no less than the second.

    Columns that would stand the wrong way round are taken for one, as in regression with
    monotone constraints (pool adjacent violators; Barlow et al. 1972).
    """
    taken_for = np.arange(len(start) + 1)
    while True:
        learnt: np.ndarray = fit(taken_for[used], labels, start)[taken_for]
        wrong = [pair for pair in ordered if learnt[pair[0]] < learnt[pair[1]]]
        if not wrong:
            return learnt
        for stronger, weaker in wrong:
            taken_for[taken_for == taken_for[stronger]] = taken_for[weaker]


def _features(comparison: Comparison, columns: dict[str, int]) -> list[int]:
    """The columns that a pair has, filled up to the same length."""
    places = [columns[f"{level.part}.{level.level}"] for level in comparison.levels]
    places.append(columns["prior"])
    return places + [len(columns)] * (len(START) + 1 - len(places))


def _world(seed: int, options: argparse.Namespace) -> _World:
    world = World(seed, read_brands(options.brands))
    firms = list(world.registry(options.firms))
    half = options.queries // 2
    short = world.queries(firms, half, names_only=True, only=("short name", "nickname"))
    queries = [*world.queries(firms, half), *world.queries(firms, half, names_only=True), *short]
    return firms, Register.build(map(as_row, firms)), queries


def _thresholds(table: dict[str, float], worlds: list[_World]) -> tuple[float, float, float]:
    """Lowest sums: from which a name may decide, is worth a look, and is no other one's.

    The third is what whole names have in common with the names of their own enterprises.
    """
    install(table)
    wrong, right, whole, asked = [], [], [], 0
    for firms, register, queries in worlds:
        for query in queries:
            reading = as_enterprise(query)
            weighed = register.weigh((reading,)).weighed
            asked += 1
            if not weighed:
                continue
            first = weighed[0]
            if query.truth == firms[first.number].registration_id:
                right.append(first.comparison.bits)
                if first.query.name.form:
                    whole.append(_of_name(first.comparison))
            elif (
                first.comparison.level("name") != "same"
                and judge(weighed, (reading,), register).decision is Decision.ACCEPTED
            ):
                wrong.append(first.comparison.bits)
    wrong.sort(reverse=True)
    allowed = int(_FALSE_ACCEPTS * asked)
    accept = wrong[allowed] + 0.1 if len(wrong) > allowed else 0.0
    another = float(np.quantile(whole, _TAKEN_FOR_ANOTHER))
    return max(accept, 0.0), float(np.quantile(right, _LOST_TO_REVIEW)), another


def _of_name(comparison: Comparison) -> float:
    """What the names alone weigh."""
    of_name = {"brand", "region", "trade", "form", "branch", "name"}
    return Comparison(tuple(lv for lv in comparison.levels if lv.part in of_name)).bits


def install(table: dict[str, float]) -> None:
    """Weigh with this table from now on, and let any sum decide."""
    loaded = weights()
    loaded["prior"], loaded["accept"] = table["prior"], -math.inf
    for part, levels in START.items():
        loaded[part] = {level: table[f"{part}.{level}"] for level in levels}
    level_of.cache_clear()


def _toml(
    table: dict[str, float], thresholds: tuple[float, float, float], options: argparse.Namespace
) -> str:
    accept, review, another = thresholds
    seeds = " ".join(map(str, options.seeds))
    lines = [
        "# Additive log2 weights of the comparison of an applicant with a registration.",
        "# source: learnt by benchmarks/learn_match_weights.py from generated, labelled pairs",
        f"#   (seeds {seeds}; {options.firms} firms and {options.queries} queries each).",
        "#   Do not edit by hand: learn anew, and report on other seeds.",
        "",
        f"prior = {table['prior']:.2f}     # before anything was compared, among the candidates",
        f"accept = {accept:.1f}     # a damaged name decides from so many bits",
        f"review = {review:.1f}     # a candidate is worth a look from so many bits",
        f"another = {another:.1f}     # two readings of one whole name have so many bits in common",
        "margin = 4.0     # bits that the second enterprise must stay behind",
    ]
    for part, levels in START.items():
        lines += ["", f"[{part}]", *(f"{lv} = {table[f'{part}.{lv}']:.2f}" for lv in levels)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
