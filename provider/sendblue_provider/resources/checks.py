"""The check of inputs: at once if they are surely right, and else by the models, which say what is wrong.

Right inputs are the rule, and pydantic and the models take longer to load than all else of ours in a preview. What is
taken for surely right here breaks none of their rules. What is not, such as a value that is not known yet, may be right
all the same: the models decide.
"""

from __future__ import annotations

import sys
from itertools import chain
from typing import Any, Final

from sendblue_provider.api.records import ACCOUNT_SECRETS
from sendblue_provider.quick_imports import quick_imports

from .failure import Failure
from .names import ALLOW_OVERWRITE, EVENT, NUMBERS, OTHER_EVENTS, PROPERTY_OF_EVENT, SECRET_PROPERTY, URL, Properties
from .values import E164, PLAIN_SECRET, PLAIN_URL, event_problem, is_no_event, property_of_word, secret_problem

_EVENT_LISTS: Final = frozenset(PROPERTY_OF_EVENT.values())
_ENDPOINT: Final = frozenset({URL, SECRET_PROPERTY, NUMBERS})
_CONFIGURATION: Final = frozenset({*_EVENT_LISTS, OTHER_EVENTS, *ACCOUNT_SECRETS, ALLOW_OVERWRITE})
_WEBHOOK: Final = frozenset({EVENT, ALLOW_OVERWRITE, *_ENDPOINT})


def configuration_failures(inputs: Properties) -> list[Failure]:
    """Check the declared values of a `WebhookConfiguration`. See `inputs.check_configuration`."""
    if _is_right_configuration(inputs):
        return []
    _load_models()
    from .inputs import check_configuration

    return check_configuration(inputs)


def webhook_failures(inputs: Properties) -> list[Failure]:
    """Check the declared values of a `Webhook`. See `inputs.check_webhook`."""
    if _is_right_webhook(inputs):
        return []
    _load_models()
    from .inputs import check_webhook

    return check_webhook(inputs)


def _load_models() -> None:
    if f"{__package__}.inputs" not in sys.modules:
        with quick_imports():
            from . import inputs  # noqa: F401


def _is_right_configuration(inputs: Properties) -> bool:
    if not inputs.keys() <= _CONFIGURATION:
        return False
    for name, value in inputs.items():
        if value is None:
            is_right = True
        elif name in _EVENT_LISTS:
            is_right = _are_right(value)
        elif name == OTHER_EVENTS:
            is_right = isinstance(value, dict) and all(
                not property_of_word(event) and not is_no_event(event) and _are_right(items)
                for event, items in value.items()
            )
        elif name in ACCOUNT_SECRETS:
            is_right = secret_problem(value) is None
        else:
            is_right = isinstance(value, bool)
        if not is_right:
            return False
    return True


def _is_right_webhook(inputs: Properties) -> bool:
    flag = inputs.get(ALLOW_OVERWRITE)
    return (
        {EVENT, URL} <= inputs.keys() <= _WEBHOOK
        and event_problem(inputs[EVENT]) is None
        and (flag is None or isinstance(flag, bool))
        and _are_right([{name: inputs[name] for name in _ENDPOINT if name in inputs}])
    )


def _are_right(items: Any) -> bool:
    """Return whether the endpoints of an event are surely right. There may be thousands."""
    if not isinstance(items, list):
        return False
    objects = [item for item in items if item.__class__ is dict]
    try:
        urls = [*[item for item in items if item.__class__ is not dict], *[item[URL] for item in objects]]
        secrets = [secret for item in objects if (secret := item.get(SECRET_PROPERTY)) is not None]
        numbers = [numbers for item in objects if (numbers := item.get(NUMBERS)) is not None]
        return (
            all(map(PLAIN_URL.fullmatch, urls))
            and all(map(PLAIN_SECRET.fullmatch, secrets))
            and all(isinstance(some, list) and all(map(E164.fullmatch, some)) and _is_set(some) for some in numbers)
            and _ENDPOINT.issuperset(chain.from_iterable(objects))
            and _is_set(urls)
        )
    except (KeyError, TypeError):  # an endpoint without a URL, or something else in the place of a string
        return False


def _is_set(values: list[Any]) -> bool:
    return len(set(values)) == len(values)
