"""How far a value may be believed: from one reading, and from what others say to it.

A value is accepted only when almost nothing speaks against it.  Whatever does is put into
words for the clerk.  Only one thing is ever put in a value's place: what a Word file states,
where the pixels bear it nearly as well as what was read; a person is asked to look then.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from extractors.enterprises.names import parse_name
from extractors.forms.spec import FoundValue
from extractors.page import TextSource
from extractors.values.kinds import FieldKind
from extractors.values.reading import Normalised
from extractors.values.similarity import look_alike, may_be_read_as, ocr_distance
from pipeline.records import FieldState

READ_ALONE = 0.93
"""Read confidence that a value needs which nothing else confirms."""
READ_CONFIRMED = 0.80
"""… that a value needs which another reading, a checksum or the licence confirms.  One engine
misreads one character the same way twice, so a second reading of its own proves little."""
READ_PROVED = 0.50
"""… that a value needs which a Word file states too, where nothing was read, or which other
figures on its page add up to."""
READ_AT_ALL = 0.35
"""Below it the text is no reading."""
PLACE_ALONE = 0.88
"""Place confidence that a value needs which nothing else confirms."""
PLACE_CONFIRMED = 0.60
READ_CLEAR = 0.99
"""… from which a reader passed nothing over and wrote nothing that does not stand there."""
READ_DATE_UNDER_SEAL = 0.98
"""A whole date, year to day, survives a stamp when it is read so surely; names do not."""
READ_DAY_UNDER_SEAL = 0.99
"""… where the stamp is as dark as print, or lies on a day of one figure."""
_LETTER_OR_FIGURE = re.compile(r"[A-Z][1l](?![0-9a-z]|\.\d)")
"""``Al`` and ``A1`` look alike in many fonts, and readers are sure of either; ``V1.0`` is none."""
_NO_OFFICE = re.compile(r"(?<!公)司$")
"""Local offices end in 局, which a low scan makes a 司 of."""
_SERIAL = re.compile(r"(?=(?:[^0-9]*\d){6})[!-`{-~]+")
"""A number with capitals in it: no small l among them."""
_WHOLE_DATE = len("2021-06-04")
_OPEN_DAY = re.compile(r"月\s*[\d一二三四五六七八九十]+\s*$")
_WHOLE_DAY = re.compile(r"(?:\d{2}日?|十[一二三四五六七八九]?日)\s*$")
"""A stamp hides one of two figures and leaves no gap; a day written with both is whole."""
_BODY = re.compile(r"(?:公司|事务所|中心|研究院|研究所|协会|商会|学会|厂|分所|局|厅)$")
_SECOND_LEVEL = 0xD8
"""First byte from which GB 2312 holds its less common characters."""
_SETTLED = frozenset({FieldKind.NAME, FieldKind.PERSON, FieldKind.TEXT})
_RARE = frozenset({FieldKind.NAME, FieldKind.PERSON})
READ_RARE = 0.96
"""Names hold rare characters that a recogniser takes for common ones with some confidence."""


class Elsewhere(NamedTuple):
    """What another place in the same volume states for the same key."""

    value: str
    under_seal: bool


@dataclass
class Reading:
    """One value in one volume, with all that speaks for and against it."""

    key: str
    kind: FieldKind
    volume: str
    volume_name: str
    """For a clerk: ``纸质第1册``."""
    found: FoundValue | None
    """``None`` where the label was found nowhere."""
    normal: Normalised
    source: TextSource
    doubts: list[str] = field(default_factory=list)
    elsewhere: list[Elsewhere] = field(default_factory=list)
    """Places in the same volume that state something else."""
    disputes: list[str] = field(default_factory=list)
    """Other copies that state something else: one of them may be wrong, or the papers are."""
    confirmations: int = 0
    proved: bool = False
    """Whether a source that needs no reading says the same."""
    rivals: tuple[tuple[str, str], ...] | None = None
    """Of the lines that it was read from: characters with others that might stand there."""
    stamps_differ: list[str] = field(default_factory=list)
    """Stamps over it that nearly repeat the value: one of the two is misread."""
    under_seal: frozenset[str] = frozenset()
    """Colours of the stamps over it: what is left of the characters is read with confidence."""

    def agree(self, other: Reading) -> None:
        """Note that another statement has the same value."""
        self.confirmations += 1
        self.proved = self.proved or other.source is TextSource.WORD

    @property
    def value(self) -> str:
        """The normalised value; empty where there is none."""
        return self.normal.value

    @property
    def left_open(self) -> str | None:
        """Characters of the value in place of which the pixels would bear others as well."""
        if self.rivals is None:
            return None
        doubted = {read for read, _ in self.rivals}
        return "".join(dict.fromkeys(sign for sign in self.value if sign in doubted))

    @property
    def stated(self) -> bool:
        """Whether the applicant wrote something that was seen."""
        return self.found is not None and not self.found.empty and bool(self.normal.value)


def confirm(readings: Sequence[Reading]) -> None:
    """Let the readings of one key in several volumes confirm or doubt each other."""
    stated = [reading for reading in readings if reading.stated]
    for reading in stated:
        for other in stated:
            if other is reading:
                continue
            if other.value == reading.value:
                reading.agree(other)
            else:
                reading.disputes.append(f"与{other.volume_name}“{_short(other.value)}”不一致")
    if stated:
        for reading in readings:
            if reading.found is not None and reading.found.empty:
                names = "、".join(other.volume_name for other in stated)
                reading.disputes.append(f"该栏目为空，但{names}有值")


def compare_two(one: Reading, other: Reading) -> None:
    """Let two statements of one thing in different papers of a volume confirm each other."""
    if not one.stated or not other.stated:
        return
    if one.value == other.value:
        one.agree(other)
        other.agree(one)
    elif (
        len(one.value) > 2
        and Levenshtein.distance(one.value, other.value) <= 2
        and not _clearly_differ(one, other)
    ):
        one.doubts.append(f"与证明材料“{_short(other.value)}”相近而不同，可能识别有误")
        other.doubts.append(f"与申报表“{_short(one.value)}”相近而不同，可能识别有误")


def _clearly_differ(one: Reading, other: Reading) -> bool:
    """Whether two near texts are two, and no slip of the reader explains the difference."""
    if not (_was_clear(one) and _was_clear(other)):
        return False
    if has_more(one.value, other.value):
        return True
    told = all(each.rivals is not None or each.source is TextSource.WORD for each in (one, other))
    return told and differ_in_more(one.value, other.value, one.left_open, other.left_open)


def differ_in_more(
    one: str, other: str, open_in_one: str | None, open_in_other: str | None
) -> bool:
    """Whether two texts of one length differ in two characters or more that readers do not mix up.

    Args:
        one: A text.
        other: Another.
        open_in_one: Characters of the one that the pixels leave open.
        open_in_other: Those of the other.
    """
    if len(one) != len(other):
        return False
    changed = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    left_open = (open_in_one or "") + (open_in_other or "")
    plain = [
        (a, b)
        for a, b in changed
        if a not in left_open and b not in left_open and not look_alike(a, b)
    ]
    return len(plain) >= 2 and len(plain) == len(changed)


def has_more(one: str, other: str) -> bool:
    """Whether all that two texts differ in are common characters that one has more.

    A former name may lack a single 市.  A reader that was sure of the whole line passed no
    common character over, nor wrote one where none stands; taking one for another it may.
    """
    short, long = sorted((one, other), key=len)
    steps = Levenshtein.editops(short, long)
    added = "".join(long[step.dest_pos] for step in steps if step.tag == "insert")
    return (
        len(added) == len(steps)
        and all("\u4e00" <= sign <= "\u9fff" for sign in added)
        and not rare_characters(added)
    )


def _was_clear(reading: Reading) -> bool:
    found = reading.found
    return found is not None and found.read_confidence >= READ_CLEAR and not reading.under_seal


def rare_characters(text: str) -> str:
    """The characters that are neither common in GB 2312 nor usual in names.

    Readers mistake them for each other with full confidence (``凇`` for ``淞``).
    """
    return "".join(dict.fromkeys(character for character in text if _is_rare(character)))


@lru_cache(maxsize=1)
def _usual_in_names() -> frozenset[str]:
    table = tomllib.loads(files("dictionaries").joinpath("characters.toml").read_text("utf-8"))
    return frozenset(table["common_in_names"])


def _is_rare(character: str) -> bool:
    if not "\u3400" <= character <= "\u9fff" or character in _usual_in_names():
        return False
    try:
        return character.encode("gb2312")[0] >= _SECOND_LEVEL
    except UnicodeEncodeError:
        return True


def settle(reading: Reading, exact: Sequence[str]) -> None:
    """Let what a Word file states decide between characters that the pixels leave open.

    Recognisers write a rare character as its common look-alike every time they meet it, so
    no second reading helps.  Their second choice and a text that needed no reading together do.

    Args:
        reading: Of a scanned page.
        exact: Texts and names in the Word files of the application.
    """
    if reading.kind not in _SETTLED or not reading.stated or reading.value in exact:
        return
    fitting = {text for text in exact if may_be_read_as(text, reading.value, reading.rivals or ())}
    if len(fitting) != 1:
        return
    reading.doubts.append(f"识别为“{_short(reading.value)}”，个别字按电子版拟定，请核对")
    reading.normal = replace(reading.normal, value=fitting.pop())


def compare_with_exact(reading: Reading, exact: Sequence[str]) -> None:
    """Let names that needed no reading prove a name, or doubt one that is nearly the same."""
    if reading.kind is not FieldKind.NAME or reading.source is TextSource.WORD:
        return
    if reading.value in exact:
        reading.proved = True
        return
    for name in exact:
        exactly = Reading(
            reading.key, reading.kind, "", "", reading.found, Normalised(name), TextSource.WORD
        )
        if _clearly_differ(reading, exactly):
            continue
        if 0 < Levenshtein.distance(reading.value, name) <= 2 < len(reading.value):
            reading.doubts.append(f"与电子版“{_short(name)}”相近而不同，可能识别有误")


def _short(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:19]}…"


class Judged(NamedTuple):
    """What is to be thought of a reading."""

    state: FieldState
    reason: str
    """In Chinese why a person should look; empty when accepted."""
    read_surely: bool
    """Whether nothing but what other copies state speaks against it."""


def judge(reading: Reading) -> Judged:
    """How far a reading is to be believed, and what a person should be told."""
    found = reading.found
    if found is None:
        return Judged(FieldState.MISSING, "未找到该栏目", read_surely=False)
    if found.empty or not reading.normal.value:
        reasons = [*found.doubts, *reading.doubts]
        if reading.normal.doubt:
            reasons.append(reading.normal.doubt)
        words = _in_words([*reasons, *reading.disputes])
        if found.doubts:
            return Judged(FieldState.UNREADABLE, words, read_surely=False)
        if words:  # another copy has a value: was it left empty, or not seen?
            return Judged(FieldState.REVIEW, words, read_surely=found.empty and not reasons)
        return Judged(FieldState.MISSING, "该栏目为空", read_surely=True)
    if found.read_confidence < READ_AT_ALL:
        return Judged(FieldState.UNREADABLE, "有内容但无法辨认", read_surely=False)
    reasons = _doubts_of_reading(reading, found)
    words = _in_words([*reasons, *reading.disputes])
    state = FieldState.REVIEW if words else FieldState.ACCEPTED
    return Judged(state, words, read_surely=not reasons)


def _lacks_its_front(name: str) -> bool:
    """Whether a name is but trade and form: the line that it was read from began too late."""
    parts = parse_name(name)
    return bool(parts.form and parts.trade) and not parts.brand


@lru_cache(maxsize=1)
def _lone_figure() -> re.Pattern[str]:
    """One figure before a text that it counts nothing of: a speck, a row's or a stamp's."""
    table = tomllib.loads(files("dictionaries").joinpath("form_words.toml").read_text("utf-8"))
    return re.compile(rf"\d(?=[\u4e00-\u9fff])(?![{table['counted']}])")


def _lacks_its_day(reading: Reading) -> bool:
    """Whether a date ends with its month and is not written so: ``2021/5``, or under a stamp."""
    found = reading.found
    written = found is not None and found.raw.rstrip().endswith("月")
    ends = len(reading.value) < _WHOLE_DATE and "/" not in reading.value
    return ends and (bool(reading.under_seal) or not written)


def _left_open(reading: Reading) -> list[tuple[str, str]]:
    """Rare characters that the pixels leave open, with what else may stand there.

    In running text the words decide between 刺 and 剌; in the name of a body nothing does, so
    there a common character with a rare rival counts too.
    """
    body = _BODY.search(reading.value) is not None
    return [
        (read, others)
        for read, others in reading.rivals or ()
        if read in reading.value and (rare_characters(read) or (body and rare_characters(others)))
    ]


def _is_explained(reading: Reading, other: Elsewhere) -> bool:
    """Whether a stamp, a tick or a character that readers mistake explains another place."""
    if reading.kind is FieldKind.CHOICES:
        unseen = set(other.value.split(";")) < set(reading.value.split(";"))
        return reading.proved and unseen  # a faint tick looks like none
    if other.under_seal and len(other.value) < len(reading.value):
        rest = iter(reading.value)
        if all(character in rest for character in other.value):
            return True  # the stamp hid the rest
    rare = rare_characters(reading.value + other.value)
    return reading.proved and ocr_distance(other.value, reading.value, rare) < 1


def _in_words(reasons: Sequence[str]) -> str:
    return "；".join(dict.fromkeys(reasons))


def _doubts_of_reading(reading: Reading, found: FoundValue) -> list[str]:
    """What speaks against a value that was read, other copies left aside."""
    reasons = [*found.doubts, *reading.doubts]
    reasons += [
        f"同册另一处为“{_short(other.value)}”"
        for other in reading.elsewhere
        if not _is_explained(reading, other)
    ]
    if reading.normal.valid is False:
        reasons.append(reading.normal.doubt or "内容未通过校验")
    elif reading.normal.doubt and not reading.proved:
        reasons.append(reading.normal.doubt)
    confirmed = reading.confirmations > 0 or (
        reading.normal.valid is True and reading.kind is FieldKind.USCC
    )
    if not (confirmed or reading.proved):  # a ring is read less well than print
        reasons += reading.stamps_differ
    exact = reading.source is TextSource.WORD
    needed = READ_RARE if reading.kind in _RARE else READ_ALONE
    if reading.proved or found.adds_up:
        needed = READ_PROVED
    elif confirmed:
        needed = READ_CONFIRMED if reading.kind not in _RARE else READ_CONFIRMED + 0.1
    if (
        reading.kind in _RARE
        and not exact
        and not reading.proved
        and rare_characters(reading.value)
    ):
        reasons.append(f"含罕用字“{rare_characters(reading.value)}”，请核对")
    if reading.kind is FieldKind.NAME and not exact and _lacks_its_front(reading.value):
        reasons.append("企业名称缺少字号，可能未识别完整")
    serial = _SERIAL.fullmatch(reading.value)
    if reading.kind is FieldKind.TEXT and not (exact or reading.proved or serial):
        reasons += [
            f"“{sign}”中1与l难以分清，请核对" for sign in _LETTER_OR_FIGURE.findall(reading.value)
        ]
    if reading.kind is FieldKind.TEXT and not (exact or reading.proved):
        lone = _lone_figure().match(reading.value)
        if lone:
            reasons.append(f"开头的“{lone[0]}”可能不是所填内容")
    if not (exact or reading.proved) and _NO_OFFICE.search(reading.value):
        reasons.append("“司”与“局”字形相近，请核对")
    if reading.kind is FieldKind.TEXT and not reading.proved:
        reasons += [
            f"“{read}”与“{others[0]}”字形相近，请核对" for read, others in _left_open(reading)
        ]
    if not exact and found.read_confidence < needed:
        reasons.append(f"文字识别把握不足（{found.read_confidence:.2f}）")
    if reading.kind is FieldKind.DATE and _OPEN_DAY.search(found.raw):
        reasons.append("日期末尾残缺")
    if reading.kind is FieldKind.DATE and not exact and _lacks_its_day(reading):
        reasons.append("日期只有年月，日可能未识别")
    if reading.under_seal and not exact and not (confirmed or reading.proved):
        date = reading.kind is FieldKind.DATE and reading.normal.valid is True
        both_figures = _WHOLE_DAY.search(found.raw) is not None
        dark = "dark" in reading.under_seal
        enough = READ_DATE_UNDER_SEAL if both_figures and not dark else READ_DAY_UNDER_SEAL
        believed = date and found.read_confidence >= enough and (both_figures or not dark)
        if not believed:
            reasons.append("印章压盖，可能识别有误")
    if found.place_confidence < (PLACE_CONFIRMED if confirmed else PLACE_ALONE):
        reasons.append(f"是否属于该栏目把握不足（{found.place_confidence:.2f}）")
    return reasons
