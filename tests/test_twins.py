"""Twins: two enterprises that differ in one part are never taken for one without a code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from dictionaries import ROOT
from extractors.enterprises.compare import Enterprise
from extractors.enterprises.names import comparison_key, parse_name
from extractors.enterprises.regions import bare_place, regions, same_place
from extractors.enterprises.register import Register, Row
from extractors.enterprises.sounds import main_sound
from extractors.values.similarity import lookalikes
from pipeline.records import Decision
from pipeline.verdict import judge

CHARACTERS = "海鑫宏达瑞泰恒源华盛金科永兴东升立明远博通畅悔秦中光机电水天大新山川北南"
BY_SOUND: dict[str, str] = {}
for one in sorted({*CHARACTERS, *"".join(lookalikes("shapes"))}):
    BY_SOUND[main_sound(one)] = BY_SOUND.get(main_sound(one), "") + one

KNOWN_TRADES = sorted(
    tomllib.loads((ROOT / "trades.toml").read_text("utf-8"))["words"],
)
PLACES = st.one_of(
    st.sampled_from(["", "大连", "大连市", "沈阳", "辽宁省", "庄河市", "大连庄河市", "金普新区"]),
    st.sampled_from(sorted(regions().spellings)),
    st.builds(
        str.__add__,
        st.sampled_from(["", "东莞市", "大连市"]),
        st.sampled_from(["虎门镇", "狮山镇", "杏树屯街道", "大李家乡"]),
    ),
)
WORDS = st.one_of(
    st.text(CHARACTERS, min_size=2, max_size=3),
    st.sampled_from([word for word in KNOWN_TRADES if len(word) <= 3]),
    st.sampled_from([place for place in sorted(regions().spellings) if len(place) <= 3]),
).filter(lambda word: not set(word) & set("省市区县"))  # 丁青县 and 丁青 spell one place
"""Short trade names, those that look like trades or like places among them."""

TRADES = st.one_of(
    st.sampled_from([*KNOWN_TRADES, ""]),
    st.lists(st.sampled_from(KNOWN_TRADES), min_size=2, max_size=2).map("".join),
    st.sampled_from(["石墨烯", "砼制品", "卫星导航", "无人机", "脱硫脱硝", "苗木花卉"]),
)
FORMS = st.sampled_from(
    [
        *("有限公司", "股份有限公司", "有限责任公司", "集团有限公司", "（集团）有限公司"),
        *("厂", "总厂", "专业合作社", "合伙企业（有限合伙）", "工作室", "研究所"),
    ]
)


@dataclass(frozen=True)
class Named:
    """A name before it is put together."""

    place: str
    word: str
    trade: str
    form: str
    order: int
    branch: str

    def __str__(self) -> str:
        orders = (
            f"{self.place}{self.word}{self.trade}",
            f"{self.word}（{self.place}）{self.trade}",
            f"{self.word}{self.trade}（{self.place}）",
            f"{self.word}{self.trade}{self.place}",
        )
        return orders[self.order if self.place else 0] + self.form + self.branch


NAMES = st.builds(
    Named,
    PLACES,
    WORDS,
    TRADES,
    FORMS,
    st.sampled_from([0, 0, 1, 2, 3]),
    st.sampled_from(["", "", "", "金州分公司", "第一分公司"]),
)
WITNESSES = {"phones": frozenset({"18604041767"}), "legal_rep": "张三", "district": "大连市"}
SAID = st.sets(st.sampled_from(sorted(WITNESSES))).map(
    lambda keys: {key: WITNESSES[key] for key in keys}
)
OLD = "鞍山永固轴承有限公司"


def accepted(query: str, registered: str, said: dict[str, object], former: int) -> bool:
    """Whether a query is accepted for a registration that agrees with all it states but a code.

    Args:
        query: name asked for.
        registered: name of the twin.
        said: witnesses that the query states.
        former: 0 for a registration without a former name, 1 with one, 2 where the twin's name
            is itself the former one.
    """
    names = [(registered, ()), (registered, (OLD,)), (OLD, (registered,))][former]
    row = Row(names[0], "91210200MA0000017T", "18604041767", "张三", "大连市", names[1])
    register = Register.build([row])
    readings = (Enterprise(parse_name(query), **said),)  # type: ignore[arg-type]
    return judge(register.weigh(readings).weighed, readings, register).decision is Decision.ACCEPTED


def never_accepted(name: Named, twin: Named, said: dict[str, object], former: int) -> None:
    texts = str(name), str(twin)
    assume(comparison_key(texts[0]) != comparison_key(texts[1]))
    assert not accepted(*texts, said, former)
    assert not accepted(*texts[::-1], said, former)


def one_place(a: str, b: str) -> bool:
    """Whether two spellings may mean one place: hurried, former, or the same anew."""
    if bare_place(a) == bare_place(b):
        return True
    ours, theirs = (parse_name(f"{place}砾甪化工有限公司").regions for place in (a, b))
    return bool(ours) and len(ours) == len(theirs) and all(map(same_place, ours, theirs))


@settings(max_examples=300)
@given(NAMES, WORDS, SAID, st.integers(0, 2))
@example(Named("大连", "通泰", "管业", "有限公司", 0, ""), "畅通", WITNESSES, 0)
@example(Named("大连", "科达", "化工机械", "有限公司", 0, ""), "金达", WITNESSES, 2)
@example(Named("沈阳", "源光", "海洋食品", "研究所", 1, ""), "源光海", {}, 0)
@example(Named("大连市", "海鑫", "石墨烯", "有限公司", 0, ""), "宏达", WITNESSES, 1)
def test_another_trade_name_is_never_accepted_without_a_code(
    name: Named, other: str, said: dict[str, object], former: int
) -> None:
    never_accepted(name, replace(name, word=other), said, former)


@settings(max_examples=400)
@given(NAMES, st.sampled_from(["shape", "sound", "any", "more", "less"]), SAID, st.data())
def test_one_other_character_in_a_short_trade_name_is_never_accepted_without_a_code(
    name: Named, kind: str, said: dict[str, object], data: st.DataObject
) -> None:
    word = name.word
    at = data.draw(st.integers(0, len(word) - 1))
    near = {
        "shape": "".join(sorted(lookalikes("shapes").get(word[at], ""))),
        "sound": BY_SOUND.get(main_sound(word[at]), ""),
    }
    put = "" if kind == "less" else data.draw(st.sampled_from(near.get(kind) or CHARACTERS))
    other = word[:at] + put + word[at + (kind != "more") :]
    assume(2 <= len(other) <= 3)
    never_accepted(name, replace(name, word=other), said, data.draw(st.integers(0, 2)))


def test_a_short_trade_name_beside_words_of_no_dictionary_is_still_short() -> None:
    for texts in (
        ("东莞市虎门镇林阳建材厂", "东莞市虎门镇林洋建材厂"),
        ("辽宁晨光石墨烯厂", "辽宁晨兆石墨烯厂"),
        ("彝良山友石墨烯有限公司", "彝良山酉石墨烯有限公司"),
        ("北川微珠宝船舶有限公司", "北川微主宝船舶有限公司"),
        ("大连华新中医药科技有限公司", "大连华新重医药科技有限公司"),
        ("沈阳基因碳纤维研究所", "沈阳基鸿因碳纤维研究所"),
    ):
        assert not accepted(*texts, WITNESSES, 0)
        assert not accepted(*texts[::-1], WITNESSES, 0)


@settings(max_examples=300)
@given(NAMES, PLACES, SAID, st.integers(0, 2))
@example(Named("大连", "海鑫", "化工", "有限公司", 0, ""), "", WITNESSES, 0)
@example(Named("伊宁市", "海鑫", "化工", "有限公司", 0, ""), "伊宁县", WITNESSES, 0)
def test_another_region_is_never_accepted_without_a_code(
    name: Named, place: str, said: dict[str, object], former: int
) -> None:
    assume(not one_place(name.place, place))
    never_accepted(name, replace(name, place=place), said, former)


@settings(max_examples=200)
@given(NAMES, st.sampled_from(KNOWN_TRADES), st.sampled_from(KNOWN_TRADES), SAID)
def test_another_known_trade_is_never_accepted_without_a_code(
    name: Named, trade: str, other: str, said: dict[str, object]
) -> None:
    never_accepted(replace(name, trade=trade), replace(name, trade=other), said, 0)
