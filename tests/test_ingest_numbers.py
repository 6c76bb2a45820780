import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.numbers import canonical_pbi, pbis_in, short_pbi

FORMS = [
    "PBI000000123400",
    "PBI 123400",
    "PBI123400",
    "pbi-123400",
    "PBI No. 123400",
    "PBI number 123400",
    "PBI #123400",
    "PBI0000 0012 3400",
    "PBI 000000 123400",
    "PBI000123400",
    "PBI 123 400",
    "PBI\u00a0123400",
]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_one_and_the_same_record(form: str) -> None:
    text = f"See {form}, which is open."
    (mention,) = pbis_in(text)
    assert mention.pbi == "PBI000000123400"
    assert text[mention.start : mention.end] == form


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PBI 123400 2021 outage", ["123400"]),
        ("PBI000000123400 12 May", ["123400"]),
        ("INC000000123400 and CRQ000000123401", []),
        ("PBIs 122422, 123400 and 123102", ["122422", "123400", "123102"]),
        ("due on 30/11/2021 at 13:52, 123,400 meters, £123456, 12345.6", []),
        ("is 123400 still open?", ["123400"]),
        ("#123400", ["123400"]),
        ("000000123400", ["123400"]),
        ("in 2021", []),
    ],
)
def test_what_a_question_names(text: str, expected: list[str]) -> None:
    assert [short_pbi(mention.pbi) for mention in pbis_in(text, bare=True)] == expected


@given(st.integers(min_value=1, max_value=10**12 - 1))
def test_short_and_canonical_are_the_same_number(number: int) -> None:
    pbi = canonical_pbi(str(number))
    assert len(pbi) == 15
    assert canonical_pbi(short_pbi(pbi)) == pbi


@pytest.mark.parametrize("digits", ["", "0", "000", "1234567890123"])
def test_what_is_no_number_is_refused(digits: str) -> None:
    with pytest.raises(ValueError, match="is no PBI number"):
        canonical_pbi(digits)
