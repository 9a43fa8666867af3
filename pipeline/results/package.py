"""Office files (zip packages) with the same bytes for the same content.

openpyxl and python-docx write the present time into the package's properties and into
each zip entry; a result that is compared by hash, as ``zjtx verify`` does, must not change
because it was written again.
"""

from __future__ import annotations

import io
import re
import zipfile

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_STAMP = b"1980-01-01T00:00:00Z"
_CORE = "docProps/core.xml"
_DATES = re.compile(rb"(<dcterms:(created|modified)\b[^>]*>)[^<]*(</dcterms:\2>)")


def with_fixed_times(package: bytes) -> bytes:
    """The package with every time in it set to the zip epoch, entries in the same order."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == _CORE:
                content = _DATES.sub(rb"\g<1>" + _STAMP + rb"\g<3>", content)
            fixed = zipfile.ZipInfo(entry.filename, date_time=_ZIP_EPOCH)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.create_system = 0  # the same on every operating system
            new.writestr(fixed, content)
    return target.getvalue()
