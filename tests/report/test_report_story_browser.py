"""story.html in a real headless browser: offline, silent, accessible, by keyboard, on a phone, on paper."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from report_variants import VARIANTS

from payoff.report import compose, render

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")

SHOWN = ("michigan_result", "illinois_result", "health", "hostile")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield started
        started.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("stories")
    files = {name: folder / f"{name}.html" for name in SHOWN}
    for name, file in files.items():
        file.write_bytes(render(compose(VARIANTS[name]()), "html"))
    return files


def opened(browser: Browser, file: Path, **context: Any) -> tuple[Page, list[str]]:
    """The page with the network off, and everything it said or asked for."""
    heard: list[str] = []
    tab = browser.new_context(offline=True, **context).new_page()
    tab.on("console", lambda message: heard.append(f"console: {message.text}"))
    tab.on("pageerror", lambda error: heard.append(f"error: {error}"))
    tab.on("request", lambda request: heard.append(request.url) if request.url != file.as_uri() else None)
    tab.goto(file.as_uri())
    return tab, heard


@pytest.mark.parametrize("name", SHOWN)
def test_offline_silent_and_asking_nothing(browser: Browser, pages: dict[str, Path], name: str) -> None:
    tab, heard = opened(browser, pages[name])
    assert [h for h in heard if not h.startswith("data:")] == []
    for figure in tab.locator("figure.chart").all():
        assert figure.locator("details.table tbody tr").count() >= 1
        assert figure.locator("svg[role=img]").count() == 2
    assert tab.evaluate("document.querySelectorAll('script').length") == 1
    tab.context.close()


@pytest.mark.parametrize(
    ("name", "scheme"), [("michigan_result", "light"), ("illinois_result", "dark"), ("health", "light")]
)
def test_no_wcag_violation(browser: Browser, pages: dict[str, Path], name: str, scheme: str) -> None:
    tab, _ = opened(browser, pages[name], color_scheme=scheme)
    tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    report = Axe().run(tab, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert report.violations_count == 0, report.generate_report()
    tab.evaluate("document.getElementById('help').showModal()")
    report = Axe().run(tab, context="#help", options={"runOnly": {"type": "tag", "values": WCAG}})
    assert report.violations_count == 0, report.generate_report()
    tab.context.close()


SMALLEST_TEXT = """s => Math.min(
  ...[...s.querySelectorAll("text")].map(t => t.getBoundingClientRect().height)
)"""


@pytest.mark.parametrize("name", ["michigan_result", "illinois_result", "hostile"])
def test_no_sideways_scrolling(browser: Browser, pages: dict[str, Path], name: str) -> None:
    tab, _ = opened(browser, pages[name])
    tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    for width in (320, 360, 768, 1280):
        tab.set_viewport_size({"width": width, "height": 740})
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        shown = "narrow" if width <= 736 else "wide"
        for drawing in tab.locator(f".plot svg.{shown}").all():
            assert drawing.is_visible()
            assert drawing.evaluate(SMALLEST_TEXT) >= 10  # legible, not shrunk with the picture
    tab.context.close()


def test_wide_tables_scroll_in_their_own_reachable_region(browser: Browser, pages: dict[str, Path]) -> None:
    tab, _ = opened(browser, pages["michigan_result"], viewport={"width": 360, "height": 740})
    region = tab.locator(".scroll:has(#effects)")
    assert region.evaluate("r => r.scrollWidth > r.clientWidth")
    assert region.evaluate("r => r.tabIndex") == 0
    tab.context.close()


def test_targets_are_large_enough(browser: Browser, pages: dict[str, Path]) -> None:
    """WCAG 2.2, 2.5.8: 24 px."""
    for width in (360, 1280):
        tab, _ = opened(browser, pages["michigan_result"], viewport={"width": width, "height": 740})
        for target in tab.locator("nav a, nav button, summary").all():
            box = target.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 24
        tab.context.close()


def test_keyboard_path(browser: Browser, pages: dict[str, Path]) -> None:
    tab, _ = opened(browser, pages["michigan_result"])
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    plots = tab.locator(".plot")
    assert plots.evaluate_all("all => all.every(p => p.querySelectorAll('[tabindex]').length === 0)")
    figure = tab.locator("figure#outcome")
    figure.locator(".plot").focus()
    reading = figure.locator(".reading")
    tab.keyboard.press("ArrowRight")
    assert reading.inner_text().startswith("1987: Phase before launch, Firms with the program 2.86%")
    tab.keyboard.press("ArrowRight")
    assert reading.inner_text().startswith("1988:")
    tab.keyboard.press("End")
    assert "(3 of 3)" in reading.inner_text()
    tab.keyboard.press("ArrowRight")
    assert "(3 of 3)" in reading.inner_text()
    tab.keyboard.press("Home")
    assert "(1 of 3)" in reading.inner_text()
    tab.keyboard.press("t")
    assert figure.locator("details.table").get_attribute("open") is not None
    tab.keyboard.press("d")
    assert figure.locator("details.description").get_attribute("open") is not None
    tab.keyboard.press("t")
    assert figure.locator("details.table").get_attribute("open") is None
    tab.context.close()


def test_sections_help_and_switching_shortcuts_off(browser: Browser, pages: dict[str, Path]) -> None:
    tab, _ = opened(browser, pages["michigan_result"])
    visited = []
    for _ in range(8):
        tab.keyboard.press("]")
        visited.append(tab.evaluate("document.activeElement.id"))
    assert visited == [
        "context",
        "baseline",
        "timeline",
        "comparison",
        "uplift",
        "dollars",
        "next",
        "appendix",
    ]
    tab.keyboard.press("[")
    assert tab.evaluate("document.activeElement.id") == "next"
    tab.keyboard.press("?")
    assert tab.locator("#help").is_visible()
    tab.locator("#shortcuts").uncheck()
    tab.keyboard.press("Escape")
    assert not tab.locator("#help").is_visible()
    before = tab.evaluate("document.activeElement.id")
    tab.keyboard.press("[")
    assert tab.evaluate("document.activeElement.id") == before
    tab.keyboard.press("?")
    assert not tab.locator("#help").is_visible()
    tab.context.close()


FOCUS_SEEN = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect();
  if (e === document.body) return true;
  const x = box.left + Math.min(box.width, 40) / 2;
  const y = Math.max(box.top, 0) + Math.min(box.height, 20) / 2;
  const top = document.elementFromPoint(x, y);
  return !!top && (e.contains(top) || top.contains(e)) && getComputedStyle(e).outlineStyle !== "none";
}"""


def test_focus_is_never_hidden(browser: Browser, pages: dict[str, Path]) -> None:
    """WCAG 2.2, 2.4.11: whatever has focus can be seen, and is marked."""
    tab, _ = opened(browser, pages["illinois_result"], reduced_motion="reduce")
    for _ in range(40):
        tab.keyboard.press("Tab")
        assert tab.evaluate(FOCUS_SEEN), tab.evaluate("document.activeElement.outerHTML.slice(0, 200)")
    tab.context.close()


def test_tables_open_without_script(browser: Browser, pages: dict[str, Path]) -> None:
    tab, _ = opened(browser, pages["michigan_result"], java_script_enabled=False)
    figure = tab.locator("figure#methods")
    figure.locator("details.table summary").click()
    assert figure.locator("details.table table").is_visible()
    assert not tab.locator("#help-open").is_visible()
    tab.context.close()


def test_dark_and_print_recolour_the_same_drawing(browser: Browser, pages: dict[str, Path]) -> None:
    tab, _ = opened(browser, pages["michigan_result"], color_scheme="dark")
    bar = tab.locator("figure#waterfall svg.wide path[fill='var(--benefit-fill)']").first

    def fill() -> str:
        return str(bar.evaluate("e => getComputedStyle(e).fill"))

    assert fill() == "rgb(90, 207, 167)"
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 29)"
    tab.emulate_media(media="print", color_scheme="light")
    assert "hatch-benefit" in fill()
    assert not tab.locator("nav").is_visible()
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    tab.context.close()
