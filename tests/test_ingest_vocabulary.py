"""The vocabulary: what each wording stands for, and that spaCy and the fast pattern agree."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.records import ImpactClass, Severity
from ingest.rules.spans import record_spans
from ingest.vocabulary import Vocabulary, load


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return load()


PARTIES = [
    ("This Problem Record is with DSP.", [("DSP", None)]),
    ("This Problem Record is with the DCO Operator.", [("DCO", "Operator")]),
    ("DCO (S/W Provider)", [("DCO", "S/W Provider")]),
    ("DCO - software provider", [("DCO", "S/W Provider")]),
    ("one of the DCO's sites; the DCOs site", [("DCO", None), ("DCO", None)]),
    ("the Operator of the DCO", [("DCO", "Operator")]),
    ("Duel control organisation", [("DCO", None)]),
    ("dual\u00a0control  organisation", [("DCO", None)]),
    ("S1SP1, S1SP 2 and S1SP-03", [("S1SP1", None), ("S1SP2", None), ("S1SP3", None)]),
    ("S1SP 2 hours later", [("S1SP", None)]),
    ("SMETS1 Service Provider 1", [("S1SP1", None)]),
    ("CSP-N, CSPN and CSP (North)", [("CSP North", None)] * 3),
    ("CSPs", [("CSP", None)]),
    (
        "CSP C&S",
        [("CSP Central and South", None), ("CSP Central", None), ("CSP South", None)],
    ),
    ("SMKI Operator", [("SMKI", "Operator")]),
    ("Service users", [("Service Users", None)]),
    ("no end user impact stated", []),
    ("DC, data centre, www.smartdcc.co.uk, ops@dcc.example", []),
]


@pytest.mark.parametrize(("text", "expected"), PARTIES)
def test_parties_in_text(
    words: Vocabulary, text: str, expected: list[tuple[str, str | None]]
) -> None:
    mentions = words.parties_in(text)
    assert [(item.party, item.role) for item in mentions] == expected
    assert all(text[item.start : item.end] == item.text for item in mentions)


@pytest.mark.parametrize("text", [text for text, _ in PARTIES])
def test_spacy_rules_agree_on_the_table(words: Vocabulary, text: str) -> None:
    assert record_spans(words).parties([text])[0] == words.parties_in(text)


_NAMES = st.sampled_from(
    [
        "DCC",
        "DSP",
        "DCO",
        "the DCO Operator",
        "DCO (S/W Provider)",
        "S1SP",
        "S1SP1",
        "S1SP 3",
        "CSP-N",
        "CSP North",
        "CSP South",
        "CSP Central/South",
        "SMSO",
        "TSP",
        "CSS",
        "SMKI",
        "SECAS",
        "Ofgem",
        "Service Users",
        "DCO's",
        "DCOs",
        "dual control organisation",
        "Data Service Provider",
    ]
)
_FILL = st.sampled_from(
    [
        "with",
        "has told",
        "and",
        "traffic between",
        ", then",
        "(see",
        "  ",
        "\u2013",
        "did not answer",
        "/",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_NAMES, _FILL), min_size=1, max_size=5))
def test_spacy_rules_agree_with_the_pattern(parts: list[tuple[str, str]]) -> None:
    words = load()
    text = " ".join(part for pair in parts for part in pair)
    assert record_spans(words).parties([text])[0] == words.parties_in(text)


def test_no_name_is_cut_in_two_by_the_words_that_are_looked_at_around_another() -> None:
    words = load()
    text = "CSP Central/South    CSP Central/South   CSP-N with"
    assert record_spans(words).parties([text])[0] == words.parties_in(text)


def test_spacy_spans_keep_offsets_over_double_spaces(words: Vocabulary) -> None:
    text = "On 5th May 2021  the  dual  control  organisation lost 100% for 69 minutes: Critical."
    spans = record_spans(words).spans(text)
    seen = {(span.kind, text[span.start : span.end]) for span in spans}
    assert {
        ("party", "dual  control  organisation"),
        ("date", "5th May 2021"),
        ("percent", "100%"),
        ("duration", "69 minutes"),
        ("severity", "Critical"),
    } <= seen


@pytest.mark.parametrize(
    ("text", "party", "role"),
    [
        ("the DCO Operator", "DCO", "Operator"),
        ("Data Services Provider", "DSP", None),
        ("Smart Meter Systm Operator", "SMSO", None),  # a slip in a full name
        ("Acme Metering Ltd", None, None),
        ("DCX", None, None),  # abbreviations are never forgiven
    ],
)
def test_canonical_party(words: Vocabulary, text: str, party: str | None, role: str | None) -> None:
    assert words.canonical_party(text) == ((party, role) if party else None)


def test_families(words: Vocabulary) -> None:
    assert words.family("S1SP2") == "S1SP"
    assert words.family("CSP North") == "CSP"
    assert words.family("DCO") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Critical", "Critical"),
        ("2 - High", "High"),
        ("P2", "High"),
        ("Sev 3", "Medium"),
        ("Priority 1", "Critical"),
        ("4", "Low"),
        ("MEDIUM (3)", "Medium"),
        ("1-Critical", "Critical"),
        ("Moderate", "Medium"),
        ("S4", "Low"),
        ("Category 2", None),
        ("Incident Category 1", None),
        ("P5", None),
        ("TBC", None),
        ("High or Critical", None),
        ("S1SP1", None),
        ("", None),
    ],
)
def test_severity(words: Vocabulary, text: str, expected: str | None) -> None:
    assert words.severity_of(text) == (Severity(expected) if expected else None)


@pytest.mark.parametrize(
    ("text", "status", "is_open"),
    [
        ("PENDING", "Pending", True),
        ("closed.", "Closed", False),
        ("Closed - fix deployed", "Closed", False),
        ("Canceled", "Cancelled", False),
        ("under investigation", "Under Investigation", True),
        ("In progress", "In progress", True),
        ("Awaiting fix", "Awaiting fix", True),
        ("Resolved", "Resolved", False),
        ("Completed", "Completed", False),
        ("Rejected", "Rejected", False),
        ("On hold (vendor)", "On hold", True),
        ("Parked by the board", None, True),
    ],
)
def test_status(words: Vocabulary, text: str, status: str | None, is_open: bool) -> None:
    assert words.status_of(text) == status
    assert words.is_open(text) is is_open


def test_no_status_is_neither_open_nor_closed(words: Vocabulary) -> None:
    assert words.is_open(None) is None


IMPACTS = {
    ImpactClass.NONE: [
        "None",
        "None.",
        "Nil",
        "N/A",
        "None as application issues not service impacting",
        "None as at present",
        "No impact",
        "No end user impact",
        "Not service impacting",
        "No known impact reported",
        "Users unaffected",
        "Not applicable",
        "None to date",
        "No user impact; traffic was rerouted",
        "There is no impact on users",
        "No customer impact",
        "Non service affecting",
    ],
    ImpactClass.NO_ENDURING: [
        "No enduring impact",
        "No enduring impact.",
        "no lasting effect",
        "No ongoing impact",
        "resolved with no residual effect",
        "No long-term impact to users",
        "No further impact",
        "Users are no longer affected",
        "None following restoration",
    ],
    ImpactClass.IMPACTING: [
        "Intermittent failures of prepayment top-ups",
        "Some requests have to be sent again",
        "Service Users may see failures",
        "Delays of up to an hour",
        "Impacting",
        "No impact to prepayment, but billing reads are delayed",
        "None for most users, however some installs fail",
        "Minimal impact",
        "Unable to commission meters",
        "Users cannot top up",
    ],
    ImpactClass.NOT_STATED: [
        None,
        "",
        "not stated",
        "TBC",
        "Unknown",
        "no end user impact stated",
        "To be confirmed",
        "Impact not yet known",
        "-",
        "Not recorded",
        "under assessment",
    ],
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [(text, kind) for kind, texts in IMPACTS.items() for text in texts],
)
def test_impact_class(words: Vocabulary, text: str | None, expected: ImpactClass) -> None:
    assert words.impact_class_of(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DCC PUBLIC", "DCC PUBLIC"),
        ("Page 2 of 3 | DCC PUBLIC", "DCC PUBLIC"),
        ("SEC Parties only", "SEC Parties only"),
        ("OFFICIAL-SENSITIVE", "OFFICIAL-SENSITIVE"),
        ("TLP:AMBER", "TLP:AMBER"),
        ("Classification: DCC Controlled", "DCC Controlled"),
        ("NORTHGRID CONFIDENTIAL", "NORTHGRID CONFIDENTIAL"),  # in no list
        (
            "DCC PUBLIC [to be treated as DCC CONFIDENTIAL when complete]",
            "DCC PUBLIC [to be treated as DCC CONFIDENTIAL when complete]",
        ),
        ("Quarterly Problem Report Q2 2021", None),
        ("The public network was not affected by this fault", None),
        ("Page 3", None),
    ],
)
def test_classification(words: Vocabulary, text: str, expected: str | None) -> None:
    assert words.classification_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Prepayment top-ups are delayed", ("prepayment",)),
        ("Install & commission fails", ("install and commission",)),
        ("billing reads after a change of supplier", ("billing", "change of supplier")),
        ("firmware alerts", ("alerts", "firmware")),
        ("the network switches failed and a patch was installed", ()),
    ],
)
def test_processes(words: Vocabulary, text: str, expected: tuple[str, ...]) -> None:
    assert words.processes_in(text) == expected


def test_looking_words_up_imports_nothing_heavy() -> None:
    code = (
        "import sys; from ingest.vocabulary import load; load().parties_in('with DCO');"
        "heavy = {'spacy', 'torch', 'pdfplumber', 'chromadb', 'streamlit'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
