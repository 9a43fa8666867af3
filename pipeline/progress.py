"""How far a run is: bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Protocol, Self

_SECONDS_BETWEEN_LINES = 10.0

WORDS = {
    "intake": "清点文件",
    "clean": "校正页面",
    "read": "识别文字",
    "sort": "整理归类",
    "extract": "提取字段",
    "match": "比对登记",
    "check": "审核规则",
    "compare": "核对版本",
    "write": "生成结果",
}
"""What a clerk calls the stages."""

UNITS = {"intake": "件", "clean": "页", "read": "页"}


class Progress(Protocol):
    """Told by the batch what happens; says it to whoever waits."""

    def begin(self, stage: str, total: int, reused: int) -> None:
        """A stage begins: so many units in all, so many of them done in an earlier run."""

    def advance(self, done: int, failed: int) -> None:
        """So many more units are done, some of them failed."""

    def end(self) -> None:
        """The stage is done."""


class Silent:
    """Says nothing."""

    def begin(self, stage: str, total: int, reused: int) -> None:
        """Nothing."""

    def advance(self, done: int, failed: int) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""


class Lines:
    """A line when a stage begins and ends, and one every ten seconds between."""

    def __init__(self) -> None:
        self._stage = ""
        self._total = self._done = self._reused = self._failed = 0
        self._started = self._said = 0.0

    def begin(self, stage: str, total: int, reused: int) -> None:
        """Remember what is to be done."""
        self._stage, self._total, self._reused = stage, total, reused
        self._done = self._failed = 0
        self._started = self._said = time.monotonic()

    def advance(self, done: int, failed: int) -> None:
        """Say how far it is, now and then."""
        self._done += done
        self._failed += failed
        now = time.monotonic()
        ended = self._reused + self._done >= self._total  # then ``end`` says it
        if now - self._said >= _SECONDS_BETWEEN_LINES and not ended:
            self._said = now
            self._say()

    def end(self) -> None:
        """Say how it ended."""
        if self._total:
            self._say()

    def _say(self) -> None:
        word, unit = WORDS.get(self._stage, self._stage), UNITS.get(self._stage, "项")
        parts = [f"{word} {self._reused + self._done}/{self._total} {unit}"]
        seconds = time.monotonic() - self._started
        left = self._total - self._reused - self._done
        if self._reused:
            parts.append(f"其中 {self._reused} {unit}此前已完成")
        if self._failed:
            parts.append(f"{self._failed} {unit}未成功")
        if self._done and seconds > 1:
            speed = self._done / seconds
            parts.append(f"{speed:.2f} {unit}/秒")
            if left:
                parts.append(f"约剩 {_clock(left / speed)}")
        print("，".join(parts), file=sys.stderr, flush=True)


class Bars:
    """Bars with speed and time left; a context manager."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[speed]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}"),
            console=Console(stderr=True),
        )
        self._task: Any = None
        self._stage = ""
        self._started = 0.0
        self._done = self._failed = 0

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the bars as they are."""
        self._progress.stop()

    def begin(self, stage: str, total: int, reused: int) -> None:
        """Draw a bar."""
        self._stage, self._started = stage, time.monotonic()
        self._done = self._failed = 0
        self._task = self._progress.add_task(
            WORDS.get(stage, stage),
            total=total,
            completed=reused,
            speed="",
            note=f"{reused} 此前已完成" if reused else "",
        )

    def advance(self, done: int, failed: int) -> None:
        """Lengthen the bar."""
        self._done += done
        self._failed += failed
        seconds = time.monotonic() - self._started
        speed = self._done / seconds if seconds > 0.5 else 0.0
        unit = UNITS.get(self._stage, "项")
        changed: dict[str, Any] = {"speed": f"{speed:.2f} {unit}/秒" if speed else ""}
        if self._failed:
            changed["note"] = f"{self._failed} {unit}未成功"
        self._progress.update(self._task, advance=done, **changed)

    def end(self) -> None:
        """Leave the bar as it is."""
        self._progress.refresh()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} 小时 {minutes} 分"
    return f"{minutes} 分 {rest} 秒" if minutes else f"{rest} 秒"
