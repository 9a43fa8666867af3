"""Whose volume it is: which volumes are of one enterprise, and what lies in the wrong one."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.documents.owners import Named, name_likeness, named_on, names_it, same_code
from extractors.values.codes import is_uscc
from pipeline.sorting.bundles import BLANK, FORM, Bundle, Draft

_SAME_SUBJECT = 0.6
"""Likeness from which two subjects as read are one: a long name may lose a line."""
_SAME_NAME = 0.88
"""Likeness from which two names as read are taken for one enterprise's."""
_SAME_NAME_BY_CODE = 0.7
"""… where their codes differ by a slip: a stamp may lie over the name."""


def same_enterprise(one: Bundle, other: Bundle) -> bool:
    """Whether two volumes name the same enterprise, reading errors allowed."""
    if one.code and other.code:
        if one.code == other.code:
            return True
        # Of two near codes that both pass their check each may be an enterprise's own.
        both = is_uscc(one.code) and is_uscc(other.code)
        alike = _SAME_NAME if both else _SAME_NAME_BY_CODE
        return same_code(one.code, other.code) and name_likeness(one.name, other.name) >= alike
    return name_likeness(one.name, other.name) >= _SAME_NAME


def same_application(one: Bundle, other: Bundle) -> bool:
    """Whether two volumes are copies of one application: same applicant, tier and subject."""
    if one.tier != other.tier or not same_enterprise(one, other):
        return False
    if not one.subject or not other.subject:
        return True
    return name_likeness(one.subject, other.subject) >= _SAME_SUBJECT


def home_of(
    document: Draft, open_volume: Bundle | None, applicants: Sequence[Bundle]
) -> Bundle | None:
    """The volume that a document without a form before it in its file belongs to."""
    named = named_on(document.views())
    if open_volume is not None and names_it(named, open_volume.name, open_volume.code):
        return open_volume
    owners = [volume for volume in applicants if names_it(named, volume.name, volume.code)]
    if open_volume is not None and any(same_enterprise(each, open_volume) for each in owners):
        return open_volume  # another copy of the same enterprise names it as well
    if owners:
        return owners[-1]
    if named.codes and open_volume is not None and document.type != BLANK:
        return None
    return open_volume


def strangers_in(volume: Bundle, applicants: Sequence[Bundle]) -> list[Draft]:
    """Take documents out of a volume that name another applicant of the run and not its own."""
    others = [
        other
        for other in applicants
        if not same_enterprise(volume, other) and (other.name or other.code)
    ]
    strange: list[Draft] = []
    if not (volume.name or volume.code):
        return strange
    for document in list(volume.documents):
        if document.type in (FORM, BLANK):
            continue
        named = named_on(document.views())
        if names_it(named, volume.name, volume.code):
            continue
        if any(_names_exactly(named, other) for other in others):
            volume.documents.remove(document)
            strange.append(document)
    return strange


def _names_exactly(named: Named, bundle: Bundle) -> bool:
    return bundle.code in named.codes or any(
        bundle.name and bundle.name in name for name in named.names
    )
