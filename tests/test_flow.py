"""What offices and experts return, and where an application stands after it."""

import os

import openpyxl
import pytest
from builders_out import mixed_run, programme, result, run

from pipeline.flow.records import ExpertScore, Flow, FlowEvent, FlowStep, Opinion
from pipeline.flow.returned import Applicant, read_returned, returned_files
from pipeline.flow.standing import standing_of
from pipeline.results.districts import district_workbook, of_district
from pipeline.results.workbook import write_workbook
from pipeline.results.workbook.cells import save_workbook
from pipeline.results.workbook.overview import progress_rows
from pipeline.stages.recommend import listed

NAME, CODE = "大连星河精密机械制造有限公司", "91210211MA0AB0001X"
SME = Applicant("A001", NAME, CODE, "sme")
PRODUCT = Applicant("A002", NAME, CODE, "product")
OTHER = Applicant("A003", "大连海望食品有限公司", "91210204MA0QQQQQ2T", "product")
DISTRICT = ("材料编号", "企业名称", "统一社会信用代码", "申报层次", "区市县意见", "意见说明",
            "审查人", "审查日期")  # fmt: skip
EXPERTS = (
    "企业名称",
    "统一社会信用代码",
    "申报层次",
    "专家姓名",
    "专家工作单位",
    "得分",
    "评审日期",
)


@pytest.fixture(scope="module")
def pack():
    return programme()


@pytest.fixture
def returned(tmp_path, pack):
    """Reads one table of the given rows."""

    def read(header, *rows, applicants=(SME, OTHER), formulas=()):
        workbook = openpyxl.Workbook()
        workbook.active.append(["某区2021年审查意见表"])
        workbook.active.append(list(header))
        for row in rows:
            workbook.active.append(list(row))
        for place, formula in formulas:
            workbook.active[place] = formula
        path = tmp_path / "returned.xlsx"
        workbook.save(path)
        return read_returned([("returned.xlsx", path)], applicants, pack)

    return read


def answer(opinion, name=NAME, code=CODE, tier="专精特新中小企业", day="2021-06-09", number=""):
    return (number, name, code, tier, opinion, "材料齐全", "王工", day)


def score(points, expert="张专家", employer="某大学", name=NAME, code=CODE):
    return (name, code, "中小企业", expert, employer, points, "2021-07-01")


def test_an_opinion_is_taken_with_who_and_when(returned):
    flow = returned(DISTRICT, answer("推荐"))
    (event,) = flow.events
    assert (event.application_id, event.step, event.opinion) == (
        "A001", FlowStep.DISTRICT, Opinion.AGREES,
    )  # fmt: skip
    assert (event.who, event.at, event.row) == ("王工", "2021-06-09", 3)
    assert standing_of("A001", flow).step is FlowStep.RECOMMENDED
    assert standing_of("A003", flow).step is FlowStep.RECEIVED


def test_an_empty_opinion_is_no_opinion(returned):
    flow = returned(DISTRICT, answer(""), answer("推荐", "大连海望食品有限公司", "", ""))
    assert [event.application_id for event in flow.events] == ["A003"]
    assert not flow.refused


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (answer("也许吧"), "无法识别"),
        (answer("推荐", day="下周"), "日期"),
        (answer("推荐", name="大连某某有限公司", code=""), "没有这家企业"),
        (answer("推荐", name="大连海望食品有限公司"), "不是同一家"),
        (answer("推荐", tier="专精特新产品"), "没有申报该层次"),
    ],
)
def test_a_row_that_cannot_be_used_says_why_and_stops_no_other(returned, row, word):
    flow = returned(DISTRICT, row, answer("不推荐", "大连海望食品有限公司", "", ""))
    (refused,) = flow.refused
    assert word in refused.reason and refused.row == 3
    assert [event.opinion for event in flow.events] == [Opinion.DECLINES]


def test_two_applications_of_one_enterprise_are_told_apart_or_not_at_all(returned):
    both = (SME, PRODUCT)
    assert returned(DISTRICT, answer("推荐", tier=""), applicants=both).refused
    told = returned(DISTRICT, answer("推荐", tier="", number="A002"), applicants=both)
    assert [event.application_id for event in told.events] == ["A002"]
    told = returned(DISTRICT, answer("推荐", tier="产品"), applicants=both)
    assert [event.application_id for event in told.events] == ["A002"]


def test_an_id_of_another_run_is_not_believed_against_the_name(returned):
    flow = returned(DISTRICT, answer("推荐", number="A003"))
    assert [event.application_id for event in flow.events] == ["A001"]


def test_the_later_opinion_counts_and_the_change_is_told(returned):
    flow = returned(
        DISTRICT, answer("推荐", day="2021-06-10"), answer("退回补正", day="2021-06-08")
    )
    standing = standing_of("A001", flow)
    assert standing.event(FlowStep.DISTRICT).opinion is Opinion.AGREES
    assert standing.changed == (FlowStep.DISTRICT,)


def test_scores_have_a_mean_and_a_spread(returned):
    flow = returned(EXPERTS, score(80), score("92分", "李专家"), score(86.5, "赵专家"))
    standing = standing_of("A001", flow)
    assert (standing.experts, standing.mean, standing.spread) == (3, pytest.approx(86.1667), 12.0)
    assert standing.step is FlowStep.EXPERTS


@pytest.mark.parametrize("employer", [NAME, NAME.replace("大连", "大连 "), NAME + "技术中心"])
def test_the_score_of_somebody_whom_the_applicant_employs_does_not_count(returned, employer):
    flow = returned(EXPERTS, score(60), score(99, "李专家", employer))
    standing = standing_of("A001", flow)
    assert (standing.experts, standing.mean) == (1, 60.0)
    assert standing.conflicts == ("李专家",)


@pytest.mark.parametrize("points", [101, -1, "优", "nan", "inf", "1e9"])
def test_points_outside_of_the_scale_are_refused(returned, points):
    flow = returned(EXPERTS, score(points))
    assert not flow.scores and "0至100" in flow.refused[0].reason


def test_an_expert_who_scores_twice_counts_once_with_the_last_score(returned):
    flow = returned(EXPERTS, score(50), score(70))
    assert [kept.points for kept in flow.scores] == [70.0]


def test_a_formula_is_not_evaluated(returned):
    flow = returned(EXPERTS, score(80), formulas=[("F3", "=40+40")])
    assert not flow.scores
    assert flow.refused  # the cell has no value that anybody calculated


def test_what_is_no_table_is_refused_as_a_whole(tmp_path, pack):
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 nonsense")
    (tmp_path / "b.csv").write_text("一,二\n1,2\n", encoding="utf-8")
    (tmp_path / "~$c.xlsx").write_bytes(b"lock")
    (tmp_path / "d.xls").write_bytes(b"an old workbook")
    files = [(path.name, path) for path in returned_files(tmp_path)]
    flow = read_returned(files, (SME,), pack)
    refused = [(row.file, row.row) for row in flow.refused]
    assert refused == [("a.xlsx", 0), ("b.csv", 0), ("d.xls", 0)]
    assert all(row.reason for row in flow.refused)


def test_a_link_out_of_the_folder_is_not_followed_and_gets_a_row(tmp_path, pack):
    outside = tmp_path / "outside.csv"
    outside.write_text("企业名称,区市县意见\n甲,推荐\n", encoding="utf-8")
    folder = tmp_path / "returned"
    folder.mkdir()
    (folder / "link.csv").symlink_to(outside)
    (folder / "lost.csv").symlink_to(tmp_path / "nowhere.csv")
    (folder / "all").symlink_to(tmp_path)  # a link to a folder
    os.mkfifo(folder / "pipe.csv")  # reading it would never end
    files = [(path.name, path) for path in returned_files(folder)]
    assert [name for name, _ in files] == ["all", "link.csv", "lost.csv", "pipe.csv"]
    flow = read_returned(files, (SME,), pack)
    assert not flow.events
    assert ["链接" in row.reason for row in flow.refused] == [True, True, True, False]


def test_the_sheet_that_we_send_out_can_be_read_again(tmp_path, pack):
    whole = mixed_run(pack)
    name = next(r.district for r in whole.applications)
    own = of_district(whole, name)
    book = district_workbook(own, pack, name)
    sheet = book["审查意见表"]
    header = [cell.value for cell in sheet[3]]
    for row in range(4, 4 + len(own.applications)):
        sheet.cell(row, header.index("区市县意见") + 1).value = "推荐"
        sheet.cell(row, header.index("审查日期") + 1).value = "2021年6月10日"
    save_workbook(book, tmp_path / "back.xlsx")
    applicants = [
        Applicant(r.application.application_id, r.application.enterprise_name,
                  r.application.uscc, r.application.tier)
        for r in whole.applications
    ]  # fmt: skip
    flow = read_returned([("back.xlsx", tmp_path / "back.xlsx")], applicants, pack)
    assert not flow.refused
    assert {e.application_id for e in flow.events} == {
        r.application.application_id for r in own.applications
    }


CITY = ("企业名称", "市级意见", "市级审查日期")
RESULT = ("企业名称", "认定结果", "文号")


def test_the_city_overrules_the_district_and_a_result_undoes_no_recommendation(returned):
    district = returned(DISTRICT, answer("不推荐"))
    assert standing_of("A001", district).declined_by is FlowStep.DISTRICT
    city = returned(CITY, (NAME, "同意上报", "2021-06-15"))
    both = Flow(events=(*district.events, *city.events))
    assert standing_of("A001", both).declined_by is None
    assert standing_of("A001", both).step is FlowStep.CITY
    result = returned(RESULT, (NAME, "未通过", "某文〔2021〕1号"))
    ended = standing_of("A001", Flow(events=(*both.events, *result.events)))
    assert (ended.step, ended.declined_by) == (FlowStep.RESULT, None)


def test_what_an_office_declined_is_in_no_table(pack):
    good = result(pack, "A-001")
    table = next(table for table in pack.tables if table.tier == "product")
    assert listed(table, (good,), pack) == (good,)
    declined = good.model_copy(update={"declined": "属地未推荐或已退回"})
    assert listed(table, (declined,), pack) == ()


def declined_run(pack):
    """Two that we would recommend, one of which its district sends back."""
    event = FlowEvent(
        application_id="A-001", step=FlowStep.DISTRICT, opinion=Opinion.RETURNS, at="2021-06-09",
        who="王工", note="审计报告缺页", file="区.xlsx", row=4,
    )  # fmt: skip
    results = (
        result(pack, "A-001").model_copy(update={"declined": "属地未推荐或已退回"}),
        result(pack, "A-002"),
    )
    return run(results).model_copy(update={"flow": Flow(events=(event,))})


def test_what_an_office_declined_has_a_sheet_that_says_who_when_and_why(pack, tmp_path):
    write_workbook(declined_run(pack), pack, tmp_path / "w.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "w.xlsx")["未获推荐"]
    header = [cell.value for cell in sheet[3]]
    (row,) = ([cell.value for cell in row] for row in sheet.iter_rows(min_row=4))
    told = dict(zip(header, row, strict=True))
    assert (told["材料编号"], told["环节"], told["意见"]) == ("A-001", "属地审查", "退回补正")
    assert (told["意见说明"], told["审查人"], told["审查日期"]) == (
        "审计报告缺页", "王工", "2021-06-09",
    )  # fmt: skip
    assert told["依据"] == "区.xlsx 第4行"


def test_what_an_office_declined_is_counted_as_such_and_as_recommended_nowhere(pack, tmp_path):
    data = declined_run(pack)
    row = progress_rows(data, pack)[0]
    assert (row.received, row.counts) == (2, (1, 0, 0, 1))
    write_workbook(data, pack, tmp_path / "w.xlsx")
    workbook = openpyxl.load_workbook(tmp_path / "w.xlsx")
    for name in ("进度", "各区市县汇总"):
        assert "未获推荐" in {cell.value for line in workbook[name] for cell in line}
    alone = run((result(pack, "A-002"),))
    assert progress_rows(alone, pack)[0].counts == (1, 0, 0)
    write_workbook(alone, pack, tmp_path / "w.xlsx")
    assert "未获推荐" not in openpyxl.load_workbook(tmp_path / "w.xlsx").sheetnames


def test_the_workbook_shows_standing_history_and_refusals(pack, tmp_path):
    flow = Flow(
        events=(
            FlowEvent(application_id="A-001", step=FlowStep.DISTRICT, opinion=Opinion.AGREES,
                      at="2021-06-09", who="王工", note="=1+1", file="区.xlsx", row=4),
        ),
        scores=(
            ExpertScore(application_id="A-001", expert="张专家", employer="某大学", points=60,
                        conflict=False, at="", note="", file="分.xlsx", row=3),
            ExpertScore(application_id="A-001", expert="李专家", employer="某院", points=90,
                        conflict=False, at="", note="", file="分.xlsx", row=4),
        ),
    )  # fmt: skip
    data = run((result(pack, "A-001"),)).model_copy(update={"flow": flow})
    write_workbook(data, pack, tmp_path / "w.xlsx")
    workbook = openpyxl.load_workbook(tmp_path / "w.xlsx")
    header = [cell.value for cell in workbook["办理进度"][3]]
    row = dict(zip(header, (cell.value for cell in workbook["办理进度"][4]), strict=True))
    assert row["区市县意见"] == "同意（王工 2021-06-09）"
    assert (row["专家人数"], row["平均分"], row["最高与最低分差"]) == (2, 75, 30)
    assert row["当前环节"] == "专家评审" and "差距较大" in row["提示"]
    history = [[cell.value for cell in row] for row in workbook["办理记录"].iter_rows(min_row=4)]
    assert len(history) == 3 and any("=1+1" in row for row in history)
    assert all(cell.data_type != "f" for row in workbook["办理记录"] for cell in row)
    assert "退回表问题" not in workbook.sheetnames
