"""Of long texts, only the part is shown in which they differ."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.comparison.excerpts import excerpts
from pipeline.comparison.readings import plain

LONG = "产品由公司自主研发，主要应用于半导体设备领域；额定转速26000 r/min，使用寿命由2年提高到8年。"


def test_a_changed_figure_is_shown_with_a_few_signs_around_it():
    assert excerpts((LONG, LONG.replace("26000 ", "25000"))) == (
        "…域；额定转速26000 r/mi…",
        "…域；额定转速25000r/mi…",
    )


def test_a_passage_that_only_one_text_has_is_shown_where_it_stands():
    paper, electronic = excerpts((LONG, LONG.replace("主要应用于半导体设备领域；", "")))
    assert "主要应用于半导体设备领域" in paper
    assert "半导体" not in electronic


def test_short_texts_are_shown_whole():
    assert excerpts(("王建国", "王健国")) == ("王建国", "王健国")


def test_nothing_to_compare_is_no_error():
    assert excerpts(()) == ()
    assert excerpts(("",)) == ("",)


@given(st.lists(st.text(alphabet="甲乙1 ，。Ａa", max_size=90), min_size=2, max_size=3))
def test_texts_that_say_different_things_look_different(texts):
    shown = excerpts(texts)
    assert len(shown) == len(texts)
    assert all(len(text) <= 82 for text in shown)
    if max(map(len, texts)) <= 60:
        for number, text in enumerate(texts):
            same = [plain(text) == plain(other) for other in texts]
            alike = [plain(shown[number]) == plain(other) for other in shown]
            assert [a for a, s in zip(alike, same, strict=True) if not s] == [False] * (
                len(same) - sum(same)
            )
