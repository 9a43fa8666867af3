"""Tables from outside: the online platform's registrations, and the titles in force.

Excel (.xlsx) or CSV, as offices send them: title rows above the header, headers in one or
two rows, Chinese header names, GBK or UTF-8.  Codes that a spreadsheet turned into numbers
are kept as they look and said to be damaged; they are never restored by guessing.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from extractors.values.choices import find_option
from extractors.values.codes import compact_code
from extractors.values.dates import parse_date
from extractors.values.kinds import FieldKind
from extractors.values.normalise import normalise
from extractors.values.tidy import comparable, fold, tidy_name
from pipeline.errors import InputError
from pipeline.programme import HeaderMap, Programme
from pipeline.records import Registration, Title
from pipeline.sheets import sheets_of

_log = logging.getLogger("zjtx")

_HEADER_DEPTH = 20
"""So many rows at the top are searched for the header."""

NUMBERED_BY_ROW = "row-"
"""Begins the numbers of registrations whose table has none of its own."""
_NAMES_PARTING = re.compile(r"[|｜;；、,，/\n]+")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]+")
NO_NAMES = frozenset({"", "无", "-", "—"})
"""What stands in a cell of former names where there is none."""

_TOTALS = {"合计", "总计", "小计"}


class ColumnsMissingError(InputError):
    """A table that can be read, but is none of those that were looked for."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row by the keys of the header map, and where it stood (from 1)."""

    number: int
    values: Mapping[str, str]


def read_registrations(path: Path, programme: Programme) -> tuple[Registration, ...]:
    """The rows of the platform's export.

    Args:
        path: .xlsx or .csv.
        programme: its header names, tiers, districts and fields are used.

    Returns:
        One record for each row with a name or a code; a row without an id of its own is
        called by its place in the table.

    Raises:
        InputError: the file cannot be used, or a required column is missing.
    """
    found: list[Registration] = []
    used: dict[str, int] = {}
    for row in read_table(path, programme.registration_headers):
        record = _registration(row, programme)
        times = used[record.registration_id] = used.get(record.registration_id, 0) + 1
        if times > 1:
            _log.warning("%s, row %d: its id stands there before", path.name, row.number)
            record = record.model_copy(
                update={"registration_id": f"{record.registration_id}#{times}"}
            )
        found.append(record)
    damaged = sum(1 for record in found if _SCIENTIFIC.fullmatch(record.uscc))
    if damaged:
        _log.warning("%s: %d codes were turned into numbers and are lost", path.name, damaged)
    return tuple(found)


def read_titles(path: Path, programme: Programme) -> tuple[Title, ...]:
    """The list of titles.

    Raises:
        InputError: the file cannot be used, or a required column is missing.
    """
    return tuple(
        Title(
            enterprise_name=tidy_name(row.values.get("enterprise_name", "")),
            uscc=_code(row.values.get("uscc", "")),
            tier=tier_id(row.values.get("tier", ""), programme),
            year=row.values.get("year", "").removesuffix("年"),
            number=row.values.get("number", ""),
            product_name=row.values.get("product_name", ""),
            valid_from=_date(row.values.get("valid_from", "")),
            valid_to=_date(row.values.get("valid_to", "")),
        )
        for row in read_table(path, programme.title_headers)
    )


def read_table(
    path: Path,
    headers: Sequence[HeaderMap],
    *,
    kept_in: str = "规则包 registrations.toml",
    nameless: bool = False,
    every_sheet: bool = False,
) -> Iterator[TableRow]:
    """The rows of a table whose header names are known.

    Rows before the header, empty rows, repeated headers and rows of totals are left out.

    Args:
        path: .xlsx or .csv.
        headers: names of the columns.
        kept_in: where a person may add names of columns.
        nameless: whether rows with neither name nor code are wanted too.
        every_sheet: whether the rows of all sheets with these columns are wanted, not of the
            first one only.

    Raises:
        ColumnsMissingError: a required column is missing.
        InputError: the file cannot be used.
    """
    seen: list[str] = []
    tables: list[Iterator[TableRow]] = []
    for sheet in sheets_of(path):
        rows = iter(sheet)
        top = list(islice(rows, _HEADER_DEPTH))
        header = _find_header(top, headers)
        if header is None:
            seen += [cell for row in top for cell in row if cell and cell not in seen]
            continue
        depth, columns = header
        found = _rows(top[depth:], rows, depth, columns, top[depth - 1])
        tables.append(found)
        if not every_sheet:
            break
    if tables:
        named = ("enterprise_name", "uscc")
        rows_ = chain.from_iterable(tables)
        return (row for row in rows_ if nameless or any(row.values.get(key) for key in named))
    required = "、".join(item.headers[0] for item in headers if item.required)
    raise ColumnsMissingError(
        f"{path.name}: the required columns were not found; wanted: {required}; "
        f"found: {'、'.join(seen[:30]) or 'nothing'}",
        f"请检查表头，或在{kept_in}中补充该表使用的列名。",
    )


def _rows(
    first: Sequence[list[str]],
    rest: Iterator[list[str]],
    depth: int,
    columns: Mapping[str, int],
    header: list[str],
) -> Iterator[TableRow]:
    def all_rows() -> Iterator[list[str]]:
        yield from first
        yield from rest

    for number, cells in enumerate(all_rows(), start=depth + 1):
        values = {key: cells[at] for key, at in columns.items() if at < len(cells) and cells[at]}
        begins = next((cell for cell in cells if cell), "")
        totals = not _TOTALS.isdisjoint(
            text.replace(" ", "") for text in (begins, values.get("enterprise_name", ""))
        )
        if not values or totals or cells == header:
            continue
        yield TableRow(number, values)


def _registration(row: TableRow, programme: Programme) -> Registration:
    values = row.values
    plain = {key: fold(values.get(key, "")) for key in ("authority", "industry", "status")}
    known = set(Registration.model_fields)
    further = tuple(
        (key, _field_value(key, text, programme))
        for key, text in values.items()
        if key not in known
    )
    return Registration(
        registration_id=values.get("registration_id") or f"{NUMBERED_BY_ROW}{row.number}",
        enterprise_name=tidy_name(values.get("enterprise_name", "")),
        uscc=_code(values.get("uscc", "")),
        former_names=part_names(values.get("former_names", "")),
        tier=tier_id(values.get("tier", ""), programme),
        district=_district(values.get("district", ""), programme),
        legal_rep=normalise(FieldKind.PERSON, values.get("legal_rep", "")).value,
        contact=normalise(FieldKind.PERSON, values.get("contact", "")).value,
        phone=normalise(FieldKind.TEL, values.get("phone", "")).value,
        submitted=_date(values.get("submitted", "")),
        values=further,
        **plain,
    )


def part_names(text: str) -> tuple[str, ...]:
    """The names of a cell that holds several, parted by ``|`` and the like."""
    names = (tidy_name(name) for name in _NAMES_PARTING.split(text))
    return tuple(name for name in names if name not in NO_NAMES)


def _code(text: str) -> str:
    """A code in capitals; one that was turned into a number stays as it looks."""
    return text if _SCIENTIFIC.fullmatch(text) else compact_code(text)


def _date(text: str) -> str:
    reading = parse_date(text)
    return reading.iso if reading else fold(text)


def tier_id(text: str, programme: Programme) -> str:
    """The tier's id where the text names exactly one; otherwise the text itself."""
    plain = _bare(text)
    if not plain:
        return ""
    names = {
        _bare(name): tier.id
        for tier in programme.tiers
        for name in (tier.id, tier.name, *tier.form_titles)
    }
    exact = names | {_bare(alias): tier.id for tier in programme.tiers for alias in tier.aliases}
    if plain in exact:
        return exact[plain]
    inside = [name for name in names if name in plain or plain in name]
    longest = max(map(len, inside), default=0)
    ids = {names[name] for name in inside if len(name) == longest}
    return ids.pop() if len(ids) == 1 else fold(text)


def _bare(text: str) -> str:
    return re.sub(r"[“”\"'‘’「」\s]", "", comparable(text))


def _district(text: str, programme: Programme) -> str:
    options = [district.name for district in programme.districts]
    aliases = [(alias, unit.name) for unit in programme.districts for alias in unit.aliases]
    short = re.sub(rf"^(?:{programme.province})?(?:{programme.city})?", "", fold(text))
    return find_option(text, options, aliases) or find_option(short, options, aliases) or fold(text)


def _field_value(key: str, text: str, programme: Programme) -> str:
    for item in programme.fields:
        if item.key == key.partition(".")[0]:
            unit = item.unit if item.kind is FieldKind.MONEY else ""
            return normalise(item.kind, text, unit, item.options, item.option_aliases).value
    return fold(text)


# --- header ------------------------------------------------------------------------------


def _find_header(
    top: Sequence[list[str]], headers: Sequence[HeaderMap]
) -> tuple[int, dict[str, int]] | None:
    """How many rows lie above the data, and the column of each key."""
    best: tuple[int, dict[str, int]] | None = None
    for depth in range(1, len(top) + 1):
        single = [[cell] for cell in top[depth - 1]]
        options = [single]
        if depth > 1:
            options.append(_two_rows(top[depth - 2], top[depth - 1]))
        for names in options:
            columns = _columns(names, headers)
            complete = all(item.key in columns for item in headers if item.required)
            if complete and columns and (best is None or len(columns) > len(best[1])):
                best = depth, columns
    return best


def _two_rows(upper: list[str], lower: list[str]) -> list[list[str]]:
    """Names of each column where a merged upper row stands above the lower one."""
    names = []
    carried = ""
    for at in range(max(len(upper), len(lower))):
        above = upper[at] if at < len(upper) else ""
        below = lower[at] if at < len(lower) else ""
        carried = above or carried
        names.append([carried + below, below] if below else [above])
    return names


def _columns(names: Sequence[list[str]], headers: Sequence[HeaderMap]) -> dict[str, int]:
    spelled = [[_header_key(name) for name in options if name] for options in names]
    columns: dict[str, int] = {}
    for item in headers:
        for header in item.headers:
            wanted = _header_key(header)
            free = (
                at
                for at, options in enumerate(spelled)
                if at not in columns.values() and _is_header(options, wanted)
            )
            at = next(free, None)
            if at is not None:
                columns[item.key] = at
                break
    return columns


def _is_header(options: Sequence[str], wanted: str) -> bool:
    return any(name == wanted or re.sub(r"（[^（）]*）$", "", name) == wanted for name in options)


def _header_key(text: str) -> str:
    return re.sub(r"[*※:：]", "", comparable(text))
