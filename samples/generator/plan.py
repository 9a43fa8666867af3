"""Who applies in a box, for what, and with which defects."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from samples.generator.cases import Case, build_case
from samples.generator.defects import BY_NAME, DEFECTS, Defect, plant
from samples.generator.enterprises import Enterprise, Inventor
from samples.generator.families import Family

Plan = tuple[tuple[str, tuple[str, ...]], ...]
"""The applications of one enterprise: tier and names of the defects."""
DEMO: tuple[Plan, ...] = (
    (("product", ()),),
    (("product", ("missing-novelty", "no-cover-stamp")),),
    (("product", ("two-products",)), ("product", ("two-products",))),
    (("product", ("unsupported-category", "word-differs")),),
    (("product", ("bad-code", "no-application-date")),),
    (("product", ("licence-of-former-name", "no-disc")),),
    (("sme", ()),),
    (("sme", ("expired-certificate", "wrong-ratio", "no-title")),),
    (("sme", ("large", "no-signature", "audit-year-missing")),),
    (("little_giant", ("patent-of-stranger", "no-opinion-stamp", "platform-tier")),),
    (("product", ()),),
)
"""Enterprise by enterprise, the applications of the demo box with their defects."""


def plan_demo(rng: Random, family: Family = Family.A) -> list[Case]:
    """The applications of the committed sample box."""
    return _build(DEMO, rng, slim=True, family=family)


def plan_box(rng: Random, enterprises: int, family: Family = Family.A) -> list[Case]:
    """Applications of any number of enterprises, about two thirds of them with defects."""
    deck = deque(rng.sample(DEFECTS, len(DEFECTS)))
    plans: list[Plan] = []
    for number in range(enterprises):
        tier = rng.choices(("product", "sme", "little_giant"), (45, 35, 20))[0]
        if number % 9 == 4:
            plans.append((("product", ("two-products",)),) * 2)
        elif number % 11 == 7:
            plans.append((("sme", ("two-tiers",)), ("little_giant", ("two-tiers",))))
        elif number % 13 == 10:
            plans.append((("sme", ("large",)),))
        else:
            wanted = rng.choices((0, 1, 2, 3), (35, 35, 22, 8))[0]
            plans.append(((tier, _draw(deck, tier, wanted)),))
    return _build(plans, rng, slim=False, family=family)


def _draw(deck: deque[Defect], tier: str, wanted: int) -> tuple[str, ...]:
    """The next defects of the deck that fit; those drawn go to the bottom."""
    names: list[str] = []
    touched: set[str] = set()
    for defect in list(deck):
        if len(names) == wanted:
            break
        if tier in defect.tiers and defect.touches not in touched:
            names.append(defect.name)
            touched.add(defect.touches)
            deck.remove(defect)
            deck.append(defect)
    return tuple(names)


def _build(
    plans: Sequence[Plan], rng: Random, *, slim: bool, family: Family = Family.A
) -> list[Case]:
    inventor = Inventor(rng)
    cases: list[Case] = []
    for applications in plans:
        names = {name for _, defects in applications for name in defects}
        enterprise = inventor.invent(large="large" in names)
        if slim:
            enterprise = replace(enterprise, software=(), former_name="")
        for number, (tier, defects) in enumerate(applications):
            applicant = enterprise if number == 0 else _other_product(enterprise, rng)
            case = build_case(
                f"T{len(cases) + 1:03d}", tier, applicant, inventor, rng, slim=slim, family=family
            )
            if len(applications) > 1:
                _belong_together(case, number)
            for name in defects:
                _plant(name, case, inventor, rng)
            cases.append(case)
    return cases


def _belong_together(case: Case, number: int) -> None:
    """Further applications of an enterprise carry the same stamps and people."""
    case.disc_name = f"申报表{number + 1}"


def _other_product(enterprise: Enterprise, rng: Random) -> Enterprise:
    rest = [name for name in enterprise.trade.products if name != enterprise.product]
    return replace(enterprise, product=rng.choice(rest))


def _plant(name: str, case: Case, inventor: Inventor, rng: Random) -> None:
    if name == "two-products":
        case.expect("E-PRODUCT-DUP", "product_name")
        case.planted.append(name)
    elif name == "two-tiers":
        case.expect("E-FORM-TIER", "tier")
        case.planted.append(name)
    elif name == "large":
        case.expect("E-SIZE", "size_class")
        case.planted.append(name)
    else:
        plant(BY_NAME[name], case, inventor, rng)
