"""What lies in a folder that somebody else filled."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def entries_under(folder: Path) -> Iterator[Path]:
    """Everything in a folder and the folders in it, in no order, but folders themselves.

    A folder that cannot be looked into stands for what is lost with it; a link is an entry and
    is not followed.  However deep folders lie in each other, nothing is passed over.
    """
    todo = [folder]
    while todo:
        parent = todo.pop()
        try:
            with os.scandir(parent) as found:
                entries = list(found)
        except OSError:
            yield parent
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                todo.append(Path(entry.path))
            else:
                yield Path(entry.path)
