"""How the rich text parser handles each HTML element."""

from .tree import CONTAINERS

# fmt: off
VOID = frozenset({
    "area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
})
HEADINGS = {"h1": "h3", "h2": "h3", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
BLOCKS = (
    frozenset({
        "address", "article", "aside", "body", "caption", "center", "dd", "details", "dialog", "dir", "div", "dl",
        "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "html", "legend", "li", "main",
        "menu", "nav", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
    })
    | CONTAINERS
    | HEADINGS.keys()
)
# fmt: on
# Elements that implicitly end an open element: the elements they end, and the boundaries that prevent it.
IMPLIED_ENDS = {
    "li": ({"li"}, {"ul", "ol"}),
    "dt": ({"dt", "dd"}, {"dl"}),
    "dd": ({"dt", "dd"}, {"dl"}),
    "td": ({"td", "th"}, {"table"}),
    "th": ({"td", "th"}, {"table"}),
    "tr": ({"tr"}, {"table"}),
}
RAW = frozenset({"script", "style", "iframe", "noembed", "noframes", "textarea", "title"})
# Removed with their content. For other unknown elements only the tags are removed.
DROPPED = RAW | {"svg", "math", "object", "applet", "video", "audio", "canvas", "select", "button", "template", "xml"}
REPORTED = {
    "script": "script",
    "style": "style",
    **dict.fromkeys(("iframe", "frame"), "frame"),
    **dict.fromkeys(("input", "textarea", "select", "button"), "field"),
    **dict.fromkeys(("img", "svg", "canvas"), "picture"),
    **dict.fromkeys(("video", "audio"), "media"),
    **dict.fromkeys(("object", "applet", "embed"), "object"),
    "math": "formula",
    "table": "table",
}
