"""Splink and recordlinkage on the tables of ``match.py``; run in an environment that has them.

    python benchmarks/match_rivals.py splink QUERIES.csv REGISTRATIONS.csv OUT.csv

Both get what a careful user would give them: names in one form, cut into region, core and legal
form; blocks on code, telephone, core and halves of the core.  Former names are not used: both
compare one row with one row.  Accepted from a probability of 0.99, review from 0.5 (Splink);
by the sum of five likenesses for recordlinkage.
"""

from __future__ import annotations

import csv
import json
import re
import resource
import sys
import unicodedata
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd

_FORM = re.compile("(股份有限公司|有限责任公司|集团有限公司|有限公司|专业合作社|总厂|厂|公司)$")
_REGION = re.compile("^(.{2,3}省)?(.{2,7}?[市县区旗])?")


def main() -> None:
    """Link, write query, rank, registration and decision, and print figures as JSON."""
    method, queries, registrations, out = sys.argv[1], *map(Path, sys.argv[2:])
    left, right = _table(queries, "query_id"), _table(registrations, "registration_id")
    started = perf_counter()
    found, pairs = {"splink": _splink, "recordlinkage": _recordlinkage}[method](left, right)
    seconds = perf_counter() - started
    found = found.sort_values(["query", "score"], ascending=[True, False], kind="stable")
    found["rank"] = found.groupby("query").cumcount() + 1
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for row in found[found["rank"] <= 5].itertuples():
            writer.writerow((row.query, row.rank, row.registration, row.decision))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    run = {"match_s": round(seconds, 1), "looked_at": int(pairs), "memory_gb": round(memory, 2)}
    print(json.dumps(run))


def _table(path: Path, key: str) -> pd.DataFrame:
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    names = table["enterprise_name"].map(_folded)
    core = names.str.replace(_FORM, "", regex=True).str.replace(_REGION, "", regex=True)
    made = pd.DataFrame(
        {
            "unique_id": table[key],
            "name": names,
            "core": core,
            "head": core.str[:3],
            "tail": core.str[-4:],
        }
    )
    for column in ("uscc", "phone", "legal_rep", "district"):
        made[column] = table[column]
    return made.replace("", None)


def _folded(name: str) -> str:
    text = unicodedata.normalize("NFKC", name).replace("有限责任公司", "有限公司")
    return re.sub(r"[^\w()]", "", text)


def _splink(left: pd.DataFrame, right: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    blocks = [
        block_on("uscc"),
        block_on("phone"),
        block_on("name"),
        block_on("core"),
        block_on("head"),
        block_on("tail", "district"),
    ]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.LevenshteinAtThresholds("name", [1, 2, 4]),
            cl.LevenshteinAtThresholds("core", [1, 2]),
            cl.ExactMatch("uscc"),
            cl.ExactMatch("phone"),
            cl.ExactMatch("legal_rep"),
            cl.ExactMatch("district"),
        ],
        blocking_rules_to_generate_predictions=blocks,
    )
    api = DuckDBAPI()
    frames: Any = [
        api.register(table, dataset_display_name=name)
        for table, name in ((left, "queries"), (right, "firms"))
    ]
    linker = Linker(frames, settings)
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("uscc")], recall=0.8)
    training.estimate_u_using_random_sampling(max_pairs=2_000_000, seed=1)
    training.estimate_parameters_using_expectation_maximisation(block_on("core"))
    training.estimate_parameters_using_expectation_maximisation(block_on("phone"))
    pairs = linker.inference.predict().as_pandas_dataframe()
    from_left = pairs["source_dataset_l"].eq("queries")
    found = pd.DataFrame(
        {
            "query": pairs["unique_id_l"].where(from_left, pairs["unique_id_r"]),
            "registration": pairs["unique_id_r"].where(from_left, pairs["unique_id_l"]),
            "score": pairs["match_probability"],
        }
    )
    found["decision"] = _bands(found["score"], 0.99, 0.5)
    return found, len(pairs)


def _recordlinkage(left: pd.DataFrame, right: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    import recordlinkage

    left, right = left.set_index("unique_id"), right.set_index("unique_id")
    index = recordlinkage.Index()
    for column in ("uscc", "phone", "name", "core", "head"):
        index.block(column)
    pairs = index.index(left, right)
    compare = recordlinkage.Compare()
    compare.string("name", "name", method="levenshtein", label="name")
    compare.string("core", "core", method="levenshtein", label="core")
    for column in ("uscc", "phone", "legal_rep"):
        compare.exact(column, column, label=column)
    scores = compare.compute(pairs, left, right)
    found = pd.DataFrame(
        {
            "query": pairs.get_level_values(0),
            "registration": pairs.get_level_values(1),
            "score": scores.sum(axis=1).to_numpy(),
        }
    )
    found["decision"] = _bands(found["score"], 2.8, 1.6)
    return found, len(pairs)


def _bands(scores: pd.Series[float], accept: float, review: float) -> pd.Series[str]:
    worth = scores.ge(review).map({True: "review", False: "rejected"})
    return worth.where(scores < accept, "accepted")


if __name__ == "__main__":
    main()
