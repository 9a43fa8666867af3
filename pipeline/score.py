"""How right a run was: its result files against the truth of a generated box.

Works on the files that a run leaves (``fields.csv``, ``findings.csv`` …), so it measures
what a clerk would get, and can measure any program that writes the same files.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from extractors.page import Box, Record
from pipeline.errors import InputError
from pipeline.records import FieldState, PageRef
from pipeline.results.tables import read_table

Row = dict[str, str]


class Share(Record):
    """So many of so many."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share; 1 where there was nothing to get right."""
        return self.hits / self.total if self.total else 1.0

    def __str__(self) -> str:
        """``0.9812 (523/533)``."""
        return f"{self.value:.4f} ({self.hits}/{self.total})"


_POINTS = 100
_BLANK = "blank"
_TAKEN = frozenset({FieldState.ACCEPTED.value, FieldState.CORRECTED.value})
_LEFT_EMPTY = "left empty"
"""Beside the states of the design: ``missing`` with a place, where the label was seen and nothing
stands beside it.  ``missing`` without one is a label that was not found."""
UNATTENDED = _TAKEN | {_LEFT_EMPTY}
"""States of values that no person is asked to look at."""


class FieldMiss(Record):
    """A value that differs from the truth."""

    application: str
    volume: str
    medium: str
    key: str
    truth: str
    value: str
    state: str
    reason: str
    place: PageRef | None = None
    """Where the value was read; ``None`` where it was not found."""
    box: Box | None = None


class FindingMiss(Record):
    """A finding that was missed (``expected``) or is wrong."""

    application: str
    code: str
    expected: bool
    message: str


class Score(Record):
    """All figures of one run."""

    applications: Share
    """Of the truth's applications, those found with their tier."""
    applications_invented: int
    """Applications of the run that the truth does not have."""
    fields: Share
    """Values equal to the truth, whatever their state; labels left blank count too.

    Compared after NFKC and without white space, which print does not carry reliably."""
    accepted: Share
    """Values that nobody is asked to look at, of all: accepted, or known to be left empty."""
    known_empty: int
    """How many of these count as left empty."""
    silent_errors: Share
    """Accepted values that are wrong; one that counts as left empty and is not is among them."""
    fields_by_key: tuple[tuple[str, Share], ...]
    risk_coverage: tuple[tuple[float, float], ...]
    """The share of values that nobody would look at, and how many of them would be wrong, for
    falling belief: first what is accepted now, then the rest by its confidence."""
    document_pages: Share
    """Pages whose document type is right."""
    document_ranges: Share
    """Documents, blank sheets left out, of which every first and last page is right."""
    volumes_split: Share
    """Volumes that hold just the pages that they should, blank sheets left out."""
    findings_recall: Share
    findings_precision: Share
    """Among findings of severity error or warn; requests to look are not claims."""
    findings_by_code: tuple[tuple[str, int, int, int], ...]
    """Code, right, missed, wrong."""
    match_top: Share
    """Applications that are registered, whose first candidate is their registration."""
    match_accepted: Share
    match_false: int
    """Accepted matches with another registration than the true one."""
    differences_recall: Share
    field_misses: tuple[FieldMiss, ...]
    finding_misses: tuple[FindingMiss, ...]


def score(out: Path, truth: Path) -> Score:
    """Compare the result folder of a run with the truth of its box.

    Args:
        out: Result folder with the CSV files of the design.
        truth: The generator's ``truth.json``.

    Raises:
        InputError: A file is missing or is not what it should be.
    """
    facts = _truth(truth)
    tables = {
        name: _rows(out / f"{name}.csv")
        for name in ("applications", "fields", "documents", "findings", "matches", "differences")
    }
    pairs = _pair_applications(facts["applications"], tables)
    volumes = _pair_volumes(facts["applications"], pairs, tables["documents"])
    fields, misses, by_key, curve = _score_fields(
        facts["applications"], pairs, volumes, tables["fields"]
    )
    findings = _score_findings(facts["applications"], pairs, tables["findings"])
    matches = _score_matches(facts["applications"], pairs, tables["matches"])
    return Score(
        applications=Share(hits=len(pairs), total=len(facts["applications"])),
        applications_invented=len(tables["applications"]) - len(set(pairs.values())),
        fields=fields["exact"],
        accepted=fields["accepted"],
        known_empty=fields["empty"].hits,
        silent_errors=fields["silent"],
        fields_by_key=by_key,
        risk_coverage=curve,
        field_misses=misses,
        document_pages=_score_pages(facts["applications"], tables["documents"]),
        document_ranges=_score_ranges(facts["applications"], tables["documents"]),
        volumes_split=_score_volumes(facts["applications"], pairs, tables["documents"]),
        differences_recall=_score_differences(facts["applications"], pairs, tables["differences"]),
        **findings,
        **matches,
    )


def _truth(path: Path) -> dict[str, Any]:
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        facts["applications"]  # a truth without applications is none
    except FileNotFoundError:
        raise InputError(
            f"{path}: no such file", "Name the truth.json that lies in a generated box."
        ) from None
    except (ValueError, KeyError, TypeError):
        raise InputError(
            f"{path}: not a truth file", "Name the truth.json that lies in a generated box."
        ) from None
    return dict(facts)


def _rows(path: Path) -> list[Row]:
    try:
        return read_table(path)
    except FileNotFoundError:
        raise InputError(
            f"{path}: no such file", "Name the result folder of a finished run."
        ) from None


def _true_pages(application: Mapping[str, Any]) -> set[tuple[str, int]]:
    return {place for volume in application["volumes"] for place in _pages_of(volume)}


def _pages_of(volume: Mapping[str, Any]) -> set[tuple[str, int]]:
    return {(file, page) for document in volume["documents"] for file, page in document["pages"]}


def _row_pages(row: Row) -> Iterable[tuple[str, int]]:
    """Pages of a row of documents.csv; files without the box's id, as in the truth."""
    file = row["file"].partition("/")[2]
    for page in range(int(row["first_page"]), int(row["last_page"]) + 1):
        yield file, page


def _pair_applications(truth: list[Any], tables: Mapping[str, list[Row]]) -> dict[str, str]:
    """True application id → id in the run: same tier, and the most pages in common."""
    pages: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for row in tables["documents"]:
        if row["application_id"]:
            pages[row["application_id"]].update(_row_pages(row))
    tiers = {row["application_id"]: row["tier"] for row in tables["applications"]}
    common = sorted(
        (
            (len(_true_pages(application) & pages[found]), application["id"], found)
            for application in truth
            for found, tier in tiers.items()
            if tier == application["tier"]
        ),
        key=lambda entry: (-entry[0], entry[1], entry[2]),
    )
    pairs: dict[str, str] = {}
    for count, application_id, found in common:
        if count and application_id not in pairs and found not in pairs.values():
            pairs[application_id] = found
    return pairs


def _pair_volumes(
    truth: list[Any], pairs: Mapping[str, str], rows: list[Row]
) -> dict[tuple[str, str, str], str]:
    """True application, medium and volume number → number of that volume in the run.

    Which of two copies is called the first is nobody's claim: those with the most pages in
    common are one.  A volume that was not found has no number.
    """
    pages: dict[tuple[str, str], set[tuple[str, int]]] = defaultdict(set)
    for row in rows:
        pages[row["application_id"], row["volume"]].update(_row_pages(row))
    numbers: dict[tuple[str, str, str], str] = {}
    for application in truth:
        found = {v: p for (a, v), p in pages.items() if a == pairs.get(application["id"], "")}
        common = sorted(
            (
                (len(_pages_of(volume) & own), volume["medium"], str(volume["number"]), name)
                for volume in application["volumes"]
                for name, own in found.items()
            ),
            key=lambda entry: (-entry[0], *entry[1:]),
        )
        for count, medium, number, name in common:
            place = application["id"], medium, number
            if count and place not in numbers and name in found:
                numbers[place] = _number(name)
                del found[name]
    return numbers


def _state(row: Row | None) -> str:
    if row is None:
        return "absent"
    seen = row["page"] not in ("", "0")
    return _LEFT_EMPTY if row["state"] == FieldState.MISSING.value and seen else row["state"]


def _score_fields(
    truth: list[Any],
    pairs: Mapping[str, str],
    volumes: Mapping[tuple[str, str, str], str],
    rows: list[Row],
) -> tuple[
    dict[str, Share],
    tuple[FieldMiss, ...],
    tuple[tuple[str, Share], ...],
    tuple[tuple[float, float], ...],
]:
    found = {
        (row["application_id"], row["medium"], _number(row["volume"]), row["key"]): row
        for row in rows
    }
    exact = accepted = empty = silent = total = 0
    misses: list[FieldMiss] = []
    believed: list[tuple[bool, float, bool]] = []
    by_key: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for application in truth:
        for medium, volume, key, value in _true_fields(application):
            total += 1
            number = volumes.get((application["id"], medium, volume), volume)
            row = found.get((pairs.get(application["id"], ""), medium, number, key))
            read = row["value"] if row else ""
            state = _state(row)
            # A value that was not found at all is not right, even where the truth is empty.
            right = row is not None and _plain(read) == _plain(value)
            name = key.partition(".")[0]
            by_key[name][0] += right
            by_key[name][1] += 1
            exact += right
            accepted += state in UNATTENDED
            empty += state == _LEFT_EMPTY
            believed.append((state in UNATTENDED, _belief(row), right))
            if not right:
                silent += state in UNATTENDED
                misses.append(
                    FieldMiss(
                        application=application["id"],
                        volume=volume,
                        medium=medium,
                        key=key,
                        truth=value,
                        value=read,
                        state=state,
                        reason=(row or {}).get("reason", ""),
                        place=PageRef(file=row["file"], page=int(row["page"]))
                        if row and row.get("file")
                        else None,
                        box=_box(row),
                    )
                )
    shares = {
        "exact": Share(hits=exact, total=total),
        "accepted": Share(hits=accepted, total=total),
        "empty": Share(hits=empty, total=accepted),
        "silent": Share(hits=silent, total=accepted),
    }
    keys = tuple((key, Share(hits=hits, total=of)) for key, (hits, of) in sorted(by_key.items()))
    return shares, tuple(misses), keys, _curve(believed)


def _belief(row: Row | None) -> float:
    if row is None:
        return 0.0
    return min(float(row.get(name) or 0) for name in ("read_confidence", "place_confidence"))


def _box(row: Row | None) -> Box | None:
    sides = [row.get(side, "") if row else "" for side in ("x0", "y0", "x1", "y1")]
    if not all(sides):
        return None
    x0, y0, x1, y1 = map(float, sides)
    return Box(x0=x0, y0=y0, x1=x1, y1=y1)


def _curve(believed: list[tuple[bool, float, bool]]) -> tuple[tuple[float, float], ...]:
    """Risk over coverage at each hundredth, values with the highest belief first."""
    believed.sort(key=lambda one: (not one[0], -one[1]))
    wrong, points = 0, []
    for count, (_, _, right) in enumerate(believed, start=1):
        wrong += not right
        if count * _POINTS // len(believed) > (count - 1) * _POINTS // len(believed):
            points.append((round(count / len(believed), 4), round(wrong / count, 6)))
    return tuple(points)


def _plain(value: str) -> str:
    return "".join(unicodedata.normalize("NFKC", value).split())


def _number(volume: str) -> str:
    """Number of a volume, whether the column holds ``2`` or an id that ends in it."""
    digits = volume[len(volume.rstrip("0123456789")) :]
    return str(int(digits)) if digits else "1"


def _true_fields(application: Mapping[str, Any]) -> Iterable[tuple[str, str, str, str]]:
    for volume, values in sorted(application["fields"].get("paper", {}).items()):
        for key, value in sorted(values.items()):
            yield "paper", str(volume), key, value
    for key, value in sorted((application["fields"].get("electronic") or {}).items()):
        yield "electronic", "1", key, value


def _score_findings(truth: list[Any], pairs: Mapping[str, str], rows: list[Row]) -> dict[str, Any]:
    said: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        if row["severity"] in ("error", "warn"):
            said[row["application_id"]][row["code"]] = row["message"]
    right: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    misses: list[FindingMiss] = []
    for application in truth:
        expected = {finding["code"] for finding in application["findings"]}
        got = said.pop(pairs.get(application["id"], ""), {})
        for code in sorted(expected | set(got)):
            if code in expected and code in got:
                right[code] += 1
                continue
            (missed if code in expected else wrong)[code] += 1
            misses.append(
                FindingMiss(
                    application=application["id"],
                    code=code,
                    expected=code in expected,
                    message=got.get(code, ""),
                )
            )
    for application_id, got in said.items():
        for code, message in got.items():
            wrong[code] += 1
            misses.append(
                FindingMiss(application=application_id, code=code, expected=False, message=message)
            )
    hits = right.total()
    return {
        "findings_recall": Share(hits=hits, total=hits + missed.total()),
        "findings_precision": Share(hits=hits, total=hits + wrong.total()),
        "findings_by_code": tuple(
            (code, right[code], missed[code], wrong[code])
            for code in sorted(set(right) | set(missed) | set(wrong))
        ),
        "finding_misses": tuple(misses),
    }


def _score_matches(truth: list[Any], pairs: Mapping[str, str], rows: list[Row]) -> dict[str, Any]:
    first = {row["application_id"]: row for row in rows if row["rank"] == "1"}
    top = present = accepted = false = 0
    for application in truth:
        row = first.get(pairs.get(application["id"], ""))
        registration = application["registration_id"]
        same = row is not None and row["registration_id"] == registration
        taken = row is not None and row["decision"] == "accepted"
        if registration:
            present += 1
            top += same
        accepted += taken
        false += taken and not same
    return {
        "match_top": Share(hits=top, total=present),
        "match_accepted": Share(hits=accepted, total=len(truth)),
        "match_false": false,
    }


def _score_pages(truth: list[Any], rows: list[Row]) -> Share:
    """Pages of the applications with the right type."""
    types = {place: row["type"] for row in rows for place in _row_pages(row)}
    total = hits = 0
    for application in truth:
        for volume in application["volumes"]:
            for document in volume["documents"]:
                for file, page in document["pages"]:
                    total += 1
                    hits += types.get((file, page)) == document["type"]
    return Share(hits=hits, total=total)


def _score_ranges(truth: list[Any], rows: list[Row]) -> Share:
    """Documents whose pages are those of as many rows, each an unbroken range of one file."""
    said = Counter((row["type"], *sorted(_row_pages(row))) for row in rows)
    total = hits = 0
    for application in truth:
        for volume in application["volumes"]:
            for document in volume["documents"]:
                if document["type"] == _BLANK:
                    continue
                pages = sorted((file, page) for file, page in document["pages"])
                total += 1
                hits += all((document["type"], *part) in said for part in _unbroken(pages))
    return Share(hits=hits, total=total)


def _unbroken(pages: list[tuple[str, int]]) -> list[list[tuple[str, int]]]:
    """Sorted pages parted where the file changes or a page is left out."""
    parts: list[list[tuple[str, int]]] = []
    for file, page in pages:
        if parts and parts[-1][-1] == (file, page - 1):
            parts[-1].append((file, page))
        else:
            parts.append([(file, page)])
    return parts


def _score_volumes(truth: list[Any], pairs: Mapping[str, str], rows: list[Row]) -> Share:
    """Volumes of the truth that a volume of the paired application equals, page by page."""
    found: dict[tuple[str, str], set[tuple[str, int]]] = defaultdict(set)
    for row in rows:
        if row["type"] != _BLANK:
            found[row["application_id"], row["volume"]].update(_row_pages(row))
    total = hits = 0
    for application in truth:
        own = [p for (a, _), p in found.items() if a == pairs.get(application["id"], "")]
        for volume in application["volumes"]:
            pages = {
                (file, page)
                for document in volume["documents"]
                if document["type"] != _BLANK
                for file, page in document["pages"]
            }
            total += 1
            hits += pages in own
    return Share(hits=hits, total=total)


def _score_differences(truth: list[Any], pairs: Mapping[str, str], rows: list[Row]) -> Share:
    said = {(row["application_id"], row["key"]) for row in rows if row["kind"] == "content"}
    planted = [
        (pairs.get(application["id"], ""), difference["key"])
        for application in truth
        for difference in application.get("differences", ())
    ]
    return Share(hits=sum(entry in said for entry in planted), total=len(planted))


def summary(result: Score) -> str:
    """The figures as plain text: one line each, the misses below."""
    lines = [
        f"applications found      {result.applications}",
        f"applications invented   {result.applications_invented}",
        f"fields exact            {result.fields}",
        f"values accepted         {result.accepted}, {result.known_empty} as left empty",
        f"silent errors           {result.silent_errors}",
        f"pages of the right type {result.document_pages}",
        f"document ranges right   {result.document_ranges}",
        f"volumes split right     {result.volumes_split}",
        f"findings recall         {result.findings_recall}",
        f"findings precision      {result.findings_precision}",
        f"match, first candidate  {result.match_top}",
        f"match, accepted         {result.match_accepted}",
        f"match, false accepts    {result.match_false}",
        f"differences recall      {result.differences_recall}",
    ]
    weak = [(key, share) for key, share in result.fields_by_key if share.hits < share.total]
    if weak:
        lines += ["", "keys with misses"]
        lines += [f"  {key:<24}{share}" for key, share in weak]
    silent = [miss for miss in result.field_misses if miss.state in UNATTENDED]
    if silent:
        lines += ["", "silent errors"]
        lines += [
            f"  {miss.application} {miss.medium} {miss.volume} {miss.key}: "
            f"truth {miss.truth!r}, accepted {miss.value!r}"
            for miss in silent
        ]
    if result.finding_misses:
        lines += ["", "findings missed (-) and wrong (+)"]
        lines += [
            f"  {'-' if miss.expected else '+'} {miss.application} {miss.code} {miss.message}"
            for miss in result.finding_misses
        ]
    return "\n".join(lines)
