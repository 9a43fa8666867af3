"""Draws audit reports: cover, opinion, balance sheet, income statement.

The figures of a specification are printed as they are given, in 元; the other lines of the
statements are made up so that the sums are right wherever the given figures allow it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

import numpy as np

from samples.generator.certificates import Values, text_of
from samples.generator.flow import Flow
from samples.generator.fonts import Face
from samples.generator.paper import A4, Paragraph, Run, Sheet, Style, mm, paragraph
from samples.generator.tables import Cell, Ruling, widths

Item = tuple[str, str, str]
"""Label, field ("" for none), amount as printed."""
_CENT = Decimal("0.01")


def draw_audit_report(values: Values, rng: np.random.Generator, family: str) -> list[Sheet]:
    """Draw the four pages of an audit report.

    Args:
        values: ``firm``, ``number``, ``opinion``, ``date``, ``client``, ``year`` and figures in
            元 (``revenue``, ``main_revenue``, ``rd_expense``, ``net_profit``, ``total_profit``,
            ``assets``, ``liabilities``), all as printed.
        rng: Source of the made-up lines.
        family: ``a``: assets beside liabilities; ``b``: one below the other.
    """
    flow = Flow(rng, Style(Face.SONG, 50, 1.6), Ruling(inner=2, outer=4, padding=8))
    _cover(flow, values, family)
    flow.new_page()
    _opinion(flow, values, family)
    flow.new_page()
    _balance(flow, values, family)
    flow.new_page()
    _income(flow, values, family)
    return flow.sheets


def _cover(flow: Flow, values: Values, family: str) -> None:
    year = text_of(values, "year")
    flow.y = mm(70)
    client = text_of(values, "client")
    if client:
        flow.title(client, 74, key="client")
    flow.space(6)
    flow.title("审 计 报 告" if family == "a" else "财务报表审计报告", 110)
    flow.space(10)
    if year:
        label = "会计年度" if family == "a" else "审计年度"
        flow.runs(Run(f"{label}："), Run(year, "year"), Run("年度"), align="centre", indent=0)
    if number := text_of(values, "number"):
        label = "报告文号" if family == "a" else "报告编号"
        flow.runs(Run(f"{label}："), Run(number, "number"), align="centre", indent=0)
    flow.y = mm(230)
    if firm := text_of(values, "firm"):
        flow.runs(Run(firm, "firm", bold=True), align="centre", indent=0)


def _opinion(flow: Flow, values: Values, family: str) -> None:
    year, client = text_of(values, "year"), text_of(values, "client")
    firm, opinion = text_of(values, "firm"), text_of(values, "opinion")
    flow.title("审计报告", 84)
    flow.space(3)
    if number := text_of(values, "number"):
        flow.runs(Run(number, "number"), align="right", indent=0)
    flow.space(3)
    if client:
        flow.runs(Run(client, "client"), Run("全体股东："), indent=0)
    if opinion:
        flow.runs(
            Run("一、审计意见：" if family == "a" else "审计意见类型："), Run(opinion, "opinion")
        )
    paragraphs = (
        f"我们审计了后附的财务报表，包括{year}年12月31日的资产负债表，{year}年度的利润表、"
        "现金流量表、所有者权益变动表以及财务报表附注。我们认为，后附的财务报表在所有重大方面"
        f"按照企业会计准则的规定编制，公允反映了公司{year}年12月31日的财务状况以及{year}年度的"
        "经营成果和现金流量。",
        "二、形成审计意见的基础",
        "我们按照中国注册会计师审计准则的规定执行了审计工作。我们相信，我们获取的审计证据是充分、"
        "适当的，为发表审计意见提供了基础。",
        "三、管理层和治理层对财务报表的责任",
        "管理层负责按照企业会计准则的规定编制财务报表，使其实现公允反映，并设计、执行和维护必要的"
        "内部控制，以使财务报表不存在由于舞弊或错误导致的重大错报。",
        "四、注册会计师对财务报表审计的责任",
        "我们的目标是对财务报表整体是否不存在由于舞弊或错误导致的重大错报获取合理保证，"
        "并出具包含审计意见的审计报告。",
    )
    for text in paragraphs:
        flow.write(text)
    flow.close(
        ("会计师事务所", "firm", firm) if firm else None,
        ("报告日期", "date", text_of(values, "date")) if "date" in values else None,
        label=family == "b",
    )


def _amount(values: Values, key: str) -> Decimal | None:
    try:
        return Decimal(text_of(values, key).replace(",", "").replace("，", ""))
    except InvalidOperation:
        return None


def printed(amount: Decimal) -> str:
    """An amount as statements print it."""
    return f"{amount.quantize(_CENT):,.2f}"


def _parts(total: Decimal, count: int, rng: np.random.Generator) -> list[Decimal]:
    """Positive parts that add up to the total."""
    shares = rng.dirichlet(np.full(count, 1.6))
    parts = [(total * Decimal(f"{share:.6f}")).quantize(_CENT) for share in shares[:-1]]
    return [*parts, total - sum(parts, Decimal(0))]


def _sum(label: str, names: Sequence[str], total: Decimal, rng: np.random.Generator) -> list[Item]:
    items = [
        (name, "", printed(part))
        for name, part in zip(names, _parts(total, len(names), rng), strict=True)
    ]
    return [*items, (label, "", printed(total))]


def _head(flow: Flow, title: str, values: Values, when: str, family: str) -> None:
    flow.title(title, 72)
    flow.space(3)
    client = text_of(values, "client")
    small = Style(Face.SONG, 38)
    y = flow.y + mm(4)
    label = "编制单位：" if family == "a" else "被审计单位："
    flow.sheet.block(
        (flow.left, y - mm(3.5), flow.right - mm(68), y + mm(3.5)),
        [Paragraph((Run(label), Run(client or " ", "client" if client else None)))],
        small,
    )
    flow.sheet.line(flow.right - mm(50), y + mm(1.2), when, small, align="centre")
    flow.sheet.line(flow.right, y + mm(1.2), "单位：元", small, align="right")
    flow.y = y + mm(6)


def balance_items(values: Values, rng: np.random.Generator) -> tuple[list[Item], list[Item]]:
    """The lines of a balance sheet: assets, and liabilities with equity."""
    assets = _amount(values, "assets")
    liabilities = _amount(values, "liabilities")
    left: list[Item] = []
    right: list[Item] = []
    if assets is not None:
        current = (assets * Decimal(f"{rng.uniform(0.45, 0.75):.4f}")).quantize(_CENT)
        left += [("流动资产：", "", "")]
        left += _sum(
            "流动资产合计",
            ("货币资金", "应收票据", "应收账款", "预付款项", "其他应收款", "存货"),
            current,
            rng,
        )
        left += [("非流动资产：", "", "")]
        left += _sum(
            "非流动资产合计",
            ("固定资产", "在建工程", "无形资产", "长期待摊费用"),
            assets - current,
            rng,
        )
    if "assets" in values:
        left.append(("资产总计", "assets", text_of(values, "assets")))
    if liabilities is not None:
        current = (liabilities * Decimal(f"{rng.uniform(0.7, 0.95):.4f}")).quantize(_CENT)
        right += [("流动负债：", "", "")]
        right += _sum(
            "流动负债合计", ("短期借款", "应付账款", "应付职工薪酬", "应交税费"), current, rng
        )
        right += [("非流动负债：", "", "")]
        right += _sum("非流动负债合计", ("长期借款",), liabilities - current, rng)
    if "liabilities" in values:
        right.append(("负债合计", "liabilities", text_of(values, "liabilities")))
    if assets is not None and liabilities is not None:
        equity = assets - liabilities
        right += [("所有者权益：", "", "")]
        right += _sum("所有者权益合计", ("实收资本", "盈余公积", "未分配利润"), equity, rng)
        right.append(("负债和所有者权益总计", "", printed(assets)))
    return left, right


def _balance(flow: Flow, values: Values, family: str) -> None:
    rng = flow.rng
    year = text_of(values, "year")
    flow.left, flow.right = float(mm(18)), float(A4[0] - mm(18))
    flow.style = Style(Face.SONG if family == "a" else Face.HEI, 38, 1.3)
    _head(flow, "资产负债表", values, f"{year}年12月31日", family)
    left, right = balance_items(values, rng)
    head = ("项目", "期末余额") if family == "b" else ("资产", "期末余额")
    if family == "b":
        rows = [[_text(head[0], "centre"), _text("行次", "centre"), _text(head[1], "centre")]]
        for number, item in enumerate([*left, *right], start=1):
            rows.append([_text(item[0]), _text(str(number), "centre"), _figure(item)])
        flow.table(widths(flow.right - flow.left, 5, 1, 4), rows, least=mm(6.6))
    else:
        rows = [[_text(text, "centre") for text in (*head, "负债和所有者权益", "期末余额")]]
        empty: Item = ("", "", "")
        total_left = left.pop() if left else empty
        total_right = right.pop() if right else empty
        depth = max(len(left), len(right))
        for number in range(depth):
            one = left[number] if number < len(left) else empty
            two = right[number] if number < len(right) else empty
            rows.append([_text(one[0]), _figure(one), _text(two[0]), _figure(two)])
        rows.append(
            [_text(total_left[0]), _figure(total_left), _text(total_right[0]), _figure(total_right)]
        )
        flow.table(widths(flow.right - flow.left, 3, 3, 3.4, 3), rows, least=mm(8.5))
    _signers(flow)


def income_items(values: Values, rng: np.random.Generator) -> list[Item]:
    """The lines of an income statement."""
    revenue, profit = _amount(values, "revenue"), _amount(values, "total_profit")
    research, net = _amount(values, "rd_expense"), _amount(values, "net_profit")
    items: list[Item] = []
    if "revenue" in values:
        items.append(("一、营业收入", "revenue", text_of(values, "revenue")))
    if "main_revenue" in values:
        items.append(("其中：主营业务收入", "main_revenue", text_of(values, "main_revenue")))
    if revenue is not None and profit is not None:
        outside = (abs(profit) * Decimal(f"{rng.uniform(0.002, 0.02):.4f}")).quantize(_CENT)
        fine = (outside * Decimal("0.3")).quantize(_CENT)
        working = profit - outside + fine
        spent = revenue - working - (research or Decimal(0))
        cost, tax, selling, office, interest = _parts_of_cost(spent, rng)
        items += [
            ("减：营业成本", "", printed(cost)),
            ("税金及附加", "", printed(tax)),
            ("销售费用", "", printed(selling)),
            ("管理费用", "", printed(office)),
        ]
        if "rd_expense" in values:
            items.append(("研发费用", "rd_expense", text_of(values, "rd_expense")))
        items += [
            ("财务费用", "", printed(interest)),
            ("二、营业利润", "", printed(working)),
            ("加：营业外收入", "", printed(outside)),
            ("减：营业外支出", "", printed(fine)),
        ]
    elif "rd_expense" in values:
        items.append(("研发费用", "rd_expense", text_of(values, "rd_expense")))
    if "total_profit" in values:
        items.append(("三、利润总额", "total_profit", text_of(values, "total_profit")))
    if profit is not None and net is not None:
        items.append(("减：所得税费用", "", printed(profit - net)))
    if "net_profit" in values:
        items.append(("四、净利润", "net_profit", text_of(values, "net_profit")))
    return items


def _income(flow: Flow, values: Values, family: str) -> None:
    rng = flow.rng
    _head(flow, "利润表", values, f"{text_of(values, 'year')}年度", family)
    items = income_items(values, rng)
    if family == "b":
        rows = [[_text("项目", "centre"), _text("行次", "centre"), _text("本期金额", "centre")]]
        rows += [
            [_text(item[0]), _text(str(number), "centre"), _figure(item)]
            for number, item in enumerate(items, start=1)
        ]
        flow.table(widths(flow.right - flow.left, 5, 1, 4), rows, least=mm(9))
    else:
        rows = [[_text("项目", "centre"), _text("本期金额", "centre")]]
        rows += [[_text(item[0]), _figure(item)] for item in items]
        flow.table(widths(flow.right - flow.left, 6, 4), rows, least=mm(10.5))
    _signers(flow)


def _parts_of_cost(spent: Decimal, rng: np.random.Generator) -> tuple[Decimal, ...]:
    """Cost of sales, taxes, selling, office and interest, which add up to what was spent."""
    shares = (rng.uniform(0.005, 0.012), rng.uniform(0.03, 0.08), rng.uniform(0.05, 0.12), 0.01)
    small = [(spent * Decimal(f"{share:.5f}")).quantize(_CENT) for share in shares]
    return (spent - sum(small, Decimal(0)), *small)


def _text(text: str, align: str = "left") -> Cell:
    return Cell((paragraph(text, align=align),) if text else ())


def _figure(item: Item) -> Cell:
    _, key, amount = item
    if not amount:
        return Cell(keys=(key,) if key else ())
    return Cell((paragraph(amount, key or None, align="right"),), keys=(key,) if key else ())


def _signers(flow: Flow) -> None:
    style = Style(Face.SONG, 36)
    y = flow.y + mm(6)
    thirds = (flow.right - flow.left) / 3
    for number, label in enumerate(("法定代表人：", "主管会计工作负责人：", "会计机构负责人：")):
        flow.sheet.line(flow.left + number * thirds, y, label, style)
    flow.y = y + mm(4)
