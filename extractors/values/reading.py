"""What a parser has to say about the text of one field."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Normalised:
    """A value in its normal form, and how far it can be believed.

    Attributes:
        value: the normal form; the tidied text where it could not be understood;
            empty where the applicant left the field (or its blank template) empty.
        unit: unit of the value (``万元``, ``%`` …); empty where it has none.
        valid: whether the value passed its check; ``None`` where there is nothing to
            check it by.
        doubt: in Chinese, why a person should look; empty where nothing speaks for it.
    """

    value: str
    unit: str = ""
    valid: bool | None = None
    doubt: str = ""
