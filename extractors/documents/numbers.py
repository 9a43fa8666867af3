"""Numbers of documents, whose year stands in brackets that readers mix up."""

from __future__ import annotations

import re

_DIRT = " ;；,，.。:：、'·"
_BEHIND_ZL = re.compile(r"(?<=^ZL)[.·\s]+(?=\d)")
_YEAR = re.compile(r"[〔\[(（【{｛]\s*((?:19|20)\d{2})\s*[〕\])）】}｝](?=\s*第?\s*\d+\s*号)")


def document_number(text: str) -> str:
    """A document's number with its year in the brackets that the rules for papers ask for.

    ``昶信会审字[2020〕第847号`` becomes ``昶信会审字〔2020〕第847号``; dirt around a number, which
    neither begins nor ends with a point or stop, is left out; other texts stay.
    """
    return _YEAR.sub(r"〔\1〕", _BEHIND_ZL.sub("", text.strip(_DIRT)))
