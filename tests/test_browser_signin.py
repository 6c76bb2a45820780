"""Sign-in through a real provider in a real browser: who sees what, and who does not."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.error
import urllib.request
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import decompress

import pytest
from browsing import CORPUS, ROOT, ask, browser, needs_browser, pbi
from signing_in import (
    COOKIES,
    SECRET,
    Guarded,
    Provider,
    drawn,
    free_port,
    give,
    guest,
    oidc_settings,
    opened,
    sign_in,
)
from sqlalchemy import update

from kb import audit
from kb.people import Role
from kb.tables import sign_ins

pytestmark = needs_browser

COOKIE = "_streamlit_user"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    one = Provider(tmp_path_factory.mktemp("provider") / "log")
    one.knows("mel")
    one.knows("ada")
    one.knows("stranger")
    yield one
    one.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("signin")
    subprocess.run(
        [*pbi(folder), "ingest", str(CORPUS[-1])], check=True, capture_output=True, cwd=ROOT
    )
    give(folder, "mel", Role.MEMBER)
    give(folder, "ada", Role.ADMINISTRATOR)
    port = free_port()
    one = Guarded(folder, oidc_settings(provider, port), port)
    try:
        one.wait()
        yield one
    finally:
        one.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as found:
        yield found


def menu(page: Any) -> set[str]:
    links = page.locator("[data-testid=stSidebarNavLink]")
    return {str(one).split("\n")[-1] for one in links.all_inner_texts()}


def words(page: Any) -> str:
    return str(page.locator("[data-testid=stMain]").inner_text())


def to(page: Any, server: Guarded, path: str) -> str:
    page.goto(f"{server.url}/{path}")
    drawn(page)
    return words(page)


def done(server: Guarded, who: str) -> set[str]:
    """What the record says that somebody did."""
    with opened(server.folder) as kb:
        return {one.what for one in audit.entries(kb, who=f"{who}@example.org")}


def status(url: str, method: str = "GET", **headers: str) -> int:
    request = urllib.request.Request(url, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def cookies_of(page: Any) -> dict[str, str]:
    return {one["name"]: one["value"] for one in page.context.cookies()}


def test_nothing_is_shown_before_sign_in_and_to_whom_nobody_gave_access(
    server: Guarded, chromium: Any
) -> None:
    with guest(chromium) as page:
        for path in ("problem?pbi=123400", "audit"):
            shown = to(page, server, path)
            assert "for people who have been given access" in shown, path
            assert not re.search(r"PBI|1234", shown), path
        assert menu(page) == set()
        sign_in(page, server, "stranger")
        assert "stranger@example.org, and nobody has given this address access" in words(page)
        assert menu(page) == set()
        assert "nobody has given this address access" in to(page, server, "people")
        # What a browser holds that was let in by the provider only opens no other way either.
        held = "; ".join(f"{name}={value}" for name, value in cookies_of(page).items())
        assert status(f"{server.url}/media/abc.png", cookie=held) == 403
        assert status(f"{server.url}/_stcore/upload_file/a/b", "PUT", cookie=held) == 403
    assert done(server, "stranger") == {"sign-in refused"}


def test_a_member_reads_and_no_more_and_a_role_counts_from_the_next_action_on(
    server: Guarded, chromium: Any
) -> None:
    with guest(chromium) as page:
        sign_in(page, server, "mel")
        assert {"Ask", "Problems", "Trends"} <= menu(page)
        assert not {"Upload", "People", "Who did what"} & menu(page)
        assert re.search(r"\d", ask(page, "How many problems are open?"))
        picture = page.locator("[data-testid=stMain] img").first.evaluate("one => one.src")
        held = "; ".join(f"{name}={value}" for name, value in cookies_of(page).items())
        assert "/media/" in picture
        assert status(picture, cookie=held) == 200
        assert status(picture) == 403
        for path in ("upload", "people"):
            assert "the role member does not cover it" in to(page, server, path), path
            assert page.locator("[data-testid=stMain] button").count() == 0, path
            assert page.locator("[data-testid=stFileUploader]").count() == 0, path
        assert status(f"{server.url}/_stcore/upload_file/a/b", "PUT", cookie=held) == 403

        give(server.folder, "mel", Role.STAFF)
        page.get_by_role("link", name="Problems").click()
        page.get_by_role("link", name="Upload").wait_for()
        assert not {"People", "Who did what"} & menu(page)

        give(server.folder, "mel", None)
        page.get_by_role("link", name="Upload").click()
        page.get_by_text("nobody has given this address access").wait_for()
        assert status(picture, cookie=held) == 403
    assert {"signed in", "asked", "refused", "viewed page"} <= done(server, "mel")


def test_an_administrator_gives_roles_sees_the_record_and_signs_out_for_good(
    server: Guarded, provider: Provider, chromium: Any
) -> None:
    with guest(chromium) as page:
        sign_in(page, server, "ada")
        assert {"Upload", "People", "Who did what"} <= menu(page)
        to(page, server, "people")
        page.get_by_label("E-mail address").fill("=new@example.org")
        page.get_by_role("button", name="Give access").click()
        page.get_by_text("has access now").wait_for()
        assert done(server, "ada") >= {"signed in", "gave role"}

        to(page, server, "audit")
        with page.expect_download() as taken:
            page.get_by_role("button", name="Download as CSV").click()
        lines = Path(taken.value.path()).read_text(encoding="utf-8-sig").splitlines()
        assert any("gave role" in line and "=new@example.org: member" in line for line in lines)
        assert {"exported", "saw audit"} <= done(server, "ada")

        to(page, server, "people")
        theirs = page.locator("[class*=st-key-person_]", has_text="=new@example.org")
        theirs.get_by_role("button", name="Remove").click()
        page.get_by_text("has no access any more").wait_for()

        copied = page.context.cookies()
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{provider.url}/**")
        assert COOKIE not in {one["name"] for one in page.context.cookies(server.url)}
        page.context.add_cookies(copied)
        assert "This sign-in has ended" in to(page, server, "people")
    assert "signed out" in done(server, "ada")


def test_a_sign_in_that_nothing_was_done_with_ends_and_its_cookie_with_it(
    server: Guarded, chromium: Any
) -> None:
    give(server.folder, "mel", Role.MEMBER)
    with guest(chromium) as page:
        sign_in(page, server, "mel", "problems")
        assert "Problems" in menu(page)
        with opened(server.folder) as kb, kb.database.write(counts=False) as connection:
            long_ago = datetime.now(UTC) - timedelta(minutes=61)
            mine = sign_ins.c.email == "mel@example.org"
            connection.execute(update(sign_ins).where(mine).values(seen=long_ago))
        page.get_by_role("link", name="Trends").click()
        page.get_by_text("Nothing was done for 60 minutes").wait_for()
        assert menu(page) == set()
        assert "Nothing was done for 60 minutes" in to(page, server, "trends")


def test_a_cookie_that_was_changed_and_a_token_for_another_are_no_sign_in(
    server: Guarded, provider: Provider, chromium: Any
) -> None:
    give(server.folder, "mel", Role.MEMBER)
    with guest(chromium) as page:
        provider.knows("mel", aud="another-app")
        sign_in(page, server, "mel")
        assert "for people who have been given access" in words(page)  # Authlib refused it
        provider.knows("mel", aud="another-app", azp="reports-app")
        sign_in(page, server, "mel")
        assert "made for another application" in words(page)  # Authlib let it pass
        provider.knows("mel", email_verified=False)
        page.context.clear_cookies()
        sign_in(page, server, "mel")
        assert "not verified that the address mel@example.org" in words(page)
        provider.knows("mel")
        page.context.clear_cookies()
        sign_in(page, server, "mel")
        assert "Problems" in menu(page)

        held = next(one for one in page.context.cookies() if one["name"] == COOKIE)
        assert held["httpOnly"]
        assert held["sameSite"] == "Lax"
        page.context.add_cookies([{**held, "value": forged(held["value"])}])
        assert "for people who have been given access" in to(page, server, "problems")


def forged(cookie: str) -> str:
    """The same cookie for an administrator, under the signature that it had."""
    packed, stamp, signature = cookie.rsplit(".", 2)
    raw = urlsafe_b64decode(packed.lstrip(".") + "===")
    claims = decompress(raw) if packed.startswith(".") else raw
    other = claims.replace(b"mel@example.org", b"ada@example.org")
    assert other != claims
    return f"{urlsafe_b64encode(other).decode().rstrip('=')}.{stamp}.{signature}"


def test_the_log_is_json_and_holds_no_secret_no_token_and_no_question(server: Guarded) -> None:
    lines = [one for one in server.log().splitlines() if one.startswith("{")]
    events = [json.loads(one) for one in lines]
    assert {"page", "signed in", "not let in", "question", "refused"} <= {
        one["event"] for one in events
    }
    assert any(one.get("who") == "mel@example.org" for one in events)
    whole = server.log()
    for secret in (SECRET, COOKIES, "How many problems", "eyJ"):
        assert secret not in whole, secret
