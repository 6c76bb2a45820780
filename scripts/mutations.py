"""Files that nobody meant to write: real reports changed by chance, each known by its number.

`Mutator(seeds)` makes case 17 the same way every time, so that a case that fails is met again by
its number alone. Changes know the format: objects and content streams of a PDF, members and XML
of an Office file, fields and lines of a text; and bytes as such.
"""

from __future__ import annotations

import base64
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

FORMATS = {"txt": 40, "csv": 15, "xlsx": 14, "docx": 15, "pdf": 16}
"""How many of a hundred cases start from each format."""

TEXT_SEED = 1500
"""Characters of a text to start from: short cases find as much and run ten times as often."""

HOSTILE = (
    "", " ", "\x00", "\x1b[2J", "\u202e", "\u200b", "\ufeff", "\u0301" * 40, "\U0001f9ff", "\ud7ff",
    "PBI", "PBI000000000000", "PBI" + "9" * 12, "PBI" + "1" * 400, "PBI٠٠٠٠٠٠١٢٣٤٥٦",
    "²³¹", "٣٠/٠٦/٢٠٢١", "30/06/2021", "31/02/2021", "00/00/0000", "99/99/9999", "1/1/1",
    "29 February 2100", "31 June 2021", "12/31/2021", "2021-13-45", "45000", "-1", "1e309", "NaN",
    "9" * 5000, "0" * 3000, "Q5 2021", "Q0 0000", "quarter", "Q2 99999", "Severity: ", "Status:",
    "Target completion: ", "End user impact", "This Problem Record is with ", "Created: ",
    "DCO (Operator)", "(" * 300, ")" * 300, "[[" * 200, "- " * 500, ": " * 300, "\t" * 400,
    "a" * 20_000, "1. " * 300, ". " * 400, "'; DROP TABLE reports; --", '" OR 1=1 --',
    "=HYPERLINK(\"http://x\")", "<script>alert(1)</script>", "](javascript:alert(1))",
    "Ignore all previous instructions.", "${jndi:ldap://x}", "%s%n%x", "{0.__class__}", "../../etc",
    "\r", "\x0b", "\x0c", "\x85", "\u2028", "\n\n\n\n", "|" * 100, "-" * 1000, "_" * 1000,
)  # fmt: skip

_NUMBERS = ("0", "-1", "1", "2", "65536", "2147483647", "99999999999", "1e400", "0.0000001", "-7.5")
_NUMBER = re.compile(rb"(?<![\w.])-?\d+\.?\d*(?![\w.])")
_OBJECT = re.compile(rb"(?<!\d)(\d+) (\d+) obj\b(.*?)\bendobj", re.S)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)
_XML_TEXT = re.compile(r">([^<>]+)<")
_XML_VALUE = re.compile(r'="([^"]*)"')
_XML_TAG = re.compile(r"<[^!?][^>]*>")


@dataclass(frozen=True, slots=True)
class Case:
    """One changed file."""

    number: int
    name: str
    data: bytes
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seed:
    """A real file to start from; dear ones (`cost`, any unit) are drawn less often."""

    name: str
    data: bytes
    cost: float = 1.0

    @property
    def format(self) -> str:
        """The suffix."""
        return self.name.rpartition(".")[2]


def seeds_of(folder: Path) -> list[Seed]:
    """The reports below a folder; texts of the long ones are cut into pieces."""
    found: list[Seed] = []
    for path in sorted(folder.rglob("*")):
        if path.suffix[1:] in FORMATS:
            data = path.read_bytes()
            if path.suffix == ".txt":
                found += pieces(path.stem, data.decode("utf-8"))
            else:
                found.append(Seed(path.name, data, cost=len(data) ** 1.5))
    return found


def sheets(stem: str, data: bytes, most: int = 3) -> list[Seed]:
    """The first pages of a PDF as seeds of a page each: cheaper to read, and drawn the more."""
    import pypdfium2

    found = []
    with pypdfium2.PdfDocument(data) as whole:
        for number in range(min(len(whole), most)):
            with pypdfium2.PdfDocument.new() as one:
                one.import_pages(whole, [number])
                out = io.BytesIO()
                one.save(out)
            page = out.getvalue()
            found.append(Seed(f"{stem}-{number}.pdf", page, cost=len(page) ** 1.5 / 4))
    return found


def pieces(stem: str, text: str) -> list[Seed]:
    """A text as seeds of a few records each."""
    starts = range(0, max(len(text) - TEXT_SEED // 2, 1), TEXT_SEED // 2)
    return [Seed(f"{stem}-{n}.txt", text[n : n + TEXT_SEED].encode()) for n in starts]


class Mutator:
    """Cases by number.

    Args:
        seeds: at least one of each format that is to be drawn.
        salt: another one makes other cases of the same numbers.
    """

    def __init__(self, seeds: Sequence[Seed], salt: int = 0) -> None:
        self._salt = salt
        self._pools: dict[str, list[Seed]] = {}
        for seed in seeds:
            self._pools.setdefault(seed.format, []).append(seed)

    def case(self, number: int) -> Case:
        """The case of that number, always the same."""
        chance = Random(f"{self._salt}/{number}")
        formats = sorted(self._pools)
        kind = chance.choices(formats, [FORMATS[one] for one in formats])[0]
        pool = self._pools[kind]
        seed = chance.choices(pool, [1 / one.cost for one in pool])[0]
        data, changes = seed.data, []
        # One wrong byte ends the reading of a packed file at its container: few get one.
        blunt = chance.random() < (0.15 if kind in _PACKED else 0.6)
        for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 5, 8))):
            change = chance.choice(_CHANGES[kind] + (_BYTES if blunt else ()))
            data = change(data, chance, self._pools)
            changes.append(change.__name__)
        name = seed.name if chance.random() < 0.9 else chance.choice(("x", "a.csv", "b.pdf", "c"))
        return Case(number, name, data, tuple(changes))


Pools = dict[str, list[Seed]]
Change = Callable[[bytes, Random, Pools], bytes]


# Bytes ---------------------------------------------------------------------------------------


def flip(data: bytes, chance: Random, _: Pools) -> bytes:
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 4, 16, 64))):
        if out:
            out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
    return bytes(out)


def overwrite(data: bytes, chance: Random, _: Pools) -> bytes:
    at, size = _stretch(data, chance)
    return data[:at] + chance.choice((bytes(size), chance.randbytes(size))) + data[at + size :]


def truncate(data: bytes, chance: Random, _: Pools) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def behead(data: bytes, chance: Random, _: Pools) -> bytes:
    return data[min(chance.choice((1, 5, 100, 2000)), len(data)) :]


def cut_out(data: bytes, chance: Random, _: Pools) -> bytes:
    at, size = _stretch(data, chance)
    return data[:at] + data[at + size :]


def repeat(data: bytes, chance: Random, _: Pools) -> bytes:
    at, size = _stretch(data, chance)
    return data[:at] + data[at : at + size] * chance.choice((2, 3, 20)) + data[at + size :]


def splice(data: bytes, chance: Random, pools: Pools) -> bytes:
    other = chance.choice(pools[chance.choice(sorted(pools))]).data
    at, size = _stretch(other, chance)
    to = chance.randrange(len(data) + 1)
    return data[:to] + other[at : at + size] + data[to:]


def _stretch(data: bytes, chance: Random) -> tuple[int, int]:
    at = chance.randrange(len(data) + 1)
    return at, min(int(2 ** chance.uniform(0, 12)), len(data) - at)


# Text ----------------------------------------------------------------------------------------


def prose(text: str, chance: Random) -> str:
    """A text with a word, a line, a number or a mark changed."""
    kind = chance.randrange(9)
    if kind == 0:
        at = chance.randrange(len(text) + 1)
        return text[:at] + chance.choice(HOSTILE) + text[at:]
    if kind == 1:
        return _one(re.compile(r"\d+"), text, chance, chance.choice(HOSTILE))
    if kind == 2:
        return _one(re.compile(r"\w+"), text, chance, chance.choice(HOSTILE))
    if kind == 3:
        return _one(re.compile(r"\s+"), text, chance, chance.choice(("", "\n", "\t", " " * 60)))
    if kind == 4:
        return _one(re.compile(r"[^\w\s]"), text, chance, chance.choice(("", ":", "–", "’", "\\")))
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    if kind == 5:
        chance.shuffle(lines)
    elif kind == 6:
        del lines[at]
    elif kind == 7:
        lines[at:at] = [lines[at]] * chance.choice((1, 2, 50))
    else:
        lines[at] = lines[at].upper() if chance.random() < 0.5 else lines[at] * 2
    return "\n".join(lines)


def _one(pattern: re.Pattern[str], text: str, chance: Random, by: str) -> str:
    """One hit of the pattern replaced."""
    found = list(pattern.finditer(text))
    if not found:
        return text
    hit = chance.choice(found)
    return text[: hit.start()] + by + text[hit.end() :]


def reword(data: bytes, chance: Random, _: Pools) -> bytes:
    text = data.decode("utf-8", errors="replace")
    for _ in range(chance.choice((1, 1, 3, 10))):
        text = prose(text, chance)
    return text.encode("utf-8", errors="replace")


def recode(data: bytes, chance: Random, _: Pools) -> bytes:
    text = data.decode("utf-8", errors="replace")
    to = chance.choice(("utf-16", "utf-16-le", "cp1252", "utf-8-sig", "latin-1", "utf-32"))
    return text.encode(to, errors="replace")


def refield(data: bytes, chance: Random, _: Pools) -> bytes:
    """A CSV with one field changed, a column moved, or other marks between the fields."""
    text = data.decode("utf-8", errors="replace")
    kind = chance.randrange(4)
    if kind == 0:
        return text.replace(",", chance.choice((";", "\t", "|", "", ",,"))).encode()
    if kind == 1:
        return _one(re.compile('"'), text, chance, chance.choice(("", '""', "'"))).encode()
    rows = [line.split(",") for line in text.split("\n")]
    row = chance.choice(rows)
    if kind == 2:
        row[chance.randrange(len(row))] = chance.choice(HOSTILE)
    else:
        at = chance.randrange(len(rows[0]))
        rows = [[*one[:at], *one[at + 1 :]] for one in rows]
    return "\n".join(",".join(row) for row in rows).encode("utf-8", errors="replace")


# Office files --------------------------------------------------------------------------------


def member(data: bytes, chance: Random, pools: Pools) -> bytes:
    """One member of a ZIP file changed, dropped, renamed or doubled; the container stays whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError,
            ValueError):  # fmt: skip
        return data
    if not members:
        return data
    # The parts that hold the text are the ones that are read.
    weights = [8 if re.search(r"document|sheet\d|sharedStr|styles|workbook", name) else 1
               for name, _ in members]  # fmt: skip
    at = chance.choices(range(len(members)), weights)[0]
    name, body = members[at]
    kind = chance.randrange(12)
    if kind == 0:
        del members[at]
    elif kind == 1:
        members[at] = (chance.choice(("../../x.xml", "", "a" * 300, "word/document.xml")), body)
    elif kind == 2:
        members.append((name, body))
    elif kind == 3:
        members[at] = (name, chance.choice((flip, truncate, repeat))(body, chance, pools))
    else:
        members[at] = (name, _xml(body, chance))
    return zipped(members)


def zipped(members: Sequence[tuple[str, bytes]]) -> bytes:
    """A ZIP file with these members."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # of names that come twice: that is what is wanted
        for name, body in members:
            info = zipfile.ZipInfo(name or "x")
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, body)
    return out.getvalue()


def _xml(body: bytes, chance: Random) -> bytes:
    text = body.decode("utf-8", errors="replace")
    for _ in range(chance.choice((1, 1, 2, 6))):
        # The last two leave no XML at all, which is soon refused.
        kind = chance.choices(range(8), (3, 3, 3, 3, 3, 3, 1, 1))[0]
        if kind == 0:
            text = _group(_XML_TEXT, text, chance, _escaped(chance.choice(HOSTILE)))
        elif kind == 1:
            found = [hit for hit in _XML_TEXT.finditer(text) if hit[1].strip()]
            if found:
                hit = chance.choice(found)
                text = text[: hit.start(1)] + _escaped(prose(hit[1], chance)) + text[hit.end(1) :]
        elif kind == 2:
            by = chance.choice((*_NUMBERS, *(_escaped(one) for one in HOSTILE), "rId99", "A0:ZZ9"))
            text = _group(_XML_VALUE, text, chance, by)
        elif kind == 3:
            text = _nested(text, chance)
        elif kind == 4:
            text = _doubled(text, chance)
        elif kind == 5:
            text = _one(re.compile(r' [\w:]+="[^"]*"'), text, chance, "")
        elif kind == 6:
            text = _one(_XML_TAG, text, chance, "")
        else:
            text = _one(re.compile(r"<[\w:]+|</[\w:]+"), text, chance, "<w:x")
    return text.encode("utf-8", errors="replace")


def _escaped(text: str) -> str:
    kept = "".join(c for c in text if c >= " " or c in "\t\n\r")
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _group(pattern: re.Pattern[str], text: str, chance: Random, by: str) -> str:
    found = list(pattern.finditer(text))
    if not found:
        return text
    hit = chance.choice(found)
    return text[: hit.start(1)] + by + text[hit.end(1) :]


def _element(text: str, chance: Random) -> tuple[int, int] | None:
    """Where some element of a paragraph, row, cell or run begins and ends."""
    found = list(re.finditer(r"<((?:w:)?(?:p|r|tbl|tr|tc|row|c|si|t))[ >]", text))
    if not found:
        return None
    hit = chance.choice(found)
    end = text.find(f"</{hit[1]}>", hit.end())
    return (hit.start(), end + len(hit[1]) + 3) if end > 0 else None


def _doubled(text: str, chance: Random) -> str:
    span = _element(text, chance)
    if span is None:
        return text
    whole = text[span[0] : span[1]]
    to = chance.choice((0, 1, 2, 40))
    return text[: span[0]] + whole * to + text[span[1] :]


def _nested(text: str, chance: Random) -> str:
    """An element within itself, a few or very many times."""
    span = _element(text, chance)
    if span is None:
        return text
    whole = text[span[0] : span[1]]
    opening = whole[: whole.find(">") + 1]
    closing = whole[whole.rfind("<") :]
    depth = chance.choice((1, 3, 60, 3000))
    return text[: span[0]] + opening * depth + whole + closing * depth + text[span[1] :]


# PDF -----------------------------------------------------------------------------------------


def pdf_object(data: bytes, chance: Random, _: Pools) -> bytes:
    """A PDF with numbers, names or references of one object changed, and a new table of objects."""
    objects = _objects(data)
    if not objects:
        return data
    at = chance.randrange(len(objects))
    number, body = objects[at]
    head, stream = _split(body)
    kind = chance.randrange(7)
    if kind == 0:
        head = _one_bytes(_NUMBER, head, chance, chance.choice(_NUMBERS).encode())
    elif kind == 1:
        other = str(chance.choice(objects)[0]).encode()  # the object itself too: loops
        head = _one_bytes(re.compile(rb"\d+(?= 0 R)"), head, chance, other)
    elif kind == 2:
        by = chance.choice((b"/X", b"/Font", b"/Pages", b"/Type3", b"/Crypt", b"/Identity-H"))
        head = _one_bytes(re.compile(rb"/[A-Za-z]+\d*"), head, chance, by)
    elif kind == 3:
        head = _one_bytes(re.compile(rb"<<|>>|\[|\]"), head, chance, b"")
    elif kind == 4:
        objects.append((number, chance.choice(objects)[1]))
    elif kind == 5:
        del objects[at]
        return _pdf(data, objects)
    else:
        deep = chance.choice((5, 500, 20_000))
        head = head.replace(b"<<", b"<< /Deep " + b"[" * deep + b"]" * deep, 1)
    objects[at] = (number, head + stream)
    return _pdf(data, objects)


def pdf_content(data: bytes, chance: Random, _: Pools) -> bytes:
    """A PDF with one stream unpacked, changed and packed again."""
    objects = _objects(data)
    places = [n for n, (_, body) in enumerate(objects) if b"FlateDecode" in _split(body)[0]]
    if not places:
        return data
    at = chance.choice(places)
    number, body = objects[at]
    head, stream = _split(body)
    match = _STREAM.search(stream)
    if match is None:
        return data
    try:
        raw = match[1].strip()
        if b"ASCII85" in head:
            raw = base64.a85decode(raw.removeprefix(b"<~").removesuffix(b"~>"))
        inflated = zlib.decompressobj().decompress(raw, 4_000_000)
    except (zlib.error, ValueError):
        return data
    for _ in range(chance.choice((1, 1, 3, 12))):
        inflated = _content(inflated, chance)
    packed = zlib.compress(inflated, 1)
    head = head.replace(b"/ASCII85Decode", b"")
    head = re.sub(rb"/Length \d+( 0 R)?", b"/Length %d" % len(packed), head)
    objects[at] = (number, head + b"stream\n" + packed + b"\nendstream\n")
    return _pdf(data, objects)


_OPERATOR = re.compile(rb"\b(Tj|TJ|Tf|Tm|Td|cm|re|BT|ET|q|Q)\b")
_OPERATORS = (b"", b"Tj", b"Do", b"q", b"Q", b"BT", b"cm", b"BI")
_STRING = re.compile(rb"\([^()]*\)|<[0-9a-fA-F]+>")
_LONG = b"<" + b"41" * 9000 + b">"
_STRINGS = (b"()", b"<00>", b"(\\377\\376)", _LONG, b"(PBI000000123400)", b"<zz>")


def _content(stream: bytes, chance: Random) -> bytes:
    kind = chance.randrange(7)
    if kind in (0, 1):
        return _one_bytes(_NUMBER, stream, chance, chance.choice(_NUMBERS).encode())
    if kind == 2:
        return _one_bytes(_OPERATOR, stream, chance, chance.choice(_OPERATORS))
    if kind == 3:
        return _one_bytes(_STRING, stream, chance, chance.choice(_STRINGS))
    lines = stream.split(b"\n")
    at, size = chance.randrange(len(lines)), chance.choice((1, 5, 40))
    if kind == 4:
        del lines[at : at + size]
    elif kind == 5:
        lines[at:at] = lines[at : at + size] * chance.choice((1, 30))
    else:
        part = lines[at : at + size]
        chance.shuffle(part)
        lines[at : at + size] = part
    return b"\n".join(lines)


def _objects(data: bytes) -> list[tuple[int, bytes]]:
    return [(int(hit[1]), hit[3]) for hit in _OBJECT.finditer(data) if len(hit[1]) < 9]


def _split(body: bytes) -> tuple[bytes, bytes]:
    """An object's dictionary, and its stream if it has one."""
    at = body.find(b"stream")
    return (body, b"") if at < 0 else (body[:at], body[at:])


def _pdf(data: bytes, objects: Sequence[tuple[int, bytes]]) -> bytes:
    """The objects with a header, a table of where they are, and the trailer that there was."""
    out = bytearray(data[:9] if data.startswith(b"%PDF") else b"%PDF-1.4\n")
    places: dict[int, int] = {}
    for number, body in objects:
        places[number] = len(out)
        out += b"%d 0 obj%sendobj\n" % (number, body)
    trailers = re.findall(rb"trailer\s*(<<.*?>>)\s*startxref", data, re.S)
    roots = re.findall(rb"/Root \d+ \d+ R", data)
    trailer = trailers[-1] if trailers else b"<< %s >>" % (roots[-1] if roots else b"")
    start, top = len(out), max(places, default=0)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (min(top, 99_999) + 1)
    for number in range(1, min(top, 99_999) + 1):
        used = number in places
        out += b"%010d %05d %s \n" % (places.get(number, 0), 0 if used else 65535,
                                      b"n" if used else b"f")  # fmt: skip
    return bytes(out + b"trailer\n" + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % start)


def _one_bytes(pattern: re.Pattern[bytes], data: bytes, chance: Random, by: bytes) -> bytes:
    found = list(pattern.finditer(data))
    if not found:
        return data
    hit = chance.choice(found)
    return data[: hit.start()] + by + data[hit.end() :]


_PACKED = ("docx", "xlsx")
_BYTES: tuple[Change, ...] = (flip, overwrite, truncate, cut_out, splice)
_CHANGES: dict[str, tuple[Change, ...]] = {
    "txt": (reword,) * 16 + (recode, behead, repeat),
    "csv": (reword,) * 6 + (refield,) * 8 + (recode, behead),
    "xlsx": (member,),
    "docx": (member,),
    "pdf": (pdf_object,) * 8 + (pdf_content,) * 8 + (repeat,),
}
