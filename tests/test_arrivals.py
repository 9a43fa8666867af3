"""What a clerk noted in ``box.toml`` reaches the rules of the application it is about."""

from __future__ import annotations

from datetime import date

from builders_check import NAME, STRANGER

from pipeline.arrivals import box_facts
from pipeline.records import (
    Application,
    Document,
    FileRole,
    FileStatus,
    Medium,
    PageRef,
    SourceFile,
    Volume,
    Waiver,
)
from pipeline.stages.intake import BoxInfo, Handed

WAIVER = Waiver(code="E-PREREQ", reason="证书待发", by="李敏", on=date(2021, 6, 8))
FILE = SourceFile(
    box="b",
    file="b/scans/a.pdf",
    path="/nowhere",
    sha256="0" * 64,
    size=1,
    media_type="application/pdf",
    role=FileRole.SCAN,
    pages=1,
    status=FileStatus.READ,
)


def application(name=NAME, tier="sme"):
    page = PageRef(file=FILE.file, page=1)
    form = Document(document_id="d", type="application_form", pages=(page,), confidence=1)
    paper = Volume(volume_id="v", medium=Medium.PAPER, number=1, documents=(form,))
    return Application(
        application_id="a", tier=tier, enterprise_name=name, uscc="", volumes=(paper,)
    )


BOX = BoxInfo(
    id="b",
    forwarded=date(2021, 6, 11),
    pool_received=date(2021, 6, 20),
    application=(
        Handed(
            enterprise_name=NAME, tier="sme", date_forwarded=date(2021, 6, 10), waiver=(WAIVER,)
        ),
    ),
)


def test_a_waiver_is_of_its_enterprise_and_tier_alone():
    assert box_facts(application(), (BOX,), (FILE,)).waivers == (WAIVER,)
    assert box_facts(application(tier="product"), (BOX,), (FILE,)).waivers == ()
    assert box_facts(application(STRANGER), (BOX,), (FILE,)).waivers == ()


def test_the_day_noted_of_an_application_goes_before_that_of_its_box():
    own, other = (box_facts(application(name), (BOX,), (FILE,)) for name in (NAME, STRANGER))
    assert (own.date_forwarded, other.date_forwarded) == (date(2021, 6, 10), date(2021, 6, 11))
    assert own.pool_received == date(2021, 6, 20)
