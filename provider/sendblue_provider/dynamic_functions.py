"""What the dynamic front end's functions read.

They run in the program's own process, since the dynamic host knows no functions. A program that calls none of them does
not load this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any

import pulumi

from . import authoritative
from .account import Account
from .client import Client
from .dynamic_hooks import READER
from .errors import SendblueError
from .model import Properties, mark_secrets
from .report import error_text
from .settings import load_settings


def read_configuration(values: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    """Read the account's live configuration with one GET, of which nothing is kept.

    Args:
        values: The stack's configuration, by key (`apiKeyId`), secrets plain.
        environ: The environment.

    Returns:
        The properties that `getWebhookConfiguration` gives, as the schema spells them.

    Raises:
        pulumi.RunError: it cannot be read; the text says why, and what to do.
    """
    try:
        settings = load_settings(values, environ)
        with closing(Client(settings)) as client:
            return authoritative.look(Account(settings, client))
    except SendblueError as error:
        raise pulumi.RunError(error_text(error, READER)) from None


def holds_secret(properties: Properties) -> bool:
    """Tell whether there is a secret anywhere in the properties."""
    return mark_secrets(properties) != properties
