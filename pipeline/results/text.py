"""Text from paper made fit for files that other programs open.

Paper, file names and disc copies are untrusted: a line of text may start like a formula,
hold control characters, turn the direction of writing around or run over many pages.
Two treatments, for two readers:

* :func:`printable` for every output: what no screen shows becomes a visible sign, so that
  nothing is hidden and nothing breaks XML, a cell or a terminal.
* :func:`guard` for CSV on top of it: a text that a spreadsheet would run as a formula gets
  an apostrophe in front.  :func:`unguard` takes it off again, exactly, for programs.

Spreadsheet programs differ in what they run: ``= + - @``, a leading tab, carriage return or
line feed, and in East Asian settings the full-width signs (OWASP ASVS 5, 1.2.10; CWE-1236).
"""

from __future__ import annotations

import re
import unicodedata

CELL_LIMIT = 32_767
"""Characters that one spreadsheet cell can hold."""

_TRIGGER = r"[\s\0]*[=+\-@＝＋－＠]|[\t\r\n\0]"
_STARTS_FORMULA = re.compile(rf"'*(?:{_TRIGGER})")
_GUARDED = re.compile(rf"'+(?:{_TRIGGER})")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")

_DIRECTION = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REPLACEMENT = "\ufffd"


def printable(text: str) -> str:
    r"""The text with every character that is not shown turned into one that is.

    Line ends become ``\n``; tabs stay; other control characters become their picture
    (``\x07`` → ``␇``); marks that turn the direction of writing, lone surrogates and
    code points that XML forbids become ``U+FFFD``.
    """
    if text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(_shown(char) for char in text)


def _shown(char: str) -> str:
    if char in "\t\n" or char.isprintable():
        return char
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    category = unicodedata.category(char)
    # Spaces other than U+0020, line separators, soft hyphens and private-use characters (some
    # fonts of offices live there) are legal and harmless.
    hidden = category in {"Cc", "Cs"} or char in _DIRECTION or code & 0xFFFE == 0xFFFE
    return _REPLACEMENT if hidden else char


def is_plain_number(text: str) -> bool:
    """Whether the text is a decimal number in ASCII, which is never a formula."""
    return _PLAIN_NUMBER.fullmatch(text) is not None


def guard(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet might run it.

    Numbers stay numbers, ``-3.5`` included.  ``unguard(guard(text)) == text`` for every text.
    """
    if _STARTS_FORMULA.match(text) and not is_plain_number(text):
        return "'" + text
    return text


def unguard(text: str) -> str:
    """The text as it was before :func:`guard`."""
    return text[1:] if _GUARDED.match(text) else text


def shortened(text: str, limit: int = CELL_LIMIT) -> str:
    """The text cut to ``limit`` characters, with ``…`` at the end where something was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def one_line(text: str) -> str:
    """The text on one line: every run of white space becomes one space."""
    return " ".join(printable(text).split())


def number_text(number: float, decimals: int = 4) -> str:
    """A number as CSV states it: at most ``decimals`` decimals, no trailing zeros."""
    text = f"{number:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
