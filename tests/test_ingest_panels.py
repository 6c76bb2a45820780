"""Cards and slides: badges, panels of fields beside the text, two cards on one slide."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from ingest.read import read_report
from ingest.records import ProblemReading, Reading

Put = tuple[float, float, float, str]
"""Left, distance from the top, type size (bold below 0) and words."""


def _read(*pages: Sequence[Put], wide: bool = True, panel: float = 0) -> list[ProblemReading]:
    return list(_report(*pages, wide=wide, panel=panel).problems)


def _report(*pages: Sequence[Put], wide: bool = True, panel: float = 0) -> Reading:
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
    return read_report(out.getvalue(), "slides.pdf")


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


def _badged(number: str, halves: tuple[str, str], y: float) -> list[Put]:
    return [
        (190, y - 11, 8.5, halves[0]),
        (60, y, 8.5, f"PBI000000{number}"),
        (135, y, 8.5, "Low"),
        (190, y, 8.5, halves[1]),
        (50, y + 16, -8.5, f"Slips of kind {number[-2:]} are printed twice"),
        (50, y + 27, 8.5, f"Two slips of kind {number[-2:]} go out when an order is changed after"),
        (50, y + 38, 8.5, f"{number[-1]} days, and the second of them is taken out again by hand."),
        (50, y + 49, 8.5, "Owner: DCC | Raised: 15-Aug-24"),
        (50, y + 60, 8.5, "End user impact: Some of the users are asked to wait at the"),
        (50, y + 71, 8.5, "Update: The makers of the printer were asked about it twice"),
        (50, y + 82, 8.5, "since then."),
    ]


def test_a_badge_of_two_lines_is_one_status_and_a_label_opens_a_line_below_a_full_one() -> None:
    one, two = _read(
        [
            *_badged("141308", ("Under", "Investigation"), 100),
            *_badged("141309", ("Root Cause", "Identified"), 230),
        ],
        wide=False,
    )
    assert (one.severity, one.status) == ("Low", "Under Investigation")
    assert (two.severity, two.status) == ("Low", "Root Cause Identified")
    assert (one.title, two.title) == tuple(
        f"Slips of kind {kind} are printed twice" for kind in ("08", "09")
    )
    assert one.created == date(2024, 8, 15)
    assert (one.description or "").endswith("taken out again by hand.")


def test_a_label_below_a_full_line_opens_a_field_unless_the_line_needs_another_word() -> None:
    def page(end: str) -> list[Put]:
        return [
            (50, 60, -9, "PBI000000141310 Notes are printed twice"),
            (50, 76, 9, "Owner: DCC"),
            (50, 92, 9, f"End user impact: Users of the portal are asked to wait {end}"),
            (50, 104, 9, "Workaround: Take the second of the notes out by hand before it is sent."),
            (50, 116, 9, "Two notes are printed when an order is changed after it was picked."),
        ]

    problem = _read(page("for some time"), wide=False)[0]
    assert problem.user_impact == "Users of the portal are asked to wait for some time"
    assert (problem.workaround or "").startswith("Take the second of the notes out by hand")


def test_a_title_in_the_head_of_each_page_alone_is_the_title() -> None:
    def page(number: int) -> list[Put]:
        return [
            (400, 30, 8, "DCC Public"),
            (50, 44, 14, "Quarterly Problem Review Q2 2025"),
            (50, 60, 8, "As at 23 July 2025"),
            *_badged(f"14131{number}", ("Under", "Investigation"), 120 + 7 * number),
            *_badged(f"14132{number}", ("Root Cause", "Identified"), 300 + 11 * number),
            (280, 820, 8, f"- {number} -"),
        ]

    reading = _report(page(1), page(2), page(3), wide=False)
    assert reading.report.title == "Quarterly Problem Review Q2 2025"
    assert len(reading.problems) == 6
