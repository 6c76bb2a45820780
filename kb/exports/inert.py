"""Text from documents made harmless for the formats that would act on it.

A report is somebody else's text. In a spreadsheet a cell that starts with = + - @ is a formula,
in Markdown and HTML a bracket is a link; here they stay what was printed.
"""

from __future__ import annotations

import re
from datetime import date

from kb.words import short_date

# Characters that XML forbids, and those that turn the direction of text around on the page.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
_FORMULA = re.compile(r"[\s\ufeff\u200b]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
# What Markdown acts on anywhere: emphasis, code, brackets of links, HTML, entities, formulas, short
# codes such as ":red:", and addresses that become links by themselves.
_MARKDOWN = re.compile(
    r"[\\`*_\[\]<>|~$]|&(?=#?\w+;)|:(?=[A-Za-z_][\w/+-]*:|//)|(?<=\bwww)\.|(?<=\w)@(?=\w)"
)
# What it acts on at the start of a line: numbers and signs of lists, headings, rules, quotes.
_LINE_START = re.compile(r"^(\s*)(\d+)([.)])|^(\s*)([-+=:#])", re.MULTILINE)


def printable(text: str) -> str:
    """The text without characters that no page can show; line ends become line feeds."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def starts_formula(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula or a command."""
    return _FORMULA.match(text) is not None


def csv_text(text: str) -> str:
    """The text for a CSV cell; an apostrophe stands before whatever looks like a formula."""
    # First cleaned, then looked at: what goes may have stood before the sign.
    text = _UNPRINTABLE.sub("", text)
    return f"'{text}" if starts_formula(text) else text


def markdown_text(text: str) -> str:
    """The text for Markdown: nothing in it is mark-up, a link, HTML or the start of a list."""
    escaped = _MARKDOWN.sub(r"\\\g<0>", printable(text))
    return _LINE_START.sub(_escaped_start, escaped)


def shown(value: object) -> str:
    """A cell as a person reads it: "29 Oct 2021" for a date, "" for nothing."""
    if value is None:
        return ""
    if isinstance(value, date):
        return short_date(value)
    if isinstance(value, float):
        return f"{value:g}"
    return printable(str(value))


def set_cell(value: object) -> str:
    """`shown`, with a date in one piece: it may not be broken over two lines."""
    text = shown(value)
    return text.replace(" ", "\u00a0") if isinstance(value, date) else text


def _escaped_start(match: re.Match[str]) -> str:
    if match[2]:
        return f"{match[1]}{match[2]}\\{match[3]}"
    return f"{match[4]}\\{match[5]}"
