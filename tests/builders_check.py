"""Small builders: an application that breaks no rule, and ways to spoil it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from extractors.values.codes import organisation_check_character, uscc_check_character
from pipeline.programme import Programme, load_programme
from pipeline.records import (
    Application,
    Decision,
    Document,
    Extraction,
    Field,
    FieldState,
    Finding,
    Judgement,
    Match,
    Medium,
    Outcome,
    PageRef,
    SealSeen,
    Title,
    Volume,
)
from pipeline.stages.check import BoxFacts, CheckContext, check

PACK = Path(__file__).parents[1] / "dictionaries" / "programmes" / "liaoning-2021"
NAME = "大连星河精密机械有限公司"
STRANGER = "沈阳远山铸造有限公司"

Value = str | tuple[str, FieldState]
"""A value, accepted unless it says otherwise."""


def uscc(middle: str = "MA10Y7K3") -> str:
    """A code that passes both checks."""
    first = "91210211" + middle + organisation_check_character(middle)
    return first + uscc_check_character(first)


@cache
def pack() -> Programme:
    """The programme of 2021."""
    return load_programme(PACK)


FORM: Mapping[str, Value] = {
    "enterprise_name": NAME,
    "uscc": uscc(),
    "district": "甘井子区",
    "legal_rep": "王建国",
    "contact": "李敏",
    "contact_mobile": "13900000001",
    "reg_date": "2008-03-12",
    "size_class": "中型",
    "industry2": "35 专用设备制造业",
    "product_name": "高精度数控回转工作台",
    "niche_years": "10",
    "categories_ticked": "专业化;创新化",
    "application_date": "2021-05-28",
    "opinion_district_date": "2021-06-09",
    "prior_title": "2019年 LN-P-2019-0012",
    "main_ratio": "90",
    "mean_growth": "10",
    "debt_ratio": "40",
    "patents_inv": "1",
    "patents_um": "0",
    "patents_des": "0",
    "software": "0",
    "certs": "无",
    "rd_body": "无",
    "brand": "无",
    "it_systems": "无",
    "employees.2018": "300",
    "employees.2019": "310",
    "employees.2020": "320",
    "rd_staff.2020": "50",
    "revenue.2018": "10000",
    "revenue.2019": "11000",
    "revenue.2020": "12100",
    "main_revenue.2018": "9000",
    "main_revenue.2019": "9900",
    "main_revenue.2020": "10890",
    "growth.2019": "10",
    "growth.2020": "10",
    "rd_expense.2020": "605",
    "rd_ratio.2020": "5",
    "total_profit.2020": "1000",
    "net_profit.2020": "850",
    "assets.2020": "20000",
    "liabilities.2020": "8000",
}
EVIDENCE: Sequence[tuple[str, Mapping[str, Value]]] = (
    ("application_form", {}),
    ("truth_statement", {"name": NAME, "date": "2021-05-28"}),
    (
        "business_licence",
        {
            "name": NAME,
            "uscc": uscc(),
            "legal_rep": "王建国",
            "established": "2008-03-12",
            "term": "自2008年3月12日至2038年3月11日",
        },
    ),
    ("prior_title", {"name": NAME, "year": "2019"}),
    ("introduction", {"name": NAME}),
    (
        "audit_report",
        {"client": NAME, "year": "2019", "revenue": "11000", "rd_expense": "550"},
    ),
    (
        "audit_report",
        {"client": NAME, "year": "2020", "revenue": "12100", "rd_expense": "605"},
    ),
    ("social_security", {"name": NAME, "headcount": "318", "month": "2020-12"}),
    ("novelty_report", {}),
    ("patent", {"owner": NAME, "number": "ZL201810123456.0"}),
    ("system_certificate", {"name": NAME, "valid_to": "2022-09-01"}),
    ("market_share_proof", {"name": NAME}),
    ("credit_query", {"name": NAME, "date": "2021-05-25", "result": "未列入严重失信主体名单"}),
)
SEALS = (
    ("cover", "seal"),
    ("opinion_district", "seal"),
    ("truth_statement", "seal"),
    ("truth_statement", "signature"),
)


def field(key: str, value: Value, medium: Medium = Medium.PAPER, **changes: object) -> Field:
    """A value on page 1, accepted unless it says otherwise."""
    text, state = value if isinstance(value, tuple) else (value, FieldState.ACCEPTED)
    base = Field(
        application_id="a-1",
        volume="v-" + medium,
        medium=medium,
        key=key,
        value=text,
        raw=text,
        unit="",
        state=state,
        read_confidence=0.99 if state is FieldState.ACCEPTED else 0.6,
        place_confidence=0.99,
        file="box/scans/a.pdf",
        sha256="0" * 64,
        page=1,
        box=None,
        engine="test",
        rule="cell-right",
    )
    return base.model_copy(update=changes)


def judged(
    form: Mapping[str, Value | None] | None = None,
    *,
    tier: str = "sme",
    without: Sequence[str] = (),
    evidence: Mapping[str, Mapping[str, Value]] | None = None,
    add: Sequence[tuple[str, Mapping[str, Value]]] = (),
    seals: Mapping[tuple[str, str], bool | None] | None = None,
    seal_text: str = "",
    confidence: float = 0.95,
    extra: Sequence[Field] = (),
    programme: Programme | None = None,
    **context: object,
) -> Judgement:
    """Judge the sound application with some things changed.

    ``form`` changes (or with ``None`` takes away) values of the form, ``without`` takes
    documents away, ``evidence`` changes the values of every document of a type, ``add``
    puts documents at the end; ``confidence`` is how surely all documents are of their kinds.
    """
    values = {key: value for key, value in {**FORM, **(form or {})}.items() if value is not None}
    papers = [
        (kind, {**found, **(evidence or {}).get(kind, {})})
        for kind, found in [*(item for item in EVIDENCE if item[0] not in without), *add]
    ]
    fields = [field(key, value) for key, value in values.items()]
    count: dict[str, int] = {}
    documents = []
    for page, (kind, found) in enumerate(papers, start=1):
        count[kind] = count.get(kind, 0) + 1
        numbered = kind if count[kind] == 1 else f"{kind}#{count[kind]}"
        fields += [field(f"{numbered}.{key}", value, page=page) for key, value in found.items()]
        documents.append(
            Document(
                document_id=f"d-{page}",
                type=kind,
                pages=(PageRef(file="box/scans/a.pdf", page=page),),
                confidence=confidence,
            )
        )
    volume = Volume(volume_id="v-paper", medium=Medium.PAPER, number=1, documents=tuple(documents))
    seen = {**dict.fromkeys(SEALS, True), **(seals or {})}
    application = Application(
        application_id="a-1",
        tier=tier,
        enterprise_name=str(values.get("enterprise_name", "")),
        uscc=uscc(),
        volumes=(volume,),
    )
    extraction = Extraction(
        application_id="a-1",
        fields=(*fields, *extra),
        seals=tuple(
            SealSeen(
                application_id="a-1",
                volume="v-paper",
                document_id="d-1",
                document_type="application_form",
                place=place,
                kind=kind,
                present=present,
                text=seal_text if (place, kind) == ("cover", "seal") else "",
                confidence=0.95,
                file="box/scans/a.pdf",
                page=1,
                box=None,
            )
            for (place, kind), present in seen.items()
        ),
        unassigned=(),
        lines_total=0,
        lines_in_fields=0,
        lines_in_cells=0,
        lines_in_body=0,
    )
    told = {
        "match": Match(application_id="a-1", decision=Decision.REJECTED, candidates=()),
        "titles": (
            title("product"),
            title("sme"),
        ),
        "box": BoxFacts(copies=3, disc=True),
        **context,
    }
    return check(
        application,
        extraction,
        CheckContext(
            programme=programme or pack(),
            **told,
        ),
    )


def title(tier: str, valid_to: str = "2022-12-31", name: str = NAME) -> Title:
    """A title of 2019."""
    return Title(
        enterprise_name=name,
        uscc="",
        tier=tier,
        year="2019",
        number="LN-2019-0012",
        product_name="",
        valid_from="2020-01-01",
        valid_to=valid_to,
    )


def outcome(judgement: Judgement, rule: str) -> Outcome:
    """What a rule answered."""
    return {result.rule: result.outcome for result in judgement.results}[rule]


def claims(judgement: Judgement) -> dict[str, Finding]:
    """The findings that claim something, by code; requests to look are left out."""
    return {item.code: item for item in judgement.findings if item.severity in ("error", "warn")}


def requests(judgement: Judgement) -> dict[str, Finding]:
    """The findings that ask a person to look, by code."""
    return {item.code: item for item in judgement.findings if item.severity == "review"}
