"""A chart as SVG for the page: the drawing of paper, its colours replaced by names the style sheet fills.

Question  How does one drawing serve light, dark and print?
How       Drawn twice, for desks and for phones; every palette colour becomes `var(--role)`, so the style
          sheet re-colours it; benefit, cost and blocked fills become `var(--role-fill)`, which print
          turns into patterns. Words inside stay text.
"""

import xml.etree.ElementTree as ET
from collections.abc import Mapping

from payoff.nouns.brief import Chart
from payoff.report.chart_svg import render_svg
from payoff.report.palette import HATCHED, LIGHT

WIDE, NARROW = 720, 340
_SVG = "http://www.w3.org/2000/svg"
_DROPPED = ("role", "font-family", "width", "height", "version", "class")
_ROLES: Mapping[str, str] = {color.lower(): role for role, color in LIGHT.items()} | {"white": "paper"}


def page_svg(chart: Chart, width: int) -> str:
    """The chart `width` pixels wide as an inline element, named by the figure's title and description."""
    root = ET.fromstring(render_svg({**chart.spec, "width": width}))
    prefix = f"{chart.id}-{width}"
    _rename_ids(root, prefix)
    size = root.get("width"), root.get("height")
    for element in root.iter():
        _recolour(element)
        for name in [a for a in element.attrib if a in _DROPPED or a.startswith("aria-")]:
            if element is root or name not in ("width", "height"):
                del element.attrib[name]
    root.set("width", str(size[0]))
    root.set("height", str(size[1]))
    root.set("class", "wide" if width == WIDE else "narrow")
    root.set("role", "img")
    root.set("aria-labelledby", f"{chart.id}-title {chart.id}-alt")
    ET.register_namespace("", _SVG)
    return ET.tostring(root, encoding="unicode")


def _recolour(element: ET.Element) -> None:
    for name in ("fill", "stroke"):
        role = _ROLES.get(element.get(name, "").lower())
        if role is not None:
            suffix = "-fill" if name == "fill" and role in HATCHED else ""
            element.set(name, f"var(--{role}{suffix})")
        elif name == "fill" and element.tag == f"{{{_SVG}}}text" and element.get(name) is None:
            element.set(name, "var(--ink)")


def _rename_ids(root: ET.Element, prefix: str) -> None:
    """Ids counted from one within the drawing, so that neither process nor neighbours change them."""
    found = [e for e in root.iter() if e.get("id")]
    names = {str(e.get("id")): f"{prefix}-{n}" for n, e in enumerate(found, start=1)}
    for element in found:
        element.set("id", names[str(element.get("id"))])
    for element in root.iter():
        target = element.get("clip-path", "")
        if target.startswith("url(#"):
            element.set("clip-path", f"url(#{names[target[5:-1]]})")
