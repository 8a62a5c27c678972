"""axe under all that a reader's system may ask for: one load of a page, then each emulation in turn."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
#: Zoomed to 200 %, a window has half as many CSS pixels each way.
ZOOMED = {"width": 640, "height": 400}

#: What moves has come to its end, so that colours are what they will be.
ALL_STILL = """
document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().endTime < Infinity)
  .forEach((one) => one.finish())
"""

RUN = """
async (options) => {
  const { violations } = await axe.run(document, options);
  return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html.slice(0, 160)) }));
}
"""


def faults(page: Page, *, best_practice: bool = True) -> list[tuple[str, ...]]:
    """What axe finds on the open page, in every colour scheme and at every size, and where it scrolls sideways."""
    every = {"type": "tag", "values": [*WCAG, "best-practice"] if best_practice else WCAG}
    colours = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
    # In forced colours axe would read the colours of the style sheet, which nobody sees then.
    room = {"type": "rule", "values": ["scrollable-region-focusable", "target-size"]}
    page.evaluate(Axe().axe_script)
    found = []
    for name, viewport, media, rules in (
        ("light", DESK, {"color_scheme": "light", "forced_colors": "none", "reduced_motion": "reduce"}, every),
        ("dark", DESK, {"color_scheme": "dark"}, colours),
        ("zoomed", ZOOMED, {"color_scheme": "light", "reduced_motion": "no-preference"}, room),
        ("forced colours", PHONE, {"forced_colors": "active"}, room),
    ):
        page.set_viewport_size(viewport)
        page.emulate_media(**media)
        page.evaluate(ALL_STILL)
        for rule in page.evaluate(RUN, {"runOnly": rules, "resultTypes": ["violations"]}):
            found += [(name, rule["id"], html) for html in rule["nodes"]]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append((name, "scrolls sideways"))
    return found
