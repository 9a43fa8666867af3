"""Years in the headings of a form's tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.forms.labels import squeeze

_HEADING = re.compile(
    r"[(（\[【]?(?P<year>(?:[1l]9|2[0OoQ])[0-9OoQlI]{2})(?:[.\-/年](?:12)?[.\-/月]?(?:31日?)?)?"
    r"(?:年度|年末|年底|度|年|末)?(?:数|实绩|实际|完成)?[)）\]】]?(?:[(（][^()（）]{1,6}[)）])?"
)
_WITHIN = re.compile(
    r"(?<![:：\d])(?:(?P<year>(?:19|20)\d{2})(?:年(?:度|末|底)?|度|末|底|(?=[)）\]】]))"
    r"|^(?P<first>(?:19|20)\d{2})(?=[^\d.,，]))"
)
"""A year that is part of a label.  Without 年 it stands first or in brackets; behind a label
stands a value (``注册资本：2000``, ``注册资本（万元）2000万元``)."""
_RELATIVE = {
    "上年": 1, "上一年": 1, "上年度": 1, "上一年度": 1, "去年": 1, "上年末": 1,
    "前年": 2, "前一年": 2, "前年度": 2, "大前年": 3, "前二年": 2, "前三年": 3,
}  # fmt: skip


def year_of_heading(text: str, years: Sequence[int] = ()) -> int | None:
    """The year that a heading names: ``2018年``, ``2018年度``, ``2018``, ``上年``.

    Args:
        text: The heading's text.
        years: The years that the form is about, oldest first; relative words count back
            from the year after the last of them.

    Returns:
        The year, or ``None`` where the text is no heading of a year.
    """
    plain = squeeze(text)
    found = _HEADING.fullmatch(plain)
    if found:
        digits = re.sub(r"[OoQ]", "0", found["year"])
        return int(re.sub(r"[lI]", "1", digits))
    if years and plain in _RELATIVE:
        return years[-1] + 1 - _RELATIVE[plain]
    return None


def year_within(text: str) -> tuple[int | None, str]:
    """A year within a label, and the label without it (``2020年营业收入``)."""
    plain = squeeze(text)
    found = list(_WITHIN.finditer(plain))
    if len(found) != 1:
        return None, plain
    rest = plain[: found[0].start()] + plain[found[0].end() :]
    return int(found[0]["year"] or found[0]["first"]), rest
