"""What stands on the application forms: titles, labels, options, the order of the fields.

The real annexes are not public (FACTS §4.1); both families are drawn from the proposed field
dictionary (FACTS §4.3) and from sibling forms (FACTS §4.2).  Family ``a`` and family ``b`` are
two offices' retyped versions of one form and share no template.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from samples.generator.second_layouts import SECOND_TITLES, second_label

FORM_TITLES: Mapping[str, str] = {
    "product": "辽宁省“专精特新”产品认定申请表",
    "sme": "辽宁省“专精特新”中小企业申报表",
    "little_giant": "辽宁省专精特新“小巨人”培育企业推荐表",
}
ANNEXES: Mapping[str, str] = {"product": "附件1", "sme": "附件2", "little_giant": "附件3"}

OPTIONS: Mapping[str, tuple[str, ...]] = {
    "size_class": ("大型", "中型", "小型", "微型"),
    "ownership": ("国有", "合资", "民营", "外资"),
    "categories_ticked": ("专业化", "精细化", "特色化", "创新化"),
    "tech_level": ("国际领先", "国际先进", "国内领先", "国内先进"),
    "listed": ("无计划", "有计划", "已上市"),
    "chain_role": ("补短板", "锻长板", "填空白"),
}
"""All options of the choice fields."""


@dataclass(frozen=True)
class Wording:
    """The label of a field in each family, with the unit if it has one."""

    a: str
    b: str
    unit: str = ""


WORDINGS: Mapping[str, Wording] = {
    "enterprise_name": Wording("企业名称", "申报单位"),
    "uscc": Wording("统一社会信用代码", "社会信用代码"),
    "district": Wording("所属区市县", "所在地区"),
    "reg_address": Wording("注册地址", "住所"),
    "mail_address": Wording("通讯地址", "联系地址"),
    "postcode": Wording("邮编", "邮政编码"),
    "legal_rep": Wording("法定代表人", "法人代表"),
    "legal_rep_tel": Wording("电话", "固定电话"),
    "legal_rep_mobile": Wording("手机", "移动电话"),
    "contact": Wording("联系人", "经办人"),
    "contact_tel": Wording("电话", "办公电话"),
    "contact_mobile": Wording("手机", "移动电话"),
    "contact_fax": Wording("传真", "传真号码"),
    "contact_email": Wording("E-mail", "电子邮箱"),
    "reg_date": Wording("注册时间", "成立日期"),
    "reg_capital": Wording("注册资本", "注册资金", "万元"),
    "controlling_shareholder": Wording("控股股东", "第一大股东"),
    "actual_controller": Wording("实际控制人", "实际控制人姓名"),
    "stock_code": Wording("股票代码", "证券代码"),
    "mean_growth": Wording("近2年主营业务收入平均增长率", "近两年平均增长率", "%"),
    "main_product": Wording("主导产品名称", "主要产品"),
    "chain_role": Wording("是否补短板、锻长板、填空白", "补短板/填空白情况"),
    "ownership": Wording("企业类型", "企业性质"),
    "size_class": Wording("企业规模", "企业划型"),
    "industry2": Wording("所属行业", "行业代码及名称"),
    "industry4": Wording("具体细分领域", "细分领域"),
    "listed": Wording("上市情况", "上市计划"),
    "employees": Wording("职工总数", "从业人员", "人"),
    "rd_staff": Wording("其中：研发人员", "科技人员", "人"),
    "revenue": Wording("营业收入", "年营业收入", "万元"),
    "main_revenue": Wording("其中：主营业务收入", "主营业务收入", "万元"),
    "product_revenue": Wording("产品销售收入", "主导产品销售收入", "万元"),
    "growth": Wording("主营业务收入增长率", "增长率", "%"),
    "main_ratio": Wording("主营业务收入占营业收入比重", "主营业务收入占比", "%"),
    "rd_ratio": Wording("研发费用占营业收入比重", "研发占比", "%"),
    "debt_ratio": Wording("资产负债率", "资产负债率", "%"),
    "share": Wording("市场占有率", "细分市场占有率", "%"),
    "net_profit": Wording("净利润", "净利润", "万元"),
    "total_profit": Wording("利润总额", "利润总额", "万元"),
    "tax": Wording("上缴税金", "实缴税金", "万元"),
    "assets": Wording("资产总额", "资产总计", "万元"),
    "liabilities": Wording("负债总额", "负债合计", "万元"),
    "rd_expense": Wording("研发费用", "研发投入", "万元"),
    "product_name": Wording("产品（技术）名称", "主导产品名称"),
    "product_intro": Wording("产品（技术）简介", "产品简介"),
    "tech_level": Wording("技术水平", "产品技术水平"),
    "tech_source": Wording("技术来源", "技术来源"),
    "production_date": Wording("投产时间", "投产日期"),
    "patents_inv": Wording("发明专利", "发明专利数量", "件"),
    "patents_um": Wording("实用新型", "实用新型专利", "件"),
    "patents_des": Wording("外观设计", "外观设计专利", "件"),
    "software": Wording("软件著作权", "软件著作权", "项"),
    "rank_province": Wording("省内排名", "全省排名"),
    "rank_nation": Wording("国内排名", "全国排名"),
    "niche_years": Wording("从事特定细分市场时间", "从事该领域时间", "年"),
    "rd_body": Wording("研发机构", "研发机构建设情况"),
    "certs": Wording("管理体系认证", "管理体系认证情况"),
    "brand": Wording("自主品牌", "自主品牌情况"),
    "standards": Wording("标准制定情况", "参与标准制定"),
    "it_systems": Wording("信息系统", "核心业务信息系统支撑情况"),
    "titles": Wording("获得称号", "获得荣誉称号"),
    "prior_title": Wording("已获得“专精特新”称号", "已获专精特新称号"),
    "categories_ticked": Wording("申报类别", "专项指标类别"),
    "recommender": Wording("推荐单位（盖章）", "推荐部门（盖章）"),
    "application_date": Wording("申报时间", "填报日期"),
    "truth_statement": Wording("真实性声明", "企业承诺"),
    "opinion_district": Wording("区市县（先导区）主管部门意见", "区市县（先导区）主管部门推荐意见"),
    "opinion_city": Wording("市主管部门意见", "市主管部门推荐意见"),
}

ORDER_A: Sequence[tuple[str, tuple[str, ...]]] = (
    (
        "企业基本情况",
        (
            "enterprise_name", "uscc", "district", "reg_address", "mail_address", "postcode",
            "legal_rep", "contact", "reg_date", "reg_capital",
            "controlling_shareholder", "actual_controller", "ownership", "size_class",
            "industry2", "industry4", "listed", "stock_code", "prior_title",
        ),
    ),
    (
        "产品（技术）情况",
        (
            "product_name", "main_product", "tech_level", "tech_source", "production_date",
            "product_revenue",
            "share", "niche_years", "rank_province", "rank_nation", "product_intro",
        ),
    ),
    ("经济效益", ("*years",)),
    (
        "专项指标情况",
        (
            "categories_ticked", "growth", "mean_growth", "main_ratio", "rd_ratio", "debt_ratio",
            "patents_inv",
            "patents_um", "patents_des", "software", "rd_body", "certs", "brand", "standards",
            "it_systems", "chain_role", "titles",
        ),
    ),
)  # fmt: skip
"""Sections of family ``a`` in order; ``*years`` stands for the three-year table."""

ORDER_B: Sequence[tuple[str, tuple[str, ...]]] = (
    ("申报类别", ("categories_ticked",)),
    ("企业概况", ("enterprise_name", "size_class", "ownership", "uscc", "reg_date",
                  "reg_capital", "industry2", "industry4", "listed", "stock_code",
                  "actual_controller", "controlling_shareholder")),
    ("联系方式", ("district", "postcode", "mail_address", "reg_address", "contact", "legal_rep")),
    ("经济指标", ("*years",)),
    ("知识产权与研发", ("software", "patents_des", "patents_um", "patents_inv", "rd_body",
                        "growth", "mean_growth", "rd_ratio", "main_ratio", "debt_ratio")),
    ("产品情况", ("main_product", "product_name", "production_date", "tech_source", "niche_years",
                  "product_revenue", "share", "rank_nation", "rank_province", "tech_level",
                  "product_intro")),
    ("质量与品牌", ("titles", "standards", "brand", "it_systems", "certs", "chain_role",
                  "prior_title")),
)  # fmt: skip
"""Sections of family ``b`` in order."""

YEAR_ORDER = (
    "employees", "rd_staff", "revenue", "main_revenue", "product_revenue", "growth", "main_ratio",
    "total_profit", "net_profit", "tax", "assets", "liabilities", "debt_ratio", "rd_expense",
    "rd_ratio", "share",
)  # fmt: skip

PERSON_KEYS: Mapping[str, tuple[str, ...]] = {
    "legal_rep": ("legal_rep_tel", "legal_rep_mobile"),
    "contact": ("contact_tel", "contact_mobile", "contact_fax", "contact_email"),
}
"""Fields that stand in the row of a person."""

WIDE = frozenset(
    {
        "enterprise_name", "reg_address", "mail_address", "product_name", "main_product",
        "product_intro", "rd_body", "certs",
        "brand", "standards", "it_systems", "titles", "prior_title",
        *OPTIONS,
    }
)  # fmt: skip
"""Fields that take a whole row."""

APART = frozenset(
    {
        "recommender", "application_date", "truth_date", "opinion_district",
        "opinion_district_date", "opinion_city", "opinion_city_date",
    }
)  # fmt: skip
"""Fields of the cover, the statement and the opinions: they stand in no table row of their own."""

STATEMENT = (
    "本企业郑重声明：所填报内容及提供的申报材料真实、准确、完整，"
    "复印件与原件一致。如有虚假，愿承担由此产生的一切法律责任。"
)


def label_of(key: str, family: str, own: Mapping[str, str], *, unit: bool = True) -> str:
    """The label that a form prints for a field.

    Args:
        key: Canonical key without a year.
        family: Letter of the office.
        own: Labels that this form prints instead.
        unit: Whether the unit follows in brackets.
    """
    if key in own:
        return own[key]
    wording = WORDINGS.get(key)
    if wording is None:
        return key
    text = wording.a if family == "a" else wording.b
    if family in "cd":
        text = second_label(key, family) or text
    return f"{text}（{wording.unit}）" if unit and wording.unit else text


def title_of(tier: str, family: str) -> str:
    """The title that an office prints on the form of a tier."""
    return SECOND_TITLES[tier]["cd".index(family)] if family in "cd" else FORM_TITLES[tier]
