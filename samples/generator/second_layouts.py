"""What stands on the application forms of the second layout family: offices ``c`` and ``d``.

Both are drawn from the proposed field dictionary (FACTS §4.3) and from how offices word such
forms; some wordings are deliberately none that the programme's pack lists.  Nothing here is
shared with offices ``a`` and ``b`` but the fields themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SECOND_TITLES: Mapping[str, tuple[str, str]] = {
    "product": ("辽宁省中小企业“专精特新”产品（技术）申请表", "“专精特新”产品（技术）认定申请表"),
    "sme": ("专精特新中小企业申报书", "辽宁省“专精特新”中小企业申请表"),
    "little_giant": ("专精特新“小巨人”企业申请书", "辽宁省专精特新“小巨人”企业推荐表"),
}
"""Titles of the forms of office ``c`` and office ``d``."""

SECOND_WORDINGS: Mapping[str, tuple[str, str]] = {
    "enterprise_name": ("企业全称", "申请单位名称"),
    "uscc": ("统一社会信用代码（18位）", "营业执照统一社会信用代码"),
    "district": ("所属县区", "所在区县（先导区）"),
    "reg_address": ("企业注册地址", "注册地址（与营业执照一致）"),
    "mail_address": ("办公地址", "实际经营地址"),
    "postcode": ("邮政编码", "邮编"),
    "legal_rep": ("企业法人", "法定代表人"),
    "legal_rep_tel": ("办公电话", "座机"),
    "legal_rep_mobile": ("手机号码", "手机号码"),
    "contact": ("填报人", "申报联系人"),
    "contact_tel": ("固定电话", "座机"),
    "contact_mobile": ("手机号码", "手机号码"),
    "contact_fax": ("传真号", "传真"),
    "contact_email": ("邮箱", "电子信箱"),
    "reg_date": ("成立时间", "登记注册时间"),
    "reg_capital": ("注册资本金", "注册资金"),
    "controlling_shareholder": ("控股股东名称", "最大股东（控股股东）"),
    "actual_controller": ("实际控制人姓名", "企业实际控制人"),
    "stock_code": ("证券代码", "上市（挂牌）代码"),
    "mean_growth": ("近两年主营业务收入平均增长率", "主营业务收入两年平均增速"),
    "main_product": ("主要产品名称", "主导产品（服务）名称"),
    "chain_role": ("补短板、填空白情况", "是否属于补短板/锻长板/填空白"),
    "ownership": ("企业所有制", "所有制形式"),
    "size_class": ("规模类型", "企业规模类型"),
    "industry2": ("国民经济行业类别", "行业大类（代码及名称）"),
    "industry4": ("所属细分行业", "行业小类（代码及名称）"),
    "listed": ("上市状态", "是否上市（挂牌）"),
    "employees": ("员工总数", "年末职工人数"),
    "rd_staff": ("其中：科技人员", "其中研发人员数"),
    "revenue": ("营业总收入", "全年营业收入"),
    "main_revenue": ("主营收入", "其中主营业务收入"),
    "product_revenue": ("申报产品销售收入", "该产品年销售收入"),
    "growth": ("主营收入增长率", "主营业务收入同比增幅"),
    "main_ratio": ("主营收入占比", "主营业务占比"),
    "rd_ratio": ("研发投入占比", "研发投入占营业收入比例"),
    "debt_ratio": ("负债率", "年末资产负债率"),
    "share": ("国内市场占有率", "主导产品市占率"),
    "net_profit": ("税后利润", "净利润额"),
    "total_profit": ("税前利润", "年度利润总额"),
    "tax": ("上缴税费", "实际上缴税金"),
    "assets": ("总资产", "年末资产总额"),
    "liabilities": ("总负债", "年末负债总额"),
    "rd_expense": ("研发经费支出", "研究开发经费"),
    "product_name": ("申报产品名称", "申请产品（技术）名称"),
    "product_intro": ("产品概述", "产品（技术）情况介绍"),
    "tech_level": ("产品（技术）水平", "技术先进程度"),
    "tech_source": ("技术来源方式", "技术来源情况"),
    "production_date": ("量产时间", "投入生产时间"),
    "patents_inv": ("有效发明专利", "发明专利数"),
    "patents_um": ("实用新型专利数", "实用新型专利"),
    "patents_des": ("外观设计专利数", "外观设计专利"),
    "software": ("软著", "计算机软件著作权"),
    "rank_province": ("省内同行业排名", "省内市场位次"),
    "rank_nation": ("国内同行业排名", "全国市场位次"),
    "niche_years": ("从事细分领域年限", "专注细分市场时间"),
    "rd_body": ("研发机构及级别", "研发平台建设情况"),
    "certs": ("体系认证情况", "通过管理体系认证情况"),
    "brand": ("品牌情况", "商标及品牌"),
    "standards": ("主持或参与制定标准", "参与制（修）订标准情况"),
    "it_systems": ("信息化应用情况", "信息化情况"),
    "titles": ("荣誉称号", "所获荣誉称号"),
    "prior_title": ("已获专精特新认定", "专精特新认定情况"),
    "categories_ticked": ("所属类别", "申报方向"),
    "recommender": ("推荐部门", "上报单位"),
    "application_date": ("填表时间", "填表日期"),
    "truth_statement": ("申报单位承诺", "企业声明"),
    "opinion_district": ("县区主管部门意见", "初审意见"),
    "opinion_city": ("市工信局意见", "市级主管部门意见"),
}
"""Labels of office ``c`` and office ``d``, without units."""

SECTIONS_C: Sequence[tuple[str, str, tuple[str, ...]]] = (
    ("申报内容", "inline", ("categories_ticked", "prior_title", "product_name", "main_product")),
    (
        "申报单位基本信息",
        "inline",
        (
            "enterprise_name", "uscc", "reg_date", "reg_capital", "size_class", "ownership",
            "district", "industry2", "industry4", "reg_address", "mail_address", "postcode",
            "controlling_shareholder", "actual_controller", "listed", "stock_code",
        ),
    ),
    ("联系方式", "inline", ("contact", "legal_rep")),
    ("主要经济指标", "years", ()),
    ("知识产权数量", "heads", ("patents_inv", "patents_um", "patents_des", "software")),
    (
        "市场与比率",
        "inline",
        (
            "niche_years", "share", "rank_nation", "rank_province", "main_ratio", "mean_growth",
            "growth", "rd_ratio", "debt_ratio", "chain_role", "tech_level", "tech_source",
            "production_date", "product_revenue",
        ),
    ),
    ("创新与管理", "inline", ("rd_body", "it_systems", "standards", "certs", "brand", "titles")),
    ("产品概述", "below", ("product_intro",)),
)  # fmt: skip
"""Sections of office ``c``: title, arrangement, fields."""

SECTIONS_D: Sequence[tuple[str, str, tuple[str, ...]]] = (
    (
        "企业登记信息",
        "left",
        (
            "reg_capital", "reg_date", "uscc", "enterprise_name", "reg_address", "district",
            "postcode", "mail_address",
        ),
    ),
    (
        "行业与规模",
        "left",
        (
            "industry4", "industry2", "ownership", "size_class", "actual_controller",
            "controlling_shareholder", "listed", "stock_code",
        ),
    ),
    ("联系人员", "people", ("legal_rep", "contact")),
    (
        "产品（技术）",
        "left",
        (
            "product_name", "main_product", "production_date", "tech_source", "tech_level",
            "product_revenue",
            "product_intro",
        ),
    ),
    ("年度经营数据", "years", ()),
    (
        "专精特新指标",
        "left",
        (
            "main_ratio", "debt_ratio", "growth", "mean_growth", "rd_ratio", "share",
            "niche_years", "rank_province", "rank_nation", "chain_role", "certs", "it_systems",
            "brand", "standards", "rd_body", "titles", "prior_title",
        ),
    ),
    ("自主知识产权", "left", ("software", "patents_inv", "patents_des", "patents_um")),
    ("申报方向", "left", ("categories_ticked",)),
)  # fmt: skip
"""Sections of office ``d``."""

SECOND_YEAR_ORDER: Mapping[str, Sequence[str]] = {
    "c": (
        "assets", "liabilities", "revenue", "main_revenue", "growth", "product_revenue",
        "net_profit", "total_profit", "tax", "rd_expense", "rd_ratio", "employees", "rd_staff",
        "main_ratio", "debt_ratio", "share",
    ),
    "d": (
        "revenue", "main_revenue", "product_revenue", "growth", "tax", "total_profit",
        "net_profit", "rd_expense", "rd_ratio", "assets", "liabilities", "debt_ratio",
        "employees", "rd_staff", "main_ratio", "share",
    ),
}  # fmt: skip
"""Order of the metrics in the table of years."""

SECOND_STATEMENTS: Mapping[str, str] = {
    "c": (
        "本单位承诺：本表所填内容以及随附的各项材料均属实，电子版与纸质版一致，"
        "如有不实之处，由本单位承担全部责任，并接受取消申报资格的处理。"
    ),
    "d": (
        "我单位对所提交全部资料的真实性和合法性负责，没有隐瞒和虚构，"
        "若违反本声明，自愿退出本年度申报并承担相应后果。"
    ),
}


def second_label(key: str, office: str) -> str | None:
    """The label of a field at office ``c`` or ``d`` without its unit; None if it has none."""
    wordings = SECOND_WORDINGS.get(key)
    return None if wordings is None else wordings["cd".index(office)]
