"""What a page would ask of another address when a browser opens it. Plain links are fine."""

import html.parser
import re

from analysis.airlock.reader.problems import Problem

#: Attributes that load or send, on any tag.
_LOADING = {
    "src", "srcset", "imagesrcset", "data", "poster", "background", "action", "formaction", "ping",
    "manifest", "code", "codebase", "archive", "longdesc", "profile", "xlink:href",
}  # fmt: skip
#: Relations of a link that load nothing.
_PASSIVE = {
    "author", "next", "prev", "search", "canonical", "alternate", "license", "index", "help",
}  # fmt: skip
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_SPACE = re.compile(r"[\x00-\x20]+")
#: Names that look like addresses and are asked of nobody.
_NAMESPACE = re.compile(
    r"http://www\.w3\.org/(?:2000/svg|1999/xlink|1999/xhtml|1998/Math/MathML|XML/1998/namespace)"
)
_ADDRESS = re.compile(r"(?:https?|wss?|ftp):(?:\\?/){2}|[\"'`(]\s*(?:\\?/){2}[\w\[]", re.IGNORECASE)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SCRIPT_COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*$|(?<=[\s;{}])//\s[^\n\"'`]*$", re.S | re.M)
_CSS_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
_REFRESH = re.compile(r"url\s*=\s*[\"']?([^\"';]+)", re.IGNORECASE)

_ACTION = "Put a copy beside the page, or leave it out"


def is_elsewhere(address: str) -> bool:
    """Tell whether an address leads away from the site."""
    bare = _SPACE.sub("", address)
    if bare.startswith(("//", "\\\\", "/\\", "\\/")):
        return True
    return bool(_SCHEME.match(bare)) and not bare.lower().startswith("data:")


def in_css(text: str) -> bool:
    """Tell whether a style sheet names another address outside its comments."""
    plain = _CSS_ESCAPE.sub(lambda hit: _sign(int(hit[1], 16)), _CSS_COMMENT.sub("", text))
    return bool(_ADDRESS.search(_NAMESPACE.sub("", plain)))


def _sign(code: int) -> str:
    return chr(code) if 0 < code < 0x110000 else ""


def in_script(text: str) -> bool:
    """Tell whether a script names another address outside its comments."""
    return bool(_ADDRESS.search(_NAMESPACE.sub("", _SCRIPT_COMMENT.sub("", text))))


class _Page(html.parser.HTMLParser):
    """Collects what the tags of a page would load."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: set[str] = set()
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at every attribute."""
        given = {name.lower(): value or "" for name, value in attrs}
        if tag in ("script", "style"):
            self._inside = tag
        for name, value in given.items():
            if _loads(tag, name, given) and any(map(is_elsewhere, _addresses(name, value))):
                self.found.add(f"a {tag} that loads from another address")
            elif name == "style" and in_css(value):
                self.found.add("a style that loads from another address")
            elif name.startswith("on") and in_script(value):
                self.found.add("a script that names another address")
            elif name == "href" and _SPACE.sub("", value).lower().startswith("javascript:"):
                self.found.add("a link that runs a script")
            elif name == "srcdoc":
                self.found |= in_page(value)
        moves = tag == "meta" and "http-equiv" in given
        if moves and (to := _REFRESH.search(given.get("content", ""))) and is_elsewhere(to[1]):
            self.found.add("a page that moves to another address")

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        """Leave a script or style."""
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        """Look into scripts and styles."""
        if self._inside == "script" and in_script(data):
            self.found.add("a script that names another address")
        if self._inside == "style" and in_css(data):
            self.found.add("a style that loads from another address")


def _loads(tag: str, name: str, given: dict[str, str]) -> bool:
    if name == "href" and tag == "link":
        return not set(given.get("rel", "").lower().split()) <= _PASSIVE or not given.get("rel")
    return name in _LOADING or (name == "href" and tag not in ("a", "area"))


def _addresses(name: str, value: str) -> list[str]:
    return value.split(",") if name in ("srcset", "imagesrcset") else [value]


def in_page(text: str) -> set[str]:
    """Return what a page would load from elsewhere, in words."""
    page = _Page()
    page.feed(text)
    page.close()
    return page.found


def check_requests(name: str, text: str, *, theme: bool) -> list[Problem]:
    """Check one file of a site.

    Parameters
    ----------
    theme
        Whether the file is equal to one of the theme's packages: its scripts name addresses in
        texts that no page uses, so only its style sheets are read.
    """
    suffix = name.rpartition(".")[2]
    found: set[str] = set()
    if suffix == "css" and in_css(text):
        found.add("a style that loads from another address")
    elif not theme and suffix == "js" and in_script(text):
        found.add("a script that names another address")
    elif not theme and suffix == "html":
        found = in_page(text)
    return [Problem(name, what, "files of the site itself", _ACTION) for what in sorted(found)]
