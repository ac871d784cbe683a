"""What the resources of one program declare together: which of them cannot stand side by side.

Data for a delete too, which leaves what another resource of the same run declares.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from .account import Account, Declared
from .model import CONFIGURATION_TYPE, WEBHOOK_TYPE, Configuration, Declaration
from .report import shown, shown_url
from .values import Failure

BOTH_KINDS: Final = (
    "A WebhookConfiguration is authoritative for the whole account: it would remove what a Webhook adds. A Webhook is "
    "additive: one URL for one event, beside whatever else the account has. Declare all endpoints in the "
    "WebhookConfiguration, or each of them as a Webhook"
)
_ANOTHER_ACCOUNT: Final = "or give each a sendblue.Provider with another account's credentials"


def declare(
    account: Account,
    kind: str,
    declaration: Declaration,
    own: Configuration | None,
    resource: Hashable | None,
) -> tuple[Failure, ...]:
    """Note what a resource declares, for the rest of the run, unless it cannot stand beside what another one declares.

    Args:
        account: The account.
        kind: The resource's type.
        declaration: What it declares.
        own: What its old inputs named; None where there are none.
        resource: Its URN, where the front end knows it.

    Returns:
        What is wrong.
    """
    with account.held():
        key = _key(kind, declaration, own, resource)
        reason = _conflict(account, kind, declaration, key, resource)
        if reason:
            return (Failure((), reason),)
        account.declared[key] = Declared(kind, declaration)
        if own is not None:
            account.own[key] = own
    return ()


def _key(kind: str, declaration: Declaration, own: Configuration | None, resource: Hashable | None) -> Hashable:
    """Tell one resource's checks from another's.

    Without URNs: the engine checks a resource at most once with old inputs and once without, so a second `Webhook` of
    the same entry is known by a second check of the same kind.
    """
    if resource is not None:
        return resource
    if kind == WEBHOOK_TYPE and (entries := [*declaration.configuration.entries()]):
        event, entry = entries[0]
        return event, entry.url, own is None
    return object()


def _conflict(
    account: Account, kind: str, declaration: Declaration, key: Hashable, resource: Hashable | None
) -> str | None:
    urls = {(event, entry.url) for event, entry in declaration.configuration.entries()}
    for other, declared in account.declared.items():
        is_another = other != key
        if declared.kind != kind:
            return f"{_pair('both a WebhookConfiguration and a Webhook', key, other, resource)}. {BOTH_KINDS}" + (
                f", {_ANOTHER_ACCOUNT}" if resource is not None else ""
            )
        if kind == CONFIGURATION_TYPE:
            if is_another and resource is not None:
                return (
                    f"{_pair('two WebhookConfigurations', key, other, resource)}. It is authoritative for the whole "
                    "account, so the two would undo each other: declare all endpoints in one and remove the other, "
                    f"{_ANOTHER_ACCOUNT}"
                )
        elif is_another == (resource is not None) and urls & {
            (event, entry.url) for event, entry in declared.declaration.configuration.entries()
        }:
            event, url = next(iter(urls))
            return (
                f"{_pair(f'the Webhook {shown(event)} {shown_url(url)} twice', key, other, resource)}. The account "
                "needs it once: remove one of the two"
            )
    return None


def _pair(what: str, key: Hashable, other: Hashable, resource: Hashable | None) -> str:
    text = f"this program declares {what} for one Sendblue account"
    if resource is None:
        return text
    first, second = sorted(str(urn).split("::", 3)[-1] for urn in (key, other))
    return f"{text}, {first!r} and {second!r}"
