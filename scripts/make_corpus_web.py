"""Cards in two columns and slide decks: HTML that Chromium prints, with coloured badges."""

from __future__ import annotations

import re
import subprocess
import tempfile
from html import escape
from pathlib import Path

from make_corpus_forms import Paper
from make_corpus_office import settled_pdf
from make_corpus_story import Entry

COLOURS = {"Critical": "#b3261e", "High": "#c2570c", "Medium": "#8a6d00", "Low": "#3b6e3b"}

COMMON = """
* { box-sizing: border-box }
body { font-family: '%(font)s', sans-serif; margin: 0; color: #1c2130 }
.badge { display: inline-block; color: white; border-radius: 3px; padding: 1px 6px; font-size: 8pt;
  font-weight: bold; margin-right: 4px; -webkit-print-color-adjust: exact }
dl { margin: 0 } dt { font-weight: bold; color: %(tone)s } dd { margin: 0 0 4px 0 }
p { margin: 4px 0 }
"""
CARDS = """
@page { size: A4; margin: 18mm 14mm 16mm 14mm;
  @top-left { content: '%(marking)s'; font: 8pt '%(font)s' }
  @top-right { content: '%(title)s'; font: 8pt '%(font)s' }
  @bottom-right { content: 'Page ' counter(page); font: 8pt '%(font)s' } }
h1 { font-size: 19pt; margin: 0 0 2px 0; color: %(tone)s } .as { font-size: 10pt; margin: 0 0 10px }
main { columns: 2; column-gap: 9mm; font-size: 9.2pt; line-height: 1.38 }
article { border: 1px solid #b9bfcd; border-radius: 5px; padding: 7px 9px; margin: 0 0 9px;
  -webkit-box-decoration-break: clone }
h2 { font-size: 10.5pt; margin: 0 0 4px; break-after: avoid }
.id { font-size: 9pt; color: #444b5c; font-weight: bold }
.pair dt, .pair dd { display: inline } .pair div { margin-bottom: 2px }
"""
DECK = """
@page { size: 338mm 190mm; margin: 0 }
section { width: 338mm; height: 189.5mm; padding: 13mm 16mm; break-after: page; position: relative;
  overflow: hidden; font-size: 17pt; line-height: 1.42 }
dd { margin-bottom: 10px }
section:last-child { break-after: auto }
h1 { font-size: 38pt; margin-top: 40mm; color: %(tone)s }
h2 { font-size: 25pt; margin: 4px 0 12px; color: %(tone)s }
.id { font-size: 15pt; font-weight: bold; color: #444b5c }
.badge { font-size: 13pt; padding: 2px 10px }
.two { display: grid; grid-template-columns: %(grid)s; gap: 14mm }
.foot { position: absolute; left: 16mm; right: 16mm; bottom: 6mm; font-size: 9pt; color: #666d7d;
  display: flex; justify-content: space-between }
"""


def make_web(paper: Paper) -> bytes:
    """The PDF that Chromium prints of the cards or the slides."""
    head = paper.head
    words = {
        "font": head["font"],
        "tone": head.get("tone", "#1d2f5f"),
        "marking": head.get("classification", ""),
        "title": head["title"],
        "grid": head.get("grid", "3fr 2fr"),
    }
    cards = head["form"] == "cards"
    style = (COMMON + (CARDS if cards else DECK)) % words
    body = card_page(paper) if cards else slides(paper)
    page = f"<!doctype html><meta charset=utf-8><title>{escape(head['title'])}</title>"
    return printed(f"{page}<style>{style}</style>{body}")


def printed(html: str) -> bytes:
    """What Chromium prints of a page.

    Raises:
        subprocess.CalledProcessError: Chromium failed; its words are in the error.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_text(html, encoding="utf-8")
        subprocess.run(
            [
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-pdf-header-footer",
                f"--user-data-dir={folder}/profile",
                f"--print-to-pdf={target}",
                source.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        return settled_pdf(target.read_bytes())


def badges(paper: Paper, entry: Entry) -> str:
    """Severity and status as coloured labels."""
    severity, status = paper.value(entry, "severity"), paper.value(entry, "status")
    colour = COLOURS[entry.severity]
    first = f'<span class=badge style="background:{colour}">{escape(severity)}</span>'
    tone = "#5a5f6b" if entry.closed else "#2a5ea8"
    second = f'<span class=badge style="background:{tone}">{escape(status)}</span>'
    pair = (second, first) if paper.head.get("status_first") else (first, second)
    return f"<div>{''.join(pair)}</div>"


SHORT = ("owner", "created", "target", "mi", "severity", "status")


def card_page(paper: Paper) -> str:
    """All cards, flowing through two columns."""
    head = paper.head
    out = [f"<h1>{escape(head['title'])}</h1>"]
    for line in (
        head.get("scope_line"),
        head.get("period"),
        head.get("as_at"),
        *head.get("intro", ()),
    ):
        if line:
            out.append(f"<p class=as>{escape(line)}</p>")
    out.append("<main>")
    for entry in paper.entries:
        number = f"<div class=id>{escape(paper.value(entry, 'pbi'))}</div>"
        out.append(f"<article>{number}<h2>{escape(entry.title)}</h2>{badges(paper, entry)}")
        for name in head["columns"]:
            value = paper.value(entry, name)
            if not value:
                continue
            label = paper.labels[name]
            if name in SHORT:
                sign = head.get("sign", ":")
                pair = f"<dt>{escape(label)}{sign} </dt><dd>{escape(value)}</dd>"
                out.append(f"<dl class=pair><div>{pair}</div></dl>")
            elif label:
                out.append(f"<dl><dt>{escape(label)}</dt><dd>{soft(paper, value)}</dd></dl>")
            else:
                out += [f"<p>{soft(paper, text)}</p>" for text in entry.text]
        out.append("</article>")
    return "".join(out) + "</main>"


def soft(paper: Paper, words: str) -> str:
    """HTML of the words; with `shy`, long ones may be parted at a line's end."""
    if not paper.head.get("shy"):
        return escape(words)
    return re.sub(
        r"[a-z]{9,}",
        lambda match: match[0][: len(match[0]) // 2] + "&shy;" + match[0][len(match[0]) // 2 :],
        escape(words),
    )


def slides(paper: Paper) -> str:
    """A title slide, and one slide per problem."""
    head = paper.head
    total = len(paper.entries) + 1

    def foot(number: int) -> str:
        marking = escape(head.get("classification", ""))
        return f"<div class=foot><span>{marking}</span><span>{number} of {total}</span></div>"

    lines = (head.get("scope_line"), head.get("period"), head.get("as_at"), *head.get("intro", ()))
    first = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
    out = [f"<section><h1>{escape(head['title'])}</h1>{first}{foot(1)}</section>"]
    for index, entry in enumerate(paper.entries, 2):
        number = escape(paper.value(entry, "pbi"))
        left = "".join(pair(paper, entry, n) for n in head["columns"] if n not in SHORT)
        right = "".join(pair(paper, entry, n) for n in head["columns"] if n in SHORT)
        halves = (right, left) if head.get("facts_first") else (left, right)
        out.append(
            f"<section><div class=id>{number}</div><h2>{escape(entry.title)}</h2>"
            f"{badges(paper, entry)}<br><div class=two><div>{halves[0]}</div>"
            f"<div>{halves[1]}</div></div>{foot(index)}</section>"
        )
    return "".join(out)


def pair(paper: Paper, entry: Entry, name: str) -> str:
    """A label over its value; nothing where there is no value."""
    value = paper.value(entry, name)
    if not value:
        return ""
    return f"<dl><dt>{escape(paper.labels[name])}</dt><dd>{escape(value)}</dd></dl>"
