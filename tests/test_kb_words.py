"""Words for people: dates, durations, events."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.records import ImpactClass, ImpactEvidence
from kb.records import Event, EventKind
from kb.words import (
    EVENT_LABELS,
    FIELD_LABELS,
    IMPACT_LABELS,
    british,
    counted,
    event_line,
    evidence_words,
    minutes,
    moment,
    owner_words,
    slip_words,
    yes_no,
)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (british(date(2021, 10, 9)), "9 October 2021"),
        (british("2021-10-29"), "29 October 2021"),
        (british(None), "Not stated"),
        (british("soon"), "soon"),
        (moment("2021-03-23T13:52"), "13:52 on 23 March 2021"),
        (moment("13:52"), "13:52"),
        (counted(1, "day"), "1 day"),
        (counted(1500, "day"), "1,500 days"),
        (counted(1.5, "hour"), "1.5 hours"),
        (minutes(69), "69 minutes"),
        (minutes(480), "480 minutes (8 hours)"),
        (minutes(2880), "2,880 minutes (2 days)"),
        (minutes(None), "Not stated"),
        (owner_words("DCO", "S/W Provider"), "DCO (S/W Provider)"),
        (owner_words(None, "Operator"), "Not stated"),
        (yes_no(None), "Not stated"),
        (slip_words(0, 0), "has not slipped"),
        (slip_words(1, 153), "slipped once, 153 days"),
        (slip_words(2, 30), "slipped twice, 30 days in all"),
        (slip_words(3, 1), "slipped 3 times, 1 day in all"),
    ],
)
def test_words(made: str, expected: str) -> None:
    assert made == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ""),
        ({"start": "13:52"}, "from 13:52"),
        ({"end": "2021-05-05T18:00"}, "until 18:00 on 5 May 2021"),
        ({"start": "2021-05-05"}, "on 5 May 2021"),
        ({"start": "2021-05-05", "end": "2021-05-07"}, "5 May 2021 to 7 May 2021"),
        (
            {"start": "2021-05-05T23:00", "end": "2021-05-06T01:00", "minutes": 120},
            "120 minutes, 23:00 on 5 May 2021 to 01:00 on 6 May 2021",
        ),
        ({"percent": (100.0, 37.5)}, "100 per cent, 37.5 per cent"),
    ],
)
def test_evidence_words(values: dict[str, object], expected: str) -> None:
    assert evidence_words(ImpactEvidence.model_validate({"quote": "q", "page": 1, **values})) == (
        expected
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            {"kind": "target_slipped", "before": "2021-10-29", "after": "2022-03-31", "days": 153},
            "target slipped from 29 October 2021 to 31 March 2022 (153 days)",
        ),
        (
            {
                "kind": "target_brought_forward",
                "before": "2021-10-29",
                "after": "2021-10-28",
                "days": -1,
            },
            "target brought forward from 29 October 2021 to 28 October 2021 (1 day)",
        ),
        ({"kind": "target_given", "after": "2021-10-29"}, "target first given: 29 October 2021"),
        (
            {"kind": "owner_changed", "before": "DCO", "before_role": "Operator", "after": "DSP"},
            "owner changed from DCO (Operator) to DSP",
        ),
        (
            {"kind": "owner_changed", "after": "DSP"},
            "owner changed from not stated to DSP",
        ),
        (
            {"kind": "impact_class_changed", "before": "none", "after": "impacting"},
            "impact class changed from None to Impacting",
        ),
        (
            {"kind": "severity_raised", "before": "Medium", "after": "High"},
            "severity raised from Medium to High",
        ),
        (
            {"kind": "vanished", "before": "Pending"},
            "no longer mentioned; last reported as Pending",
        ),
    ],
)
def test_event_lines(values: dict[str, object], expected: str) -> None:
    event = Event.model_validate({"pbi": "PBI000000122422", **values})
    assert event_line(event) == f"PBI 122422: {expected}"


def test_every_kind_class_and_field_has_a_label() -> None:
    from ingest.records import FIELDS

    assert set(EVENT_LABELS) == set(EventKind)
    assert set(IMPACT_LABELS) == set(ImpactClass)
    assert set(FIELD_LABELS) == set(FIELDS)
