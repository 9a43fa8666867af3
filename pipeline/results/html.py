"""HTML pages for offices: one head, one look, one way of guarding what came from paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jinja2


def html_page(template: Path, facts: Mapping[str, Any], shown: Callable[[object], str]) -> str:
    """A page made of a template that extends ``office.html``.

    Args:
        template: Its file.
        facts: What it shows, all of it escaped.
        shown: The filter of that name, for text from paper.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([template.parent, Path(__file__).parent]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown"] = shown
    return environment.get_template(template.name).render(facts)
