"""A chart's Vega-Lite specification drawn as SVG, offline, in the shipped type.

Question  How does the one chart definition look on paper?
Assumes   Data are inside the specification: nothing is ever fetched. So the drawing of a specification is
          always the same, and the last ones are kept: a version rendered again draws nothing anew.
Proof     tests/report/test_report_pdf_charts.py
"""

import functools
import json
import re
from collections.abc import Mapping
from importlib.resources import as_file, files
from typing import Any

import vl_convert

FONT_FAMILY = "Inter"
KEPT = 128  # drawings, some 20 kB each
# Axis labels without room are drawn with no opacity: unseen, but a reader of text would hear them.
_HIDDEN_LABEL = re.compile(r'<text [^>]*opacity="0"[^>]*>[^<]*</text>')
_MULTI_VIEW = ("hconcat", "vconcat", "concat", "facet", "repeat", "spec")


@functools.cache
def register_fonts() -> None:
    """Make the shipped fonts known to the chart renderer, once per process."""
    with as_file(files("payoff.report") / "fonts") as folder:
        vl_convert.register_font_directory(str(folder))


def render_svg(spec: Mapping[str, Any]) -> str:
    """The chart as SVG text. Raises ValueError when the specification is not Vega-Lite."""
    register_fonts()
    config: dict[str, Any] = {"font": FONT_FAMILY, "background": "transparent", **spec.get("config", {})}
    return draw(json.dumps({**spec, "config": config}))


@functools.lru_cache(KEPT)
def draw(spec: str) -> str:
    """The chart of a specification in JSON; `draw.cache_clear()` forgets what was drawn."""
    svg: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return _HIDDEN_LABEL.sub("", svg)


def sized_for_print(spec: Mapping[str, Any], width: int, height: int) -> dict[str, Any]:
    """The same chart in a box of `width` × `height` pixels, so that its text keeps its size on paper.

    A chart of rows keeps its own height; one of several views keeps its own proportions. Title and
    subtitle are left out, because the page sets them as text.
    """
    printed = {key: value for key, value in spec.items() if key != "title"}
    if any(key in spec for key in _MULTI_VIEW):
        return printed
    return printed | {
        "width": width,
        "height": height_of_rows(spec) or height,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": 2,
    }


def height_of_rows(spec: Mapping[str, Any]) -> float | None:
    """The chart's own height in pixels when its vertical axis is made of rows, else None."""
    views = (spec, *spec.get("layer", ()))
    rows = any(view.get("encoding", {}).get("y", {}).get("type") in ("ordinal", "nominal") for view in views)
    height = spec.get("height")
    return float(height) if rows and isinstance(height, (int, float)) else None
