"""A form being drawn, whatever its layout: its values, its labels and its sheets so far."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from samples.generator.layouts import OPTIONS, YEAR_ORDER, label_of, title_of
from samples.generator.paper import Paragraph, Run, Sheet, Style, paragraph
from samples.generator.tables import Ruling

YEARLY = re.compile(r"^(\w+)\.(\d{4})$")
"""A field of one year: metric and year."""


@dataclass
class Form:
    """A form being drawn: its values and its sheets so far."""

    tier: str
    family: str
    fields: Mapping[str, str | Sequence[str]]
    labels: Mapping[str, str]
    extras: Mapping[str, object]
    rng: np.random.Generator
    style: Style
    ruling: Ruling
    sheets: list[Sheet] = field(default_factory=list)

    def sheet(self) -> Sheet:
        """Begin a new sheet."""
        fresh = Sheet(rng=self.rng)
        self.sheets.append(fresh)
        return fresh

    @property
    def title(self) -> str:
        """What the form is headed with."""
        return str(self.extras.get("title") or title_of(self.tier, self.family))

    def text(self, key: str) -> str:
        """A field as printed; choices joined."""
        value = self.fields.get(key, "")
        return value if isinstance(value, str) else "、".join(value)

    def label(self, key: str, *, unit: bool = True) -> str:
        """The label of a field on this form."""
        return label_of(key, self.family, self.labels, unit=unit)

    def value(self, key: str, align: str = "left") -> Paragraph:
        """The value of a field as a paragraph: text, or tick boxes for a choice."""
        value = self.fields.get(key, "")
        options = OPTIONS.get(key)
        if options is None or isinstance(value, str):
            text = self.text(key)
            # Typists shrink a long address on the net rather than break it.
            scale = max(0.6, min(1.0, 17 / len(text))) if "@" in text else 1.0
            return paragraph(text, key, align=align, scale=scale)
        shown = [*options, *(option for option in value if option not in options)]
        runs: list[Run] = []
        for option in shown:
            runs.append(Run(option, key, option=option, ticked=option in value))
            runs.append(Run("    "))
        return Paragraph(tuple(runs[:-1]), align=align)

    def years(self, order: Sequence[str] = YEAR_ORDER) -> tuple[list[str], list[str]]:
        """Metrics and years of the economic table."""
        metrics: dict[str, None] = {}
        years: set[str] = set()
        for key in self.fields:
            if found := YEARLY.match(key):
                metrics.setdefault(found[1])
                years.add(found[2])
        ordered = [key for key in order if key in metrics]
        return [*ordered, *(key for key in metrics if key not in ordered)], sorted(years)

    def sections(
        self,
        layout: Sequence[tuple[str, str, tuple[str, ...]]],
        apart: frozenset[str],
        beside: Mapping[str, tuple[str, ...]],
    ) -> list[tuple[str, str, list[str]]]:
        """Sections with those of their fields that this form has; unknown fields come last.

        Args:
            layout: Title, arrangement and fields of each section.
            apart: Fields that stand in no section.
            beside: Fields that stand with another, by that other.
        """
        present = {key for key in self.fields if not YEARLY.match(key)} - apart
        sections: list[tuple[str, str, list[str]]] = []
        for title, arrangement, keys in layout:
            chosen = [key for key in keys if key in present]
            present.difference_update(chosen)
            for key in chosen:
                present.difference_update(beside.get(key, ()))
            if chosen or (arrangement == "years" and self.years()[1]):
                sections.append((title, arrangement, chosen))
        rest = [key for key in self.fields if key in present]
        if rest:
            sections.append(("其他情况", layout[0][1], rest))
        return sections
