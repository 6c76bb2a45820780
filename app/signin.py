"""How people come in: by an OpenID provider, through a proxy that names them, or alone.

Streamlit's `st.login` and Authlib do the protocol; here stands what they are told, and what of
the result is believed. Who the person is to the knowledge base is looked up there (app/visits.py).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kb.errors import KBError

if TYPE_CHECKING:
    from kb.settings import Settings

Network = IPv4Network | IPv6Network

CALLBACK = "/oauth2callback"
"""Where Streamlit takes people back who come from the provider."""

_OIDC = ("oidc_metadata_url", "oidc_client_id", "oidc_client_secret", "oidc_redirect_uri")
_WELL_KNOWN = "/.well-known/openid-configuration"


class NotConfigured(KBError):
    """The settings for sign-in do not fit together."""


class Way(StrEnum):
    """How people come in."""

    ALONE = "alone"
    OIDC = "oidc"
    PROXY = "proxy"


@dataclass(frozen=True)
class SignIn:
    """What the settings say about it, checked.

    Attributes:
        header: in lower case, the header of a proxy that names the person; None without.
        proxies: whose word is taken for addresses and, with `header`, for people.
        redirect: scheme and host under which the provider sends people back; None without.
    """

    way: Way
    header: str | None
    proxies: tuple[Network, ...]
    redirect: str | None

    @property
    def secure(self) -> bool:
        """People reach the app by TLS."""
        return bool(self.redirect and self.redirect.startswith("https://"))

    def trusts(self, address: str) -> bool:
        """Whether a proxy may have this address."""
        try:
            one = ip_address(address)
        except ValueError:
            return False
        return any(one in network for network in self.proxies)


def sign_in(settings: Settings) -> SignIn:
    """How people come in, as the settings say.

    Raises:
        NotConfigured: they contradict each other, or something is missing.
    """
    given = [name for name in _OIDC if getattr(settings, name)]
    if given and settings.proxy_header:
        raise NotConfigured(
            "PBI_PROXY_HEADER and PBI_OIDC_... are two ways to sign in: set one of them"
        )
    if given and (missing := [name for name in _OIDC if name not in given]):
        names = ", ".join(f"PBI_{name.upper()}" for name in missing)
        raise NotConfigured(f"sign-in by an OpenID provider also needs {names}")
    if settings.proxy_header and not settings.proxy_addresses:
        raise NotConfigured(
            f"PBI_PROXY_HEADER is {settings.proxy_header}, and PBI_PROXY_ADDRESSES does not say "
            "which proxies may be believed"
        )
    way = Way.OIDC if given else Way.PROXY if settings.proxy_header else Way.ALONE
    return SignIn(
        way=way,
        header=settings.proxy_header.lower() if settings.proxy_header else None,
        proxies=tuple(_network(one) for one in settings.proxy_addresses),
        redirect=_redirect(settings.oidc_redirect_uri) if given else None,
    )


def secrets(settings: Settings, cookie_secret: str) -> dict[str, Any]:
    """What Streamlit is to know of the provider; {} where there is none. Never to be logged."""
    if sign_in(settings).way is not Way.OIDC or settings.oidc_client_secret is None:
        return {}
    return {
        "auth": {
            "redirect_uri": settings.oidc_redirect_uri or "",
            "cookie_secret": cookie_secret,
            "client_id": settings.oidc_client_id or "",
            "client_secret": settings.oidc_client_secret.get_secret_value(),
            "server_metadata_url": metadata_url(settings),
        }
    }


def metadata_url(settings: Settings) -> str:
    """Where the provider describes itself; the setting may also name the issuer."""
    url = (settings.oidc_metadata_url or "").rstrip("/")
    return url if "/.well-known/" in url else f"{url}{_WELL_KNOWN}"


@dataclass(frozen=True)
class Identity:
    """Who somebody has shown to be.

    Attributes:
        email: the address; None where there is none to be believed.
        name: as the provider or the proxy has it.
        key: of this one sign-in, which lives until it ends; nothing secret can be told from it.
        began: when it was made.
        trouble: why there is no address, in words for the person.
    """

    email: str | None
    name: str | None = None
    key: str = ""
    began: datetime | None = None
    trouble: str | None = None


def identity(settings: Settings, claims: Mapping[str, Any]) -> Identity | None:
    """Who the claims of an ID token speak of; None where nobody is signed in.

    Streamlit has checked the cookie's signature, Authlib the token's. That the token was made for
    this app is asked again here: Authlib lets another audience pass where the authorised party
    is right.
    """
    if not claims.get("sub"):
        return None
    audience = claims.get("aud")
    if settings.oidc_client_id not in (audience if isinstance(audience, list) else [audience]):
        return Identity(None, trouble="The sign-in was made for another application.")
    key = hashlib.sha256(
        json.dumps([claims.get(name) for name in ("iss", "sub", "iat", "nonce")]).encode()
    ).hexdigest()
    began = _moment(claims.get("iat"))
    found = partial(Identity, name=_text(claims.get("name")), key=key, began=began)
    email = _text(claims.get("email"))
    if not email:
        return found(None, trouble="The sign-in provider did not give an e-mail address.")
    if claims.get("email_verified") is not True and not settings.oidc_unverified_email:
        return found(
            None,
            trouble=f"The sign-in provider has not verified that the address {email} is yours.",
        )
    return found(email)


def claims_in(cookies: Mapping[str, str]) -> dict[str, Any]:
    """The claims of Streamlit's identity cookie, if its signature holds; {} otherwise."""
    from streamlit.auth_util import get_cookie_with_chunks
    from streamlit.web.server.server_util import get_cookie_secret
    from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
    from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

    def one(name: str) -> bytes | None:
        value = cookies.get(name)
        return decode_signed_value(get_cookie_secret(), name, value) if value else None

    held = get_cookie_with_chunks(one, USER_COOKIE_NAME)
    try:
        claims = json.loads(held) if held else {}
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}


def _network(written: str) -> Network:
    try:
        return ip_network(written, strict=False)
    except ValueError as error:
        raise NotConfigured(
            f"PBI_PROXY_ADDRESSES: {written} is neither an address (10.0.0.7) nor a network "
            "(10.0.0.0/24)"
        ) from error


def _redirect(uri: str | None) -> str:
    parts = urlsplit(uri or "")
    if parts.scheme not in ("http", "https") or not parts.netloc or not parts.path == CALLBACK:
        raise NotConfigured(
            f"PBI_OIDC_REDIRECT_URI must be the app's own address with {CALLBACK} at its end "
            f"(https://reports.example{CALLBACK}), not {uri}"
        )
    return f"{parts.scheme}://{parts.netloc}"


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _moment(value: object) -> datetime | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, UTC)
    return None
