"""What the evidence of the second layout family prints: titles, labels, arrangement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class SecondLook:
    """A type of evidence as office ``c`` and office ``d`` print it."""

    titles: tuple[str, str]
    shapes: tuple[str, str]
    """``serial``, ``heads``, ``centred``, ``lines`` or ``wide``."""
    labels: Mapping[str, tuple[str, str]]
    issuer: str = ""
    """Field that stands at the end as whoever issued the paper."""
    date: str = ""
    """Field that stands at the end as its date."""
    before: tuple[str, str] = ("", "")
    after: tuple[str, str] = ("", "")
    number_first: bool = False
    """Whether the number stands above the heading."""


SECOND_LOOKS: Mapping[str, SecondLook] = {
    "prior_title": SecondLook(
        ("“专精特新”认定证书", "认定证书"),
        ("centred", "lines"),
        {
            "number": ("证书号", "证书编号"),
            "name": ("单位名称", "企业名称"),
            "product": ("认定产品", "产品名称"),
            "tier": ("类别", "认定为"),
            "year": ("认定年份", "认定年度"),
        },
        after=("辽宁省工业和信息化厅", "特颁此证，以资证明。辽宁省工业和信息化厅"),
        number_first=True,
    ),
    "rd_audit": SecondLook(
        ("研究开发费用专项审计报告", "研发费用专项审计"),
        ("lines", "serial"),
        {
            "number": ("文号", "报告文号"),
            "client": ("委托单位", "被审计单位"),
            "year": ("会计年度", "审计年度"),
            "rd_expense": ("研究开发费用合计", "研发费用合计（元）"),
            "firm": ("审计机构", "会计师事务所"),
            "date": ("日期", "报告日期"),
        },
        issuer="firm",
        date="date",
        after=("以上金额单位均为人民币元。", "经审核，未发现与企业会计准则相悖之处。"),
        number_first=True,
    ),
    "social_security": SecondLook(
        ("参保缴费证明", "社会保险缴费证明"),
        ("heads", "wide"),
        {
            "name": ("参保单位", "单位名称"),
            "month": ("所属期", "参保月份"),
            "headcount": ("缴费人数", "参保职工人数"),
            "agency": ("出具单位", "经办机构"),
        },
        issuer="agency",
        after=("打印方式：网上办事大厅自助打印。", "情况属实，特此证明。"),
    ),
    "novelty_report": SecondLook(
        ("查新报告", "科技查新报告"),
        ("serial", "lines"),
        {
            "number": ("编号", "报告编号"),
            "product": ("项目名称", "查新项目"),
            "agency": ("查新单位", "查新机构"),
            "conclusion": ("结论", "查新结论"),
            "date": ("报告日期", "查新完成日期"),
        },
        date="date",
        after=("检索工具：中外文期刊与专利数据库。", ""),
        number_first=True,
    ),
    "inspection_report": SecondLook(
        ("检验检测报告", "产品检验报告"),
        ("wide", "heads"),
        {
            "number": ("No", "报告编号"),
            "product": ("样品名称", "产品名称"),
            "client": ("送检单位", "生产单位"),
            "agency": ("检验检测机构", "检验单位"),
            "date": ("批准日期", "签发日期"),
        },
        issuer="agency",
        date="date",
        after=("所检项目全部合格。", "本次检验结果：合格。"),
        number_first=True,
    ),
    "enterprise_standard": SecondLook(
        ("企业产品标准", "企业标准"),
        ("centred", "wide"),
        {
            "number": ("标准号", "标准编号"),
            "title": ("标准名称", "名称"),
            "owner": ("起草单位", "企业名称"),
            "issued": ("实施日期", "发布时间"),
        },
        number_first=True,
    ),
    "system_certificate": SecondLook(
        ("管理体系认证证书", "质量管理体系认证证书"),
        ("wide", "centred"),
        {
            "number": ("注册号", "证书编号"),
            "name": ("获证组织", "企业名称"),
            "scope": ("覆盖范围", "认证范围"),
            "valid_from": ("生效日期", "颁证日期"),
            "valid_to": ("失效日期", "有效期至"),
            "issuer": ("颁证机构", "认证机构"),
        },
        issuer="issuer",
        before=("管理体系符合 GB/T 19001-2016 标准，证书内容如下：", ""),
        number_first=True,
    ),
    "product_certificate": SecondLook(
        ("产品质量认证证书", "产品认证证书"),
        ("wide", "centred"),
        {
            "number": ("证书号", "证书编号"),
            "name": ("制造商", "认证委托人"),
            "scope": ("认证产品", "产品名称"),
            "valid_from": ("生效日期", "颁证日期"),
            "valid_to": ("有效期止", "有效期至"),
            "issuer": ("颁证机构", "发证机构"),
        },
        issuer="issuer",
        number_first=True,
    ),
    "market_share_proof": SecondLook(
        ("行业地位证明", "市场占有率情况证明"),
        ("serial", "heads"),
        {
            "name": ("单位名称", "企业名称"),
            "product": ("产品", "主导产品"),
            "share": ("占有率", "市场份额"),
            "rank": ("位次", "排名"),
            "scope": ("地域范围", "统计范围"),
            "year": ("统计年度", "年度"),
            "issuer": ("协会名称", "证明单位"),
            "date": ("出具日期", "日期"),
        },
        issuer="issuer",
        date="date",
        before=("应企业申请，现就其行业地位出具证明如下。", "根据行业统计资料："),
    ),
    "rd_body": SecondLook(
        ("研发机构证明", "企业技术中心证书"),
        ("lines", "centred"),
        {
            "name": ("承建单位", "企业名称"),
            "body": ("中心名称", "研发机构名称"),
            "level": ("机构级别", "级别"),
            "issuer": ("认定部门", "发证机关"),
            "issued": ("认定时间", "批准日期"),
        },
        issuer="issuer",
        date="issued",
    ),
    "it_system": SecondLook(
        ("信息系统使用证明", "信息系统应用证明"),
        ("wide", "serial"),
        {
            "system": ("软件名称", "系统名称"),
            "name": ("购买方", "单位名称"),
            "supplier": ("开发单位", "供应商"),
            "date": ("签订日期", "上线时间"),
        },
        after=("系统已通过验收。", "系统使用部门：生产部、采购部、财务部。"),
    ),
    "trademark": SecondLook(
        ("商标注册证明", "商标注册证"),
        ("lines", "wide"),
        {
            "number": ("注册证号", "注册号"),
            "class": ("国际分类", "类别"),
            "owner": ("注册人名义", "注册人"),
            "valid_from": ("有效期自", "注册日期"),
            "valid_to": ("有效期至", "注册有效期至"),
        },
        after=("国家知识产权局商标局", "国家知识产权局"),
        number_first=True,
    ),
    "standards_participation": SecondLook(
        ("标准起草单位证明", "参与制定标准证明"),
        ("heads", "wide"),
        {
            "title": ("标准名称", "名称"),
            "number": ("标准号", "标准编号"),
            "issued": ("实施日期", "发布日期"),
            "drafters": ("主要起草单位", "起草单位"),
        },
        after=("证明人：标准化技术委员会秘书处", ""),
    ),
    "award": SecondLook(
        ("高新技术企业证书", "获奖证书"),
        ("wide", "centred"),
        {
            "number": ("证书号", "编号"),
            "name": ("企业名称", "获奖单位"),
            "award": ("证书名称", "奖项名称"),
            "issued": ("发证日期", "颁发日期"),
            "valid_to": ("有效期至", "有效期至"),
            "issuer": ("发证机关", "授予单位"),
        },
        issuer="issuer",
        number_first=True,
    ),
    "special_licence": SecondLook(
        ("安全生产许可证", "生产许可证"),
        ("lines", "wide"),
        {
            "number": ("编号", "许可证编号"),
            "name": ("单位名称", "持证单位"),
            "scope": ("许可范围", "生产范围"),
            "valid_from": ("发证日期", "发证日期"),
            "valid_to": ("有效期至", "有效期限至"),
            "issuer": ("发证机关", "发证部门"),
        },
        issuer="issuer",
    ),
    "name_change": SecondLook(
        ("公司变更登记通知书", "名称变更证明"),
        ("heads", "lines"),
        {
            "old_name": ("变更前", "原名称"),
            "new_name": ("变更后", "现名称"),
            "date": ("核准日期", "日期"),
        },
        date="date",
        before=("变更事项：企业名称", "兹有企业申请变更名称，已予核准。"),
    ),
}
"""Arrangements, titles and labels by type."""
