"""Telephones, postcodes and e-mail addresses."""

from __future__ import annotations

import re

from extractors.values.reading import Normalised
from extractors.values.tidy import squeeze

MOBILE = re.compile(r"1[3-9][0-9]{9}")
_AREA = r"0(?:10|2[0-9]|[3-9][0-9]{2})"
_LANDLINE = re.compile(
    rf"(?:\(?({_AREA})\)?[-]?)?([2-9][0-9]{{6,7}})(?:(?:-|转|\(|\(?分机)([0-9]{{1,6}})\)?)?"
)
_SERVICE = re.compile(r"(400|800)-?([0-9]{3})-?([0-9]{4})")
_COUNTRY = re.compile(r"^(?:\+|00)86-?")
_PARTING = re.compile(r"[/;、；,，]+|\s{2,}|(?<=[0-9])\s(?=1[3-9][0-9]{9}\b)")
_EMAIL = re.compile(
    r"[a-z0-9._%+\-]+@[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?(?:\.[a-z0-9\-]+)*\.[a-z]{2,}"
)


def read_mobile(raw: str) -> Normalised:
    """A mobile number: 11 digits that begin with 13 to 19."""
    number = _digits(raw)
    if MOBILE.fullmatch(number):
        return Normalised(number, valid=True)
    if _LANDLINE.fullmatch(number):
        return Normalised(_landline(number), valid=False, doubt="为固定电话，应为11位手机号码")
    return Normalised(number, valid=False, doubt="手机号码应为11位，以13至19开头")


def read_telephone(raw: str) -> Normalised:
    """A landline as ``0411-83686040`` (local ones stay as they are), or a mobile number.

    Several numbers in one field are joined by ``;``.
    """
    parts = [part for part in _PARTING.split(raw.strip()) if part.strip()]
    readings = [_one_telephone(part) for part in parts]
    value = ";".join(reading.value for reading in readings)
    doubt = next((reading.doubt for reading in readings if reading.doubt), "")
    return Normalised(value, valid=bool(readings) and all(r.valid for r in readings), doubt=doubt)


def read_postcode(raw: str) -> Normalised:
    """A postcode: six digits, none of which is checked."""
    code = re.sub(r"[\s\-]", "", squeeze(raw))
    if re.fullmatch(r"[0-8][0-9]{5}", code):
        return Normalised(code, valid=True)
    return Normalised(code, valid=False, doubt="邮政编码应为6位数字")


def read_email(raw: str) -> Normalised:
    """An e-mail address in small letters; ``。`` is taken for the point it was."""
    address = squeeze(raw).replace("。", ".").lower()
    if _EMAIL.fullmatch(address) and ".." not in address:
        return Normalised(address, valid=True)
    return Normalised(address, valid=False, doubt="不符合电子邮箱的写法")


def _one_telephone(raw: str) -> Normalised:
    number = _digits(raw)
    service = _SERVICE.fullmatch(number)
    if MOBILE.fullmatch(number):
        return Normalised(number, valid=True)
    if service:
        return Normalised("-".join(service.groups()), valid=True)
    hit = _LANDLINE.fullmatch(number)
    if hit:
        return Normalised(_landline(number), valid=True)
    return Normalised(number, valid=False, doubt="电话号码位数或写法不符")


def _landline(number: str) -> str:
    hit = _LANDLINE.fullmatch(number)
    return "-".join(part for part in hit.groups() if part) if hit else number


def _digits(raw: str) -> str:
    text = re.sub(r"[\s·.]", "", squeeze(raw)).replace("—", "-").replace("–", "-")
    text = _COUNTRY.sub("", text)
    bare = text.replace("-", "")
    return bare if MOBILE.fullmatch(bare) else text
