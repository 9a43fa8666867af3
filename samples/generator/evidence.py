"""Draws the evidence of a volume: letters, certificates, reports, print-outs.

Each type has a title and labels as such papers print them (FACTS §5, §8); what a paper says
besides is invented for its look.  Values that a specification lacks are not printed; values
that are empty leave their labelled place empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from samples.generator.certificates import Values, text_of
from samples.generator.flow import Flow, Pair
from samples.generator.fonts import Face
from samples.generator.paper import A4, Run, Sheet, Style, mm, paragraph
from samples.generator.tables import Cell, Ruling, widths


@dataclass(frozen=True)
class Look:
    """What a type of evidence prints: titles and labels, for family ``a`` and family ``b``."""

    titles: tuple[str, str]
    labels: Mapping[str, tuple[str, str]]
    issuer: str = ""
    """Field that stands at the end as whoever issued the paper."""
    date: str = ""
    """Field that stands at the end as its date."""
    before: str = ""
    """A paragraph above the values."""
    after: str = ""
    """A paragraph below the values."""
    ruled: bool = True
    """Values in a ruled table, else in lines."""
    framed: bool = False
    """An ornamental frame around the sheet."""


LOOKS: Mapping[str, Look] = {
    "prior_title": Look(
        ("认定证书", "辽宁省“专精特新”认定证书"),
        {
            "name": ("企业名称", "单位名称"),
            "tier": ("认定类型", "称号"),
            "product": ("产品名称", "产品（技术）名称"),
            "year": ("认定年度", "年度"),
            "number": ("证书编号", "编号"),
        },
        before="经审核，符合辽宁省中小企业“专精特新”梯度培育的有关条件，特发此证。",
        after="发证机关：辽宁省工业和信息化厅",
        ruled=False,
        framed=True,
    ),
    "rd_audit": Look(
        ("研发费用专项审计报告", "研究开发费用专项审计报告"),
        {
            "number": ("报告文号", "报告编号"),
            "client": ("被审计单位", "委托单位"),
            "year": ("审计年度", "年度"),
            "rd_expense": ("研发费用合计（元）", "研究开发费用合计（元）"),
            "firm": ("会计师事务所", "审计机构"),
            "date": ("报告日期", "日期"),
        },
        issuer="firm",
        date="date",
        before=(
            "我们接受委托，对下列企业的研究开发费用结构明细表进行了专项审计。按照规定编制明细表、"
            "保证其真实完整是企业管理层的责任，我们的责任是在实施审计的基础上发表意见。"
        ),
        after="我们认为，上述研究开发费用的归集在所有重大方面符合有关规定，公允反映了实际发生情况。",
    ),
    "social_security": Look(
        ("社会保险参保人数证明", "单位参保证明"),
        {
            "name": ("单位名称", "参保单位名称"),
            "month": ("缴费月份", "费款所属期"),
            "headcount": ("参保人数", "参保缴费人数"),
            "agency": ("经办机构", "社保经办机构"),
        },
        issuer="agency",
        before="兹证明下列单位已在我中心办理社会保险登记并按时足额缴纳社会保险费，情况如下：",
        after="本证明仅供该单位申报项目使用，复印无效。",
    ),
    "novelty_report": Look(
        ("科技查新报告", "查新报告"),
        {
            "number": ("报告编号", "编号"),
            "product": ("查新项目名称", "项目名称"),
            "agency": ("查新机构", "查新单位"),
            "date": ("查新完成日期", "完成日期"),
            "conclusion": ("查新结论", "结论"),
        },
        before="本报告依据《科技查新技术规范》（GB/T 32003）编制，检索范围包括国内主要文献数据库。",
        after="查新员与审核员声明：报告内容客观、公正，与委托项目无利害关系。",
    ),
    "inspection_report": Look(
        ("检验报告", "检测报告"),
        {
            "number": ("报告编号", "编号"),
            "product": ("产品名称", "样品名称"),
            "client": ("委托单位", "受检单位"),
            "agency": ("检验机构", "检测机构"),
            "date": ("签发日期", "报告日期"),
        },
        after="检验结论：经检验，所检项目符合标准要求，判定为合格。",
    ),
    "enterprise_standard": Look(
        ("企业标准", "企业产品标准"),
        {
            "number": ("标准编号", "标准号"),
            "title": ("标准名称", "名称"),
            "owner": ("发布单位", "起草单位"),
            "issued": ("发布日期", "实施日期"),
        },
        after="前言：本标准按照 GB/T 1.1 给出的规则起草，规定了技术要求、试验方法和检验规则。",
        ruled=False,
    ),
    "system_certificate": Look(
        ("质量管理体系认证证书", "管理体系认证证书"),
        {
            "number": ("证书编号", "注册号"),
            "name": ("组织名称", "获证组织"),
            "scope": ("认证范围", "覆盖范围"),
            "valid_from": ("发证日期", "颁证日期"),
            "valid_to": ("有效期至", "证书有效期至"),
            "issuer": ("认证机构", "发证机构"),
        },
        issuer="issuer",
        before="兹证明下列组织建立的管理体系符合标准 GB/T 19001-2016 / ISO 9001:2015 的要求。",
        after="本证书的有效性以年度监督审核合格为条件，可在 www.cnca.gov.cn 查询。",
        ruled=False,
        framed=True,
    ),
    "product_certificate": Look(
        ("产品认证证书", "自愿性产品认证证书"),
        {
            "number": ("证书编号", "证书号"),
            "name": ("认证委托人", "制造商"),
            "scope": ("产品名称", "认证产品"),
            "valid_from": ("发证日期", "颁证日期"),
            "valid_to": ("有效期至", "有效期限至"),
            "issuer": ("发证机构", "认证机构"),
        },
        issuer="issuer",
        before="上述产品符合认证实施规则的要求，特发此证。",
        ruled=False,
        framed=True,
    ),
    "market_share_proof": Look(
        ("市场占有率证明", "市场占有率及排名证明"),
        {
            "name": ("企业名称", "单位名称"),
            "product": ("主导产品", "产品名称"),
            "year": ("统计年度", "年度"),
            "scope": ("统计范围", "市场范围"),
            "share": ("市场占有率", "市场份额"),
            "rank": ("市场排名", "排名"),
            "issuer": ("出具单位", "证明单位"),
            "date": ("日期", "出具日期"),
        },
        issuer="issuer",
        date="date",
        before="根据本会对行业内主要企业的统计，兹证明：",
        after="特此证明。",
    ),
    "rd_body": Look(
        ("企业技术中心认定证书", "研发机构认定证书"),
        {
            "body": ("机构名称", "研发机构名称"),
            "name": ("依托单位", "企业名称"),
            "level": ("级别", "认定级别"),
            "issuer": ("认定单位", "批准单位"),
            "issued": ("认定日期", "批准日期"),
        },
        issuer="issuer",
        date="issued",
        before="经评审，认定下列研发机构，特发此证。",
        ruled=False,
        framed=True,
    ),
    "it_system": Look(
        ("信息系统应用证明", "信息系统应用情况说明"),
        {
            "name": ("使用单位", "企业名称"),
            "system": ("系统名称", "软件名称"),
            "supplier": ("供应商", "开发单位"),
            "date": ("上线时间", "签订日期"),
        },
        after="该信息系统覆盖企业的采购、生产、库存和财务等核心业务，目前运行正常。",
    ),
    "trademark": Look(
        ("商标注册证", "商标注册证"),
        {
            "number": ("注册号", "商标注册号"),
            "owner": ("注册人", "商标注册人"),
            "class": ("核定使用商品类别", "国际分类"),
            "valid_from": ("注册日期", "注册日期"),
            "valid_to": ("有效期至", "有效期至"),
        },
        after="发证机关：国家知识产权局",
        ruled=False,
        framed=True,
    ),
    "standards_participation": Look(
        ("参与制定标准证明", "标准起草单位证明"),
        {
            "number": ("标准编号", "标准号"),
            "title": ("标准名称", "名称"),
            "drafters": ("起草单位", "主要起草单位"),
            "issued": ("发布日期", "实施日期"),
        },
        before="下列标准已经批准发布，起草单位如下：",
    ),
    "award": Look(
        ("高新技术企业证书", "荣誉证书"),
        {
            "name": ("企业名称", "单位名称"),
            "award": ("证书名称", "称号"),
            "number": ("证书编号", "编号"),
            "issued": ("发证时间", "发证日期"),
            "valid_to": ("有效期至", "有效期至"),
            "issuer": ("批准机关", "发证机关"),
        },
        issuer="issuer",
        ruled=False,
        framed=True,
    ),
    "special_licence": Look(
        ("全国工业产品生产许可证", "安全生产许可证"),
        {
            "number": ("许可证编号", "证书编号"),
            "name": ("企业名称", "单位名称"),
            "scope": ("许可范围", "许可项目"),
            "valid_from": ("发证日期", "发证日期"),
            "valid_to": ("有效期至", "有效期限至"),
            "issuer": ("发证机关", "发证部门"),
        },
        issuer="issuer",
        ruled=False,
        framed=True,
    ),
    "name_change": Look(
        ("准予变更登记通知书", "企业名称变更核准通知书"),
        {
            "old_name": ("原企业名称", "变更前名称"),
            "new_name": ("现企业名称", "变更后名称"),
            "date": ("变更日期", "核准日期"),
        },
        date="date",
        before="你单位提交的变更登记申请材料齐全，符合法定形式，我局决定准予变更登记。变更事项如下：",
        after="特此通知。",
    ),
}


def draw_evidence(
    type_id: str, values: Values, rng: np.random.Generator, family: str
) -> list[Sheet]:
    """Draw a document of any type that has no module of its own.

    Args:
        type_id: The evidence type.
        values: Field → text as printed; ``title_text`` replaces the heading.
        rng: Source of the small differences between papers.
        family: ``a`` or ``b``.

    Raises:
        ValueError: The type is unknown.
    """
    own: dict[str, Callable[[Values, np.random.Generator, str], list[Sheet]]] = {
        "truth_statement": _truth_statement,
        "introduction": _introduction,
        "credit_query": _credit_query,
        "patent": _patent,
        "software_copyright": _software,
    }
    if type_id in own:
        return own[type_id](values, rng, family)
    look = LOOKS.get(type_id)
    if look is None:
        raise ValueError(f"no layout for documents of type {type_id!r}")
    return _by_look(look, values, rng, family)


def _flow(rng: np.random.Generator, family: str, size: int = 50) -> Flow:
    face = Face.SONG if family == "a" or rng.random() < 0.3 else Face.HEI
    leading = float(rng.uniform(1.45, 1.75))
    outer = int(rng.choice([3, 6]))
    return Flow(
        rng,
        Style(face, size + int(rng.integers(-3, 4)), leading),
        Ruling(inner=3, outer=outer, padding=18, open_sides=family == "b" and rng.random() < 0.3),
    )


def _frame(sheet: Sheet) -> None:
    """An ornamental double frame."""
    colour = [(176, 140, 70), (150, 40, 40), (60, 100, 150)][int(sheet.rng.integers(3))]
    for inset, width in ((mm(10), 12), (mm(12.5), 4)):
        sheet.pen.rectangle(
            (inset, inset, sheet.width - inset, sheet.height - inset), outline=colour, width=width
        )
    for x in (mm(14), sheet.width - mm(14)):
        for y in (mm(14), sheet.height - mm(14)):
            for radius in (mm(4), mm(2.6)):
                sheet.pen.ellipse(
                    (x - radius, y - radius, x + radius, y + radius), outline=colour, width=5
                )


def _by_look(look: Look, values: Values, rng: np.random.Generator, family: str) -> list[Sheet]:
    which = 0 if family == "a" else 1
    flow = _flow(rng, family)
    if look.framed:
        _frame(flow.sheet)
        flow.left, flow.right = float(mm(32)), float(A4[0] - mm(32))
        flow.y = mm(52)
    else:
        flow.y = mm(36)
    flow.title(str(values.get("title_text") or look.titles[which]), 96 if look.framed else 78)
    flow.space(12 if look.framed else 8)
    if look.before:
        flow.write(look.before)
        flow.space(5)
    pairs: dict[str, Pair] = {
        key: (labels[which], key, text_of(values, key))
        for key, labels in look.labels.items()
        if key in values
    }
    last = [key for key in (look.issuer, look.date) if key in pairs]
    body = [pair for key, pair in pairs.items() if key not in last]
    if look.ruled:
        flow.ruled(body, halves=family == "b")
    else:
        flow.pairs(body)
    if look.after:
        flow.space(4)
        flow.write(look.after)
    issuer = pairs.get(look.issuer)
    date = pairs.get(look.date)
    flow.close(issuer, date)
    return flow.sheets


def _truth_statement(values: Values, rng: np.random.Generator, family: str) -> list[Sheet]:
    flow = _flow(rng, family, 54)
    flow.y = mm(42)
    flow.title("企业申报材料真实性声明" if family == "a" else "申报材料真实性承诺书", 84)
    flow.space(14)
    if family == "a":
        flow.write("大连市工业和信息化局：", indent=0)
    flow.write(
        "本单位郑重声明：此次申报2021年辽宁省中小企业“专精特新”梯度培育所提交的申报表及全部"
        "佐证材料均真实、有效，复印件与原件一致，电子版与纸质版一致。"
    )
    flow.write("如有弄虚作假，本单位愿承担由此产生的一切法律责任，并接受有关部门的处理。")
    flow.space(16)
    flow.need(mm(70))
    label = "申报单位（盖章）" if family == "a" else "承诺单位（盖章）"
    name = text_of(values, "name")
    flow.runs(Run(f"{label}："), Run(name or " ", "name" if name else None))
    flow.sheet.seal_spots["truth_statement"] = flow.sheet.seal_spots["document"] = (
        flow.left + mm(rng.uniform(75, 105)),
        flow.y + mm(4),
    )
    flow.space(12)
    flow.runs(Run("法定代表人（签字）：", spot="sign:truth_statement"))
    flow.sheet.sign_spots["document"] = flow.sheet.sign_spots["truth_statement"]
    flow.space(12)
    date = text_of(values, "date")
    if date:
        flow.runs(
            Run("日期：" if family == "b" else " "), Run(date, "date"), align="right", indent=0
        )
    else:
        flow.write("年    月    日", align="right", indent=0)
    return flow.sheets


def _introduction(values: Values, rng: np.random.Generator, family: str) -> list[Sheet]:
    flow = _flow(rng, family)
    flow.y = mm(34)
    flow.title("企业及产品简介" if family == "a" else "企业简介", 78)
    flow.space(8)
    name, product = text_of(values, "name"), text_of(values, "product")
    pairs: list[Pair] = [
        ("企业名称" if family == "a" else "单位名称", "name", name),
        ("产品名称" if family == "a" else "主导产品", "product", product),
    ]
    flow.pairs([pair for pair in pairs if pair[1] in values], 0.2)
    flow.space(3)
    heading = Style(Face.HEI, flow.style.size)
    for title, text, key in (
        ("一、企业基本情况", text_of(values, "text"), "text"),
        (
            "二、研发与管理",
            "公司建立了较为完善的研发、生产和质量管理体系，拥有稳定的研发团队，"
            "与高等院校保持长期的产学研合作，持续开展新产品、新工艺的开发。",
            "",
        ),
        (
            "三、发展规划",
            "今后公司将继续专注于主营业务，走专业化、精细化、特色化、创新化发展之路，"
            "不断提高产品质量和市场竞争力。",
            "",
        ),
    ):
        if not text:
            continue
        flow.need(mm(30))
        flow.y += mm(10)
        flow.sheet.line(flow.left, flow.y, title, heading, bold=True)
        flow.y += mm(3)
        for number, part in enumerate(text.split("\n")):
            flow.write(part, key if key and number == 0 else None)
    return flow.sheets


def _credit_query(values: Values, rng: np.random.Generator, family: str) -> list[Sheet]:
    """A print-out of a web page."""
    flow = _flow(rng, family, 44)
    face = Face.HEI
    flow.style = Style(face, 44, 1.5)
    small = Style(face, 30)
    sheet = flow.sheet
    source = text_of(values, "source")
    sheet.line(flow.left, mm(14), "信用查询报告 - 打印预览", small)
    sheet.line(flow.right, mm(14), "第1页/共1页", small, align="right")
    blue = (42, 92, 160)
    sheet.pen.rectangle((flow.left, mm(24), flow.right, mm(44)), fill=blue)
    head = Style(face, 70, colour=(255, 255, 255))
    title = "公共信用信息报告" if family == "a" else "企业信用信息公示报告"
    sheet.line(flow.middle, mm(37), title, head, align="centre")
    flow.y = mm(56)
    labels = {
        "name": ("主体名称", "查询对象"),
        "date": ("查询日期", "报告生成日期"),
        "result": ("查询结果", "查询结果"),
        "source": ("数据来源", "查询平台"),
    }
    which = 0 if family == "a" else 1
    flow.ruled(
        [(two[which], key, text_of(values, key)) for key, two in labels.items() if key in values]
    )
    flow.space(6)
    sheet.line(flow.left, flow.y + mm(6), "信用信息概况", Style(face, 48), bold=True)
    flow.space(10)
    counts = ("行政许可", "行政处罚", "守信激励", "严重失信", "经营异常", "信用承诺")
    numbers = [str(int(rng.integers(0, 9))), "0", str(int(rng.integers(0, 3))), "0", "0", "1"]
    if not source:
        numbers[0] = "0"
    flow.table(
        widths(flow.right - flow.left, *([1] * 6)),
        [
            [Cell((paragraph(text, align="centre"),), shaded=True) for text in counts],
            [Cell((paragraph(text, align="centre"),)) for text in numbers],
        ],
        least=mm(10),
    )
    flow.write("本报告仅反映查询时点的信息，仅供参考，不作为法律依据。")
    flow.close(None, None)
    return flow.sheets


def _patent(values: Values, rng: np.random.Generator, family: str) -> list[Sheet]:
    """A patent certificate: number at the right, emblem, lines of label and value."""
    kind = text_of(values, "kind") or "发明专利"
    word = next((name for name in ("实用新型", "外观设计") if name in kind), "发明")
    flow = Flow(rng, Style(Face.SONG, 50, 1.5), left=mm(28), right=A4[0] - mm(28))
    sheet = flow.sheet
    _frame(sheet)
    serial = Style(Face.SONG, 44)
    sheet.line(flow.left, mm(30), f"证书号第{int(rng.integers(2_000_000, 9_999_999))}号", serial)
    middle = sheet.width / 2
    sheet.pen.ellipse(
        (middle - mm(11), mm(34), middle + mm(11), mm(56)), outline=(170, 40, 40), width=12
    )
    sheet.pen.polygon(
        [(middle - mm(6), mm(50)), (middle, mm(38)), (middle + mm(6), mm(50))], fill=(200, 150, 60)
    )
    title = kind if kind.endswith("专利") else f"{word}专利"
    sheet.line(
        middle, mm(74), f"{title}证书", Style(Face.SONG, 120), bold=True, align="centre", spacing=12
    )
    if "kind" in values:
        # The kind is what the heading says; its box is the heading's first part.
        x0, y0, x1, y1 = _bounds(sheet)
        sheet.claim("kind", (x0, y0, x1 - (x1 - x0) * 2 / (len(title) + 2), y1))
    flow.y = mm(92)
    pairs = [
        (f"{word}名称", "name", text_of(values, "name")),
        ("专  利  号", "number", text_of(values, "number")),
        ("专利权人", "owner", text_of(values, "owner")),
        ("授权公告日", "granted", text_of(values, "granted")),
    ]
    flow.pairs([pair for pair in pairs if pair[1] in values], 0.22)
    flow.space(8)
    years = {"发明": "二十", "实用新型": "十", "外观设计": "十"}[word]
    flow.write(
        "国家知识产权局依照中华人民共和国专利法进行审查，决定授予专利权，颁发本证书并在"
        "专利登记簿上予以登记。专利权自授权公告之日起生效。"
    )
    flow.write(
        f"本专利的专利权期限为{years}年，自申请日起算。专利权人应当依照专利法及其实施细则规定缴纳年费。"
    )
    flow.y = max(flow.y + mm(10), mm(222))
    style = Style(Face.SONG, 52)
    sheet.line(flow.left, flow.y + mm(10), "局长", style, spacing=60)
    sheet.line(flow.right, flow.y + mm(10), "国家知识产权局", style, align="right")
    sheet.seal_spots["document"] = (flow.right - mm(22), flow.y + mm(6))
    sheet.line(middle, mm(276), "第 1 页（共 1 页）", Style(Face.SONG, 34), align="centre")
    return flow.sheets


def _bounds(sheet: Sheet) -> tuple[float, float, float, float]:
    """Box of the line printed last."""
    quad = sheet.lines[-1].quad
    return quad[0], quad[1], quad[4], quad[5]


def _software(values: Values, rng: np.random.Generator, family: str) -> list[Sheet]:
    flow = Flow(rng, Style(Face.SONG, 50, 1.5), left=mm(30), right=A4[0] - mm(30))
    sheet = flow.sheet
    _frame(sheet)
    middle = sheet.width / 2
    sheet.line(middle, mm(44), "中华人民共和国国家版权局", Style(Face.SONG, 72), align="centre")
    title = "计算机软件著作权登记证书"
    sheet.line(middle, mm(66), title, Style(Face.SONG, 96), bold=True, align="centre")
    flow.y = mm(82)
    number = text_of(values, "number")
    if "number" in values:
        label = "证书号" if family == "a" else "证书编号"
        flow.runs(
            Run(f"{label}："), Run(number or " ", "number" if number else None), align="right",
            indent=0,
        )  # fmt: skip
    flow.space(8)
    pairs = [
        ("软件名称", "name", text_of(values, "name")),
        ("著作权人", "owner", text_of(values, "owner")),
        ("权利取得方式", "", "原始取得"),
        ("权利范围", "", "全部权利"),
        ("登记号", "registration_number", text_of(values, "registration_number")),
    ]
    flow.pairs([pair for pair in pairs if not pair[1] or pair[1] in values], 0.28)
    flow.space(8)
    flow.write(
        "根据《计算机软件保护条例》和《计算机软件著作权登记办法》的规定，"
        "经中国版权保护中心审核，对以上事项予以登记。"
    )
    flow.y = max(flow.y + mm(6), mm(200))
    issued = text_of(values, "issued")
    flow.close(
        None, ("登记日期", "issued", issued) if "issued" in values else None, label=family == "b"
    )
    return flow.sheets
