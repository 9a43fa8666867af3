"""How surely a Word form that was changed after printing is caught, and how often falsely.

Takes boxes that were put through ``zjtx run``; their results must lie beside their ledger, so
that no page of paper is read again.  In each round some fields of every Word form are edited
as people edit them – another digit, another person, another word – and the box goes through
again::

    python benchmarks/differences.py --box BOX --out outputs/BOX --rounds 3 --edits 4

Round 0 edits nothing: what it calls a difference of content, beyond those that the generator
planted, is a false alarm.  The edited boxes and their results are made anew in a folder beside
``--out`` and stay there.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
from collections import Counter, defaultdict
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import docx
from docx.table import Table

from extractors.page import Box, PageView
from extractors.text.word import read_word
from pipeline.batch import run_batch
from pipeline.comparison.gather import read_results, volume_views
from pipeline.comparison.page import cell_of
from pipeline.comparison.pages import text_differences
from pipeline.comparison.pairing import pair_pages
from pipeline.comparison.readings import plain
from pipeline.originals import find_originals
from pipeline.plan import Order
from pipeline.programme import Programme, find_programme, load_programme
from pipeline.records import Medium
from pipeline.results.tables import read_table
from pipeline.settings import load_settings

_WORDS = ("新型", "高端", "第二代", "自动", "智能", "低温", "重型", "国际")
_LABEL = re.compile(r"^[^：:，。；]{1,12}[：:]")
_IDENTITY = frozenset({"enterprise_name", "uscc"})
_SURNAMES, _NAMES = "赵钱孙李周吴郑王冯陈", "伟芳娜敏静丽强磊军洋勇艳杰涛明超"


class Edit(NamedTuple):
    """One field that was edited in a Word form."""

    application: str
    key: str
    before: str
    after: str
    sort: str


def edited(raw: str, kind: str, rng: Random) -> tuple[str, str] | None:
    """The text as somebody changes it, and what sort of change that is."""
    digits = [at for at, sign in enumerate(raw) if sign.isascii() and sign.isdigit()]
    if kind == "person":
        other = rng.choice(_SURNAMES) + "".join(rng.sample(_NAMES, 2))
        return (other, "another person") if other != raw else None
    if kind in {"choice", "choices"}:
        return None  # glyphs, not words
    if digits and rng.random() < 0.7:
        at = rng.choice(digits)
        figure = rng.choice([d for d in "123456789" if d != raw[at]])
        sort = "one figure" if len(raw) <= 30 else "one figure in a long text"
        return raw[:at] + figure + raw[at + 1 :], sort
    if kind in {"text", "name", "industry"} and len(raw) >= 4:
        at = rng.randrange(1, len(raw) - 1)
        return raw[:at] + rng.choice(_WORDS) + raw[at:], "a word more"
    return None


def plant(
    box: Path, rows: list[dict[str, str]], edits: int, rng: Random, programme: Programme
) -> list[Edit]:
    """Edit the Word forms of a box in place."""
    kinds = {field.key: field.kind.value for field in programme.fields}
    by_form: dict[str, list[dict[str, str]]] = defaultdict(list)
    paper = {(row["application_id"], row["key"]) for row in rows
             if row["medium"] == "paper" and row["value"]}  # fmt: skip
    for row in rows:
        stated = row["medium"] == "electronic" and row["file"].endswith(".docx")
        if stated and row["raw"] and (row["application_id"], row["key"]) in paper:
            by_form[row["file"]].append(row)
    planted = []
    for name, own in sorted(by_form.items()):
        path = box / name.partition("/")[2]
        view, document = read_word(path), docx.Document(str(path))
        tables = [item for item in document.iter_inner_content() if isinstance(item, Table)]
        done, identity = 0, False
        for row in rng.sample(own, len(own)):
            place = Box(**{side: float(row[side]) for side in ("x0", "y0", "x1", "y1")})
            cell = cell_of(view, place)
            change = edited(row["raw"], kinds[row["key"].partition(".")[0]], rng)
            if cell is None or change is None or done == edits:
                continue
            if row["key"] in _IDENTITY and identity:
                continue  # with another name and another code it is another enterprise's form
            identity = identity or row["key"] in _IDENTITY
            after, sort = change
            for paragraph in tables[cell.table].cell(cell.row, cell.column).paragraphs:
                if row["raw"] in paragraph.text and paragraph.runs:
                    text = paragraph.text.replace(row["raw"], after, 1)
                    for run in paragraph.runs[1:]:
                        run.text = ""
                    paragraph.runs[0].text = text
                    planted.append(Edit(row["application_id"], row["key"], row["raw"], after, sort))
                    done += 1
                    break
        document.save(str(path))
    return planted


def measure(box: Path, out: Path, rounds: int, edits: int, seed: int) -> dict[str, Any]:
    """All rounds on one box."""
    programme = load_programme(find_programme("liaoning-2021"))
    rows = read_table(out / "fields.csv")
    truth = json.loads((box / "truth.json").read_text(encoding="utf-8"))
    known = {(d["key"]) for a in truth["applications"] for d in a["differences"]}
    both = _on_both(rows)
    false = [
        row
        for row in read_table(out / "differences.csv")
        if row["kind"] == "content" and row["paper"] != row["electronic"] and row["electronic"]
        and row["paper"] and row["key"] not in known
    ]  # fmt: skip
    print(f"{box.name}: {both} fields on both media, {len(false)} false differences of content")
    for row in false:
        print(
            f"  false  {row['application_id']} {row['key']}: {row['paper']} | {row['electronic']}"
        )
    hits: Counter[str] = Counter()
    said: Counter[str] = Counter()
    total: Counter[str] = Counter()
    work = out.parent / f"{out.name}-edited"
    for number in range(1, rounds + 1):
        copy = work / str(number) / box.name
        shutil.rmtree(copy.parent, ignore_errors=True)
        shutil.copytree(box, copy)
        planted = plant(copy, rows, edits, Random(f"{seed}/{number}"), programme)
        order = Order((copy,), out.parent / f"{out.name}-edited-{number}")
        run_batch(order, load_settings(), programme)
        found = {
            (row["application_id"], row["key"]): row["kind"]
            for row in read_table(order.out / "differences.csv")
        }
        for edit in planted:
            kind = found.get((edit.application, edit.key), "nothing")
            total[edit.sort] += 1
            hits[edit.sort] += kind == "content"
            said[edit.sort] += kind != "nothing"
            if kind != "content":
                print(f"  {kind:8} {edit.application} {edit.key}: {edit.before} → {edit.after}")
    return {"both": both, "false": len(false), "hits": hits, "said": said, "total": total}


def measure_pages(out: Path, rounds: int, seed: int) -> Counter[str]:
    """Edits in the text of printed PDF pages, held against the scans of the same pages.

    A text layer is exact, so an edit of the page's lines is what an edit of the file would give.
    """
    results = read_results(out)
    originals = find_originals(out, load_settings(), results.media_types, results.pages())
    counts: Counter[str] = Counter()
    rng = Random(f"{seed}/pages")
    for application, documents in results.documents.items():
        media = {row["volume"]: row["medium"] for row in results.fields.get(application, [])}
        paper, electronic = (
            volume_views(documents, media, medium, originals)
            for medium in (Medium.PAPER, Medium.ELECTRONIC)
        )
        printed = {ref: view for ref, view in electronic.items() if view.text_source != "word"}
        whole = "".join(plain(line.text) for view in paper.values() for line in view.lines)
        for one, two in pair_pages(paper, printed):
            counts["pairs"] += 1
            counts["lines"] += len(printed[two].lines)
            for found in text_differences(paper[one], printed[two], whole):
                counts["false"] += found.kind == "content"
                print(f"  {found.kind} {application}: {found.paper} | {found.electronic}")
            for _ in range(rounds):
                view, after = _edited_page(printed[two], rng)
                if view is None:
                    continue
                counts["planted"] += 1
                said = [
                    d for d in text_differences(paper[one], view, whole) if after in d.electronic
                ]
                counts["told"] += bool(said)
                counts["content"] += any(d.kind == "content" for d in said)
                if not any(d.kind == "content" for d in said):
                    print(f"  {said[0].kind if said else 'nothing'} {application}: {after}")
    return counts


def _edited_page(view: PageView, rng: Random) -> tuple[PageView | None, str]:
    """The page with one line edited, and that line."""
    texts = [_LABEL.sub("", line.text) for line in view.lines]
    places = [at for at, text in enumerate(texts) if len(text) >= 8]
    if not places:
        return None, ""
    at = rng.choice(places)
    change = edited(texts[at], "text", rng)
    if change is None:
        return None, ""
    text = view.lines[at].text.removesuffix(texts[at]) + change[0]
    line = view.lines[at].model_copy(update={"text": text})
    lines = (*view.lines[:at], line, *view.lines[at + 1 :])
    return view.model_copy(update={"lines": lines}), text


def _on_both(rows: list[dict[str, str]]) -> int:
    stated: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        if row["value"]:
            stated[row["application_id"], row["key"]].add(row["medium"])
    return sum({"paper", "electronic"} <= media for media in stated.values())


def main() -> None:
    """Measure the boxes named, and print one table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--box", type=Path, action="append", required=True)
    parser.add_argument("--out", type=Path, action="append", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--edits", type=int, default=4, help="of each form in each round")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    all_of: dict[str, Counter[str]] = {name: Counter() for name in ("hits", "said", "total")}
    both = false = 0
    pages: Counter[str] = Counter()
    for box, out in zip(arguments.box, arguments.out, strict=True):
        result = measure(box, out, arguments.rounds, arguments.edits, arguments.seed)
        pages += measure_pages(out, arguments.rounds, arguments.seed)
        both, false = both + result["both"], false + result["false"]
        for name, counter in all_of.items():
            counter.update(result[name])
    print("\n| edit | planted | said to be of content | said at all |\n|---|---|---|---|")
    for sort in sorted(all_of["total"]):
        cells = " | ".join(str(all_of[name][sort]) for name in ("total", "hits", "said"))
        print(f"| {sort} | {cells} |")
    total, hits = all_of["total"].total(), all_of["hits"].total()
    print(f"| all | {total} | {hits} ({hits / max(total, 1):.4f}) | {all_of['said'].total()} |")
    print(f"\nfalse differences of content: {false} on {both} fields of identical pairs")
    print(
        f"text of {pages['pairs']} pages on both media: {pages['planted']} edits, "
        f"{pages['content']} said to be of content, {pages['told']} said at all; "
        f"{pages['false']} false on {pages['lines']} lines"
    )


if __name__ == "__main__":
    main()
