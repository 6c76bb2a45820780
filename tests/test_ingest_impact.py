"""Which sentences tell what users met, and which only how, why, or what is done about it."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.impact import nearest_year, tells_harm
from ingest.records import ImpactClass
from ingest.vocabulary import load

MET = [
    "Service Users were unable to submit top-ups between 10:05 and 11:40 on 12 June 2023.",
    "Around 1,450 alerts were not delivered to suppliers.",
    "Of 9,000 meters moved in May, 120 came out with the wrong tariff.",
    "The SSI was unavailable from 08:00 to 09:15.",
    "A third of requests took longer than a minute.",
    "Installers report about 30 such visits a month.",
    "SRV 8.11 failures rose to 12%.",
    "Three sites were off the air for two days.",
    "The hub restarts, which takes 20 minutes.",
    "If a customer moves twice in a month, the new supplier is sent the wrong bill.",
]
NOT_MET = [
    "There was no impact on Service Users.",
    "No reply was lost in the quarter.",
    "The read queue shares its threads with another and waits behind it.",
    "The meter restarts before its first alert is sent.",
    "When power is lost, the battery at a site lasts ten minutes.",
    "The fix was delayed until 3 March 2023.",
    "The root cause was a leak of memory that made threads fail.",
    "It is caused by a request that is read twice.",
    "If the queue filled again users would lose service.",
    "Failed requests are resubmitted by the operator as a workaround.",
    "The operator has added alerts for slow responses.",
    "In the end-to-end test one update in ten is refused.",
    "The target date was missed because the supplier of the software was late.",
]
STATED = [
    ("None \u2013 migration is delayed, the meters work as before", ImpactClass.NONE),
    ("None - staff send the messages again by hand", ImpactClass.NONE),
    ("Nil \u2013 only internal monitoring is affected", ImpactClass.NONE),
    ("None \u2013 users see timeouts", ImpactClass.IMPACTING),
    ("None - the job is slow but customers cannot top up", ImpactClass.IMPACTING),
    ("None. Some users see errors", ImpactClass.IMPACTING),
]


@pytest.mark.parametrize("sentence", MET)
def test_what_users_met(sentence: str) -> None:
    assert tells_harm(sentence)


@pytest.mark.parametrize("sentence", NOT_MET)
def test_what_is_no_evidence(sentence: str) -> None:
    assert not tells_harm(sentence)


@pytest.mark.parametrize(("stated", "expected"), STATED)
def test_a_none_with_its_reason(stated: str, expected: ImpactClass) -> None:
    assert load().impact_class_of(stated) is expected


@pytest.mark.parametrize(
    ("day", "created", "before", "expected"),
    [
        (date(2021, 3, 23), date(2022, 3, 24), date(2022, 6, 20), date(2022, 3, 23)),
        (date(2022, 12, 30), date(2022, 1, 4), date(2022, 6, 20), date(2021, 12, 30)),
        (date(2021, 5, 5), None, None, date(2021, 5, 5)),
        (date(2024, 2, 29), date(2024, 3, 1), None, date(2024, 2, 29)),
    ],
)
def test_the_year_nearest_to_the_created_date(
    day: date, created: date | None, before: date | None, expected: date
) -> None:
    assert nearest_year(day, created, before) == expected
