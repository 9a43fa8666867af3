"""The kinds of values that a form or a certificate can state."""

from __future__ import annotations

from enum import StrEnum


class FieldKind(StrEnum):
    """How the text of a field is understood and normalised."""

    NAME = "name"
    USCC = "uscc"
    TEXT = "text"
    PERSON = "person"
    TEL = "tel"
    MOBILE = "mobile"
    FAX = "fax"
    EMAIL = "email"
    POSTCODE = "postcode"
    DATE = "date"
    MONEY = "money"
    PERCENT = "percent"
    INTEGER = "integer"
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    DISTRICT = "district"
    INDUSTRY = "industry"
