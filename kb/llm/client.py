"""One call to an OpenAI-compatible endpoint: data in, a checked shape out, or a reason why not.

The package `openai` is the extra `llm`, and is imported with the first call. Nothing that an
endpoint says of an error is passed on or logged: some repeat the key in it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from kb.settings import Settings, without_password

log = logging.getLogger(__name__)

MAX_TOKENS = 4000
MAX_CHARACTERS = 60_000
"""Of what is sent; a longer answer is not worded."""

Shape = TypeVar("Shape", bound=BaseModel)


class ModelFailed(Exception):
    """No usable answer; `str()` says why, as a clause to follow a colon."""


def asked(settings: Settings, orders: str, data: Mapping[str, Any], shape: type[Shape]) -> Shape:
    """What the model makes of the data, in the shape.

    Args:
        orders: what to do. data: what to do it with, sent as one JSON object and nothing else:
            text from a report or a person stands nowhere but in its strings.

    Raises:
        ModelFailed: it is not set up, cannot be reached, is late, refuses or talks nonsense.
    """
    if not settings.llm_url:
        raise ModelFailed("no endpoint is set (PBI_LLM_URL)")
    if not settings.llm_model:
        raise ModelFailed("no model is named (PBI_LLM_MODEL)")
    sent = json.dumps(data, ensure_ascii=False)
    if len(sent) > MAX_CHARACTERS:
        raise ModelFailed("there is too much to send")
    try:
        import openai
    except ImportError:
        raise ModelFailed("the package openai is not installed (the extra “llm”)") from None
    try:
        return _called(settings, settings.llm_model, orders, sent, shape)
    except ModelFailed:
        raise
    except openai.APITimeoutError:
        why = f"it did not answer within {settings.llm_seconds:g} seconds"
    except openai.APIConnectionError:
        why = "it could not be reached"
    except openai.APIStatusError as error:
        why = f"it answered with error {error.status_code}"
    except openai.LengthFinishReasonError:
        why = "its answer broke off"
    except openai.ContentFilterFinishReasonError:
        why = "it refused"
    except ValidationError:
        why = "its answer does not have the form asked for"
    except Exception as error:
        # An endpoint may send anything; whatever it is, the product has an answer of its own.
        log.warning("the language model's answer cannot be read: %s", type(error).__name__)
        why = "its answer could not be read"
    # Raised outside the handlers, so that no error of the client, which holds the request and with
    # it the key, travels along.
    raise ModelFailed(why)


def _called(settings: Settings, model: str, orders: str, sent: str, shape: type[Shape]) -> Shape:
    from openai import OpenAI

    key = settings.llm_key.get_secret_value() if settings.llm_key else "none"
    with OpenAI(
        base_url=settings.llm_url, api_key=key, timeout=settings.llm_seconds, max_retries=0
    ) as client:
        done = client.chat.completions.parse(
            model=model,
            messages=[
                {"role": "system", "content": orders},
                {"role": "user", "content": f"```json\n{sent}\n```"},
            ],
            response_format=shape,
            temperature=0,
            max_tokens=MAX_TOKENS,
        )
    message = done.choices[0].message
    if message.refusal:
        raise ModelFailed("it refused")
    if message.parsed is None:
        raise ModelFailed("its answer was empty")
    return message.parsed


def described(settings: Settings) -> str | None:
    """The model in one line, for `pbi check`; None where none is set. The key is not in it."""
    if not settings.llm_url:
        return None
    uses = [
        words
        for on, words in (
            (settings.llm_understand, "reads questions that the rules are not sure of"),
            (settings.llm_word, "words answers"),
        )
        if on
    ]
    return (
        f"Language model: {settings.llm_model or 'none named'} at "
        f"{without_password(settings.llm_url)}, {'with a' if settings.llm_key else 'without a'} "
        f"key; {' and '.join(uses) or 'not used, as both switches are off'}."
    )
