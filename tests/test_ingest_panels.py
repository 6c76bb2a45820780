"""Cards and slides: badges, panels of fields beside the text, two cards on one slide."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from ingest.read import read_report
from ingest.records import ProblemReading

Put = tuple[float, float, float, str]
"""Left, distance from the top, type size (bold below 0) and words."""


def _read(*pages: Sequence[Put], wide: bool = True, panel: float = 0) -> list[ProblemReading]:
    out = io.BytesIO()
    size = landscape(A4) if wide else A4
    canvas = Canvas(out, pagesize=size, invariant=1)
    for page in pages:
        if panel:  # a shaded band along the left edge
            canvas.setFillGray(0.9)
            canvas.rect(0, 0, panel, size[1], stroke=0, fill=1)
            canvas.setFillGray(0)
        for x, y, points, words in page:
            canvas.setFont("Helvetica-Bold" if points < 0 else "Helvetica", abs(points))
            canvas.drawString(x, size[1] - y, words)
        canvas.showPage()
    canvas.save()
    return list(read_report(out.getvalue(), "slides.pdf").problems)


def _card(x: float, number: str, title: str, badges: Sequence[str], day: str) -> list[Put]:
    lines = (
        "Calls to the gateway wait behind a queue that is full on most mornings",
        "and are answered late. A larger queue was ordered and will be built in",
        "as soon as it has been tried on the spare machine of the other site.",
    )
    return [
        (x, 100, -11, f"PBI {number}: {title}"),
        *((x + 8 + k * 75, 124, 10.5, badge) for k, badge in enumerate(badges)),
        *((x, 150 + 14 * k, 10.5, line) for k, line in enumerate(lines)),
        *((x, 206 + 14 * k, 10.5, name) for k, name in enumerate(("Raised", "Fix due", "Impact"))),
        *(
            (x + 100, 206 + 14 * k, 10.5, value)
            for k, value in enumerate((day, "4 May 2023", "None for users of the gateway"))
        ),
    ]


def test_two_cards_on_a_slide_keep_their_rows_of_label_and_value() -> None:
    one, two = _read(
        [
            *_card(50, "141301", "Calls wait in line", ("High", "Pending", "DSP"), "1 May 2022"),
            *_card(
                440, "141302", "Keys lapse early", ("Low", "On hold", "CSP North"), "2 May 2022"
            ),
        ]
    )
    assert (one.created, two.created) == (date(2022, 5, 1), date(2022, 5, 2))
    assert one.target_completion == two.target_completion == date(2023, 5, 4)
    assert one.user_impact == two.user_impact == "None for users of the gateway"
    assert (two.severity, two.status, two.owner) == ("Low", "On hold", "CSP North")


def test_a_badge_that_opens_with_the_words_of_a_label_is_a_status() -> None:
    badges = ("Critical", "Root cause identified")
    problem = _read(
        [
            *_card(50, "141303", "Calls wait in line", badges, "1 May 2022"),
            (206 + 60, 124, 10.5, "TSP"),
        ]
    )[0]
    assert (problem.severity, problem.status) == ("Critical", "Root cause identified")
    assert problem.owner == "TSP"


def test_badges_beside_the_number_below_the_title_make_no_table() -> None:
    page: list[Put] = []
    for k, (number, status) in enumerate((("141304", "Assigned"), ("141305", "Under review"))):
        y = 80 + 220 * k
        page += [
            (50, y, -9, f"The clock of site {k + 1} drifts at night"),
            (50, y + 16, 9, f"PBI000000{number} \u00b7 Medium"),
            (190, y + 16, 9, status),
            (50, y + 32, 9, "The clock drifts by a few seconds in each night, and"),
            (50, y + 44, 9, "what is timed by it comes late for some of the users."),
            (50, y + 60, 9, "Responsible: DSP"),
            (50, y + 76, 9, "Since: 3 May 2022"),
            (50, y + 92, 9, "Impact on users: Replies come late in the"),
            (50, y + 104, 9, "morning"),
        ]
    one, two = _read(page, wide=False)
    assert (one.severity, one.status) == ("Medium", "Assigned")
    assert (two.title, two.status) == ("The clock of site 2 drifts at night", "Under review")
    assert one.created == date(2022, 5, 3)


def test_a_panel_of_fields_has_the_title_at_the_head_of_the_text_beside_it() -> None:
    def slide(number: str, title: str) -> list[Put]:
        panel = [("Holder", "DSP"), ("Severity", "High"), ("Raised on", "6 Dec 2022")]
        return [
            (20, 60, -10.5, f"PBI000000{number}"),
            *((20, 82 + 40 * k, 8.5, name) for k, (name, _) in enumerate(panel)),
            *((20, 94 + 40 * k, 10.5, value) for k, (_, value) in enumerate(panel)),
            (240, 60, -16, title),
            (
                240,
                84,
                11.5,
                "An audit found that the limits of one user had been written against the name of",
            ),
            (
                240,
                99,
                11.5,
                "another. No traffic was held back, and the names are now compared at each load.",
            ),
            (240, 126, -11.5, "Next steps and update"),
            (
                240,
                152,
                11.5,
                "A second set of logs was sent by the vendor and is being gone through now.",
            ),
        ]

    one, two = _read(
        slide("141306", "Limits written against the wrong user"),
        slide("141307", "Names that appear twice in a list"),
        panel=220,
    )
    assert one.title == "Limits written against the wrong user"
    assert two.title == "Names that appear twice in a list"
    assert (one.description or "").startswith("An audit found")
    assert (one.update or "").startswith("A second set of logs")
    assert (one.owner, one.severity, one.created) == ("DSP", "High", date(2022, 12, 6))
