"""How well seals are found, lifted off the text under them, and read.

Two tables.  The first is of the pages of boxes: seals found, false ones a page, and whether
what was read on a seal names its owner among all owners of the box.  The second is of pages
drawn for the purpose, with lines of text wholly under seals of three strengths of ink (dark
reds and overlapping pairs among them): the character error of the lines found and read on the
page as scanned, and with the seals lifted as the product does it, in colour and in grey::

    python benchmarks/seals.py --seed 7002 --most 120
    python benchmarks/seals.py BOX --most 200 --drawn 0
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from boxes import TruePage, asked_for, box_arguments, spread
from PIL import Image, ImageDraw
from rapidfuzz import process
from rapidfuzz.fuzz import ratio
from read_score import Tally, placed, tally, total

from extractors.imaging.preparation import prepare_image
from extractors.imaging.render import PageImage, upright
from extractors.imaging.seals import find_seals
from extractors.ocr.direction import shared_line_direction
from extractors.ocr.engine import Engine
from extractors.ocr.engines import shared_engine
from extractors.ocr.lines import read_lines, read_seals
from extractors.page import Seal
from samples.generator.fonts import Face, font
from samples.generator.model import DrawnPage, ScanQuality, TruthLine
from samples.generator.scanning import scan_page
from samples.generator.seals import press_seal

_TEXT = (
    "本企业承诺所提交材料均真实有效并与原件一致如有虚假愿承担由此产生的法律责任"
    "经审核该企业生产经营正常近三年未发生重大安全质量环境污染事故同意推荐上报"
    "主导产品为高端装备制造领域关键零部件市场占有率居全省前列拥有发明专利软件著作权"
    "二〇二一年五月十八日统一社会信用代码注册资本万元研发费用占营业收入比重"
)
_STRENGTHS = (0.4, 0.6, 0.85)


# --- pages of boxes -------------------------------------------------------------------


@dataclass
class Found:
    """What was counted on pages of one kind, colour or grey."""

    pages: int = 0
    seals: int = 0
    found: int = 0
    false: int = 0
    read: int = 0
    named: int = 0
    misnamed: int = 0


def is_same(seal: Seal, truth: dict[str, float]) -> bool:
    """Whether a seal found is a seal that is there."""
    away = math.hypot(seal.x - truth["x"], seal.y - truth["y"])
    return away < 0.25 * truth["radius"] and 0.8 < seal.radius / truth["radius"] < 1.25


def on_pages(pages: Sequence[TruePage], engine: Engine) -> None:
    """Count and print the first table."""
    counts = {"colour": Found(), "grey": Found()}
    owners = sorted({seal["text"] for page in pages for seal in page.truth["seals"]})
    for page in pages:
        if page.truth["blank"]:
            continue
        image = page.image()
        preparation = prepare_image(image, shared_line_direction())
        if preparation.rotation != page.truth["rotation"]:
            print(f"left out, not upright: {page.name}")
            continue
        picture = upright(*image, preparation)
        count = counts["colour" if preparation.colour else "grey"]
        count.pages += 1
        seen = read_seals(picture, engine, find_seals(picture, preparation.colour))
        true = [(truth, [s for s in seen if is_same(s, truth)]) for truth in page.truth["seals"]]
        for truth, same in true:
            count.seals += 1
            count.found += bool(same)
            if not same:
                print(f"not found: {truth['text']} {page.name}")
                continue
            text = same[0].text
            count.read += bool(text)
            guess = process.extractOne(text, owners, scorer=ratio) if text else None
            if guess is not None and guess[1] >= 70:
                count.named += guess[0] == truth["text"]
                count.misnamed += guess[0] != truth["text"]
        for seal in seen:
            if not any(seal in same for _, same in true):
                count.false += 1
                print(f"false, {seal.confidence}: {seal.x:.0f} {seal.y:.0f} {page.name}")
    print("\n| pages of boxes | colour | grey |\n|---|---|---|")
    rows = {
        "pages": lambda c: c.pages,
        "seals found": lambda c: f"{c.found} of {c.seals}",
        "false seals a page": lambda c: f"{c.false / max(1, c.pages):.3f}",
        "seals with text": lambda c: c.read,
        "owner named rightly": lambda c: f"{c.named} of {c.seals}",
        "owner named wrongly": lambda c: c.misnamed,
    }
    for name, cell in rows.items():
        print(f"| {name} | {cell(counts['colour'])} | {cell(counts['grey'])} |")


# --- drawn pages ----------------------------------------------------------------------


def stamped_page(rng: np.random.Generator, ink: float) -> DrawnPage:
    """A page of short lines of text, six under each seal; the last two seals overlap."""
    sheet = Image.new("RGB", (2480, 3508), "white")
    pen = ImageDraw.Draw(sheet)
    size = 40
    letters = font(Face.SONG, size)
    spots = [(500 + 740 * column, 600 + 740 * row) for row in range(4) for column in range(3)]
    lines = []
    for x, y in spots:
        for row in (-175, -105, -35, 35, 105, 175):
            count = 8 if abs(row) > 170 else 11
            start = int(rng.integers(0, len(_TEXT) - count))
            text = _TEXT[start : start + count]
            left, middle = x - count * size / 2, y + row
            pen.text((left, middle), text, fill=(20, 20, 22), font=letters, anchor="lm")
            x0, x1, y0, y1 = left - 6, left + count * size + 6, middle - 26, middle + 26
            lines.append(TruthLine(text, (x0, y0, x1, y0, x1, y1, x0, y1)))
    image = np.asarray(sheet).copy()
    centres = [(float(x), float(y)) for x, y in spots] + [
        (spots[-1][0] - 190.0, spots[-1][1] - 60.0)
    ]
    seals = [
        (
            "浚海精工设备制造有限公司",
            *press_seal(image, "浚海精工设备制造有限公司", centre, ink, rng),
        )
        for centre in centres
    ]
    return DrawnPage(image=image, lines=lines, seals=seals)


class UnderSeals(NamedTuple):
    """What was counted on drawn pages."""

    plain: Tally
    """Read from the page as scanned."""
    lifted: Tally
    """Read as the product reads: with the seals lifted."""
    seals: int
    found: int


def readings(
    rng: np.random.Generator, ink: float, grey: bool, quality: ScanQuality, engine: Engine
) -> UnderSeals:
    """Read one drawn page both ways."""
    scan = scan_page(stamped_page(rng, ink), quality, rng, 0, grey)
    shown = scan.image if scan.image.ndim == 3 else cv2.cvtColor(scan.image, cv2.COLOR_GRAY2RGB)
    image = PageImage(np.ascontiguousarray(shown[..., ::-1]), float(scan.dpi))
    preparation = prepare_image(image, shared_line_direction())
    page = upright(*image, preparation)
    seals = find_seals(page, preparation.colour)
    printed = [placed(line.text, line.quad) for line in scan.lines]

    def judged(known: Sequence[Seal]) -> Tally:
        lines = read_lines(page, engine, (), known)
        return tally(printed, [placed(line.text, line.quad) for line in lines])

    found = sum(
        any(is_same(seal, {"x": x, "y": y, "radius": r}) for seal in seals)
        for _, x, y, r in scan.seals
    )
    return UnderSeals(judged(()), judged(seals), len(scan.seals), found)


def settings() -> Iterator[tuple[bool, float]]:
    """Colour and grey, each at every strength of ink."""
    return itertools.product((False, True), _STRENGTHS)


def under_seals(seed: int, pages: int, quality: ScanQuality, engine: Engine) -> None:
    """Measure and print the second table."""
    print(
        "\n| under seals | ink | seals found | CER as scanned | CER lifted | ratio | lines exact |"
    )
    print("|---|---|---|---|---|---|---|")
    for grey, ink in settings():
        read = [
            readings(
                np.random.default_rng([seed, number, round(100 * ink)]), ink, grey, quality, engine
            )
            for number in range(pages)
        ]
        plain, lifted = total([one.plain for one in read]), total([one.lifted for one in read])
        print(
            f"| {'grey' if grey else 'colour'} | {ink} "
            f"| {sum(one.found for one in read)} of {sum(one.seals for one in read)} "
            f"| {plain.cer:.2f} % | {lifted.cer:.2f} % "
            f"| {plain.errors / max(1, lifted.errors):.1f} | {lifted.exact_share:.1f} % |",
            flush=True,
        )


def main() -> None:
    """Measure the pages asked for, then the drawn ones."""
    parser = box_arguments(__doc__)
    parser.add_argument("--most", type=int, default=150, help="pages of the boxes")
    parser.add_argument("--drawn", type=int, default=2, help="pages drawn for each setting")
    arguments = parser.parse_args()
    engine = shared_engine()
    if arguments.most:
        with asked_for(arguments) as pages:
            on_pages(spread(pages, arguments.most), engine)
    if arguments.drawn:
        quality = ScanQuality(arguments.quality)
        under_seals(arguments.seed, arguments.drawn, quality, engine)


if __name__ == "__main__":
    main()
