"""What is believed of headers, cookies and tokens before anybody is let in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import front
from app.front import Told
from app.server import rules_for
from app.signin import Identity, NotConfigured, identity, metadata_url, sign_in
from app.visits import Why, judged, may_have
from kb import people, signins
from kb.base import KnowledgeBase
from kb.errors import NotAllowed
from kb.people import Role
from kb.rights import Right
from kb.settings import Settings
from kb.signins import Standing

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

OIDC = {
    "oidc_metadata_url": "https://id.example",
    "oidc_client_id": "reports",
    "oidc_client_secret": "secret-of-the-client",
    "oidc_redirect_uri": "https://reports.example/oauth2callback",
}
PROXY = {"proxy_header": "X-Forwarded-Email", "proxy_addresses": ("10.0.0.7", "10.1.0.0/16")}
CLAIMS = {
    "iss": "https://id.example",
    "sub": "7",
    "aud": "reports",
    "iat": 1_772_442_000,
    "nonce": "n",
    "email": "Mel@example.org",
    "email_verified": True,
}


def settings(**given: object) -> Settings:
    return Settings.model_validate(given)


def scope(peer: str, **headers: str) -> dict[str, object]:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "http",
        "method": "GET",
        "path": "/",
        "scheme": "http",
        "client": (peer, 4711),
        "headers": [(b"host", b"reports.example"), *raw],
    }


@pytest.fixture
def kb(tmp_path: Path) -> Iterator[KnowledgeBase]:
    with KnowledgeBase.open(settings(data=tmp_path, **OIDC)) as opened:
        people.add(opened, "mel@example.org", Role.MEMBER)
        yield opened


def test_a_header_is_believed_from_listed_proxies_only() -> None:
    rules = rules_for(settings(**PROXY), "0.0.0.0")
    named = {"x_forwarded_email": "mel@example.org"}
    assert rules.refused(scope("10.0.0.7", **named)) is None
    assert rules.told(scope("10.1.2.3", **named)).email == "mel@example.org"
    assert rules.refused(scope("10.0.0.7")) == (401, "The proxy did not say who you are.")
    # From elsewhere: refused beyond this machine, and on it no more than ignored.
    status, _ = rules.refused(scope("10.0.0.8", **named)) or (0, "")
    assert status == 403
    assert rules.refused(scope("127.0.0.1", **named)) is None
    assert rules.told(scope("127.0.0.1", **named)) == Told("127.0.0.1")


def test_the_address_is_the_nearest_that_is_no_proxy() -> None:
    rules = rules_for(settings(**PROXY), "0.0.0.0")
    forwarded = {"x_forwarded_for": "1.1.1.1, 203.0.113.5, 10.1.0.2"}
    assert rules.told(scope("10.0.0.7", **forwarded)).origin == "203.0.113.5"
    assert rules.told(scope("198.51.100.1", **forwarded)).origin == "198.51.100.1"
    assert rules.told(scope("10.0.0.7", x_forwarded_for="no address")).origin == "10.0.0.7"


def test_what_the_pages_are_told_cannot_be_written_by_a_browser() -> None:
    assert front.told({front.VISITOR: "guess 127.0.0.1 ada@example.org"}) is None
    assert front.told({}) is None
    written = front._written(Told("10.0.0.1", "Zoë at home@example.org"))
    assert front.told({front.VISITOR: written}) == Told("10.0.0.1", "Zoë at home@example.org")


@pytest.mark.parametrize(
    ("claims", "trouble"),
    [
        ({}, None),
        ({"aud": ["other", "reports"]}, None),
        ({"aud": "other"}, "made for another application"),
        ({"aud": "other", "azp": "reports"}, "made for another application"),
        ({"aud": None}, "made for another application"),
        ({"email": ""}, "did not give an e-mail address"),
        ({"email_verified": False}, "has not verified"),
        ({"email_verified": "true"}, "has not verified"),
        ({"email_verified": None}, "has not verified"),
    ],
)
def test_a_token_is_believed_if_it_is_for_us_and_its_address_is_verified(
    claims: dict[str, object], trouble: str | None
) -> None:
    shown = identity(settings(**OIDC), {**CLAIMS, **claims})
    assert shown is not None
    if trouble is None:
        assert shown.email == "Mel@example.org"
    else:
        assert shown.email is None
        assert trouble in (shown.trouble or "")


def test_an_address_may_be_believed_unverified_where_the_setting_says_so() -> None:
    shown = identity(
        settings(**OIDC, oidc_unverified_email=True), {**CLAIMS, "email_verified": False}
    )
    assert shown is not None
    assert shown.email == "Mel@example.org"
    assert identity(settings(**OIDC), {}) is None


def test_each_sign_in_has_a_key_of_its_own() -> None:
    def key(**claims: object) -> str:
        shown = identity(settings(**OIDC), {**CLAIMS, **claims})
        assert shown is not None
        return shown.key

    assert key() == key(name="Mel")
    assert len({key(), key(nonce="m"), key(iat=1), key(sub="8")}) == 4


def test_a_sign_in_ends_when_nothing_is_done_and_stays_ended(kb: KnowledgeBase) -> None:
    def at(minutes: float, key: str = "k", began: datetime | None = NOW) -> Standing:
        now = NOW + timedelta(minutes=minutes)
        return signins.standing(
            kb.database, key, "mel@example.org", began=began, idle=HOUR, now=now
        )

    assert at(0) is Standing.NEW
    assert at(50) is Standing.GOOD
    assert at(105) is Standing.GOOD  # 55 minutes after the last action
    assert at(166) is Standing.IDLE
    assert at(167) is Standing.IDLE
    # A cookie that turns up for the first time an hour after it was made is as dead.
    assert at(61, "late") is Standing.IDLE
    signins.end(kb.database, "late")
    assert at(0, "other") is Standing.NEW
    signins.end(kb.database, "other", now=NOW)
    assert at(1, "other") is Standing.ENDED


def test_looking_is_no_action(kb: KnowledgeBase) -> None:
    def at(minutes: float, *, acting: bool) -> Standing:
        now = NOW + timedelta(minutes=minutes)
        return signins.standing(
            kb.database, "k", "mel@example.org", began=NOW, idle=HOUR, acting=acting, now=now
        )

    assert at(0, acting=True) is Standing.NEW
    assert at(59, acting=False) is Standing.GOOD
    assert at(61, acting=False) is Standing.IDLE


def test_a_key_is_good_for_the_address_that_it_was_made_for(kb: KnowledgeBase) -> None:
    for email, wanted in (("mel@example.org", Standing.NEW), ("ada@example.org", Standing.ENDED)):
        assert signins.standing(kb.database, "k", email, began=None, idle=None) is wanted


def test_whoever_is_not_known_is_not_let_in(kb: KnowledgeBase) -> None:
    visit = judged(kb, Identity("eve@example.org", key="e"), "10.0.0.1", acting=True)
    assert (visit.person, visit.why) == (None, Why.STRANGER)
    visit = judged(kb, Identity("MEL@example.org", key="m"), "10.0.0.1", acting=True)
    assert visit.person is not None
    assert visit.person.role is Role.MEMBER
    assert judged(kb, None, None, acting=True).why is Why.NOBODY


def test_pictures_and_uploads_are_for_people_who_may(kb: KnowledgeBase, tmp_path: Path) -> None:
    assert not may_have(kb, Told("10.0.0.1", "mel@example.org"), {}, "/media/x.png")
    kb.settings = settings(data=tmp_path, **PROXY)
    mel = Told("10.0.0.1", "mel@example.org")
    assert may_have(kb, mel, {}, "/media/x.png")
    assert not may_have(kb, mel, {}, "/_stcore/upload_file/a/b")
    people.set_role(kb, "mel@example.org", Role.STAFF)
    assert may_have(kb, mel, {}, "/_stcore/upload_file/a/b")
    assert not may_have(kb, Told("10.0.0.1"), {}, "/media/x.png")


@pytest.mark.parametrize(
    "wrong",
    [
        {**OIDC, **PROXY},
        {"oidc_client_id": "x"},
        {"proxy_header": "X"},
        {"proxy_addresses": "10.0.0.300"},
        {**OIDC, "oidc_redirect_uri": "https://reports.example/elsewhere"},
        {**OIDC, "oidc_redirect_uri": "reports.example/oauth2callback"},
    ],
)
def test_settings_that_do_not_fit_together_are_said(wrong: dict[str, object]) -> None:
    with pytest.raises(NotConfigured, match="PBI_"):
        sign_in(settings(**wrong))


def test_no_setting_shows_its_secret() -> None:
    held = settings(**OIDC, cookie_secret="cookie-secret-of-at-least-32-letters")
    shown = f"{held!r} {held.effective()} {held.model_dump_json()}"
    assert "secret-of-the-client" not in shown
    assert "cookie-secret" not in shown


def test_the_issuer_is_as_good_as_its_description() -> None:
    described = "https://id.example/t/.well-known/openid-configuration"
    for written in ("https://id.example/t", "https://id.example/t/", described):
        assert metadata_url(settings(oidc_metadata_url=written)) == described


def test_hosts_are_this_machine_s_own_where_nobody_signs_in() -> None:
    assert rules_for(settings(), "127.0.0.1").hosts == front.LOOPBACK_NAMES
    assert "10.0.0.4" in rules_for(settings(), "10.0.0.4").hosts
    assert rules_for(settings(**PROXY), "0.0.0.0").hosts == frozenset()
    assert "reports.example" in rules_for(settings(**OIDC), "127.0.0.1").hosts


def test_whoever_has_left_can_do_nothing_more_with_what_a_page_held(kb: KnowledgeBase) -> None:
    gone = False

    def still() -> None:
        if gone:
            raise NotAllowed("You are not signed in any more")

    view = kb.acting("mel@example.org", "10.0.0.1", still=still)
    assert view.reports() == []
    gone = True
    for step in (view.reports, lambda: view.may(Right.READ), lambda: view.require(Right.READ)):
        with pytest.raises(NotAllowed, match="not signed in"):
            step()
