"""What one run of a program has declared and read so far, for the module `dynamic`.

With the Automation API one process runs programs many times, so all of it is kept by the stack of a run, and goes with
that.
"""

from __future__ import annotations

import copy
import os
import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor, get_root_resource


@dataclass
class Run:
    """One run of a program.

    Attributes:
        configuration: The name of its `WebhookConfiguration`; None where it has none.
        webhook: The name of its first `Webhook`; None where it has none.
        entries: The name of each `Webhook`, by event and URL, where both are plain strings.
    """

    configuration: str | None = None
    webhook: str | None = None
    entries: dict[tuple[str, str], str] = field(default_factory=dict)
    _read: dict[str, Any] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def declare_configuration(self, name: str) -> None:
        """Note a `WebhookConfiguration`.

        Raises:
            pulumi.RunError: it cannot stand beside what the program declares already.
        """
        if self.configuration is not None:
            raise pulumi.RunError(
                f"This program declares two WebhookConfigurations, {self.configuration!r} and {name!r}. It is "
                "authoritative for the whole account, so the two would undo each other: declare all endpoints in one "
                "and remove the other"
            )
        if self.webhook is not None:
            raise pulumi.RunError(_both_kinds(name, self.webhook))
        self.configuration = name

    def declare_webhook(self, name: str, event: object, url: object) -> None:
        """Note a `Webhook`. Where its event or URL is an output, the provider's check knows more.

        Raises:
            pulumi.RunError: it cannot stand beside what the program declares already.
        """
        if self.configuration is not None:
            raise pulumi.RunError(_both_kinds(self.configuration, name))
        if isinstance(event, str) and isinstance(url, str):
            if (event, url) in self.entries:
                raise pulumi.RunError(
                    f"This program declares the Webhook {_shown(event, url)} twice, {self.entries[event, url]!r} and "
                    f"{name!r}. The account needs it once: remove one of the two"
                )
            self.entries[event, url] = name
        self.webhook = self.webhook or name

    def read(self, values: Mapping[str, Any], *, afresh: bool) -> dict[str, Any]:
        """Read the account's live configuration, with one GET for all calls of the run.

        Args:
            values: The stack's configuration.
            afresh: Whether what was read before is too old.

        Raises:
            pulumi.RunError: it cannot be read.
        """
        with self._lock:
            if self._read is None or afresh:
                # Only a program that reads the account pays for the HTTP client.
                from sendblue_provider.dynamic_host import read_configuration

                self._read = read_configuration(values, os.environ)
            return copy.deepcopy(self._read)


_runs: weakref.WeakKeyDictionary[pulumi.Resource, Run] = weakref.WeakKeyDictionary()


def current_run() -> Run:
    """Return what is known of this run; of one without a stack, and of a test with mocks, nothing is kept."""
    root = get_root_resource()
    # In a test with Pulumi's mocks all programs of the process have one root.
    if root is None or is_mocked():
        return Run()
    return _runs.setdefault(root, Run())


def is_mocked() -> bool:
    """Tell whether this is a test with Pulumi's mocks."""
    return isinstance(get_monitor(), MockMonitor)


async def stack_is_there() -> None:
    """Wait for the program's stack: one that ends before that ends with an error of the SDK's own besides."""
    root = get_root_resource()
    if root is not None:
        await root.urn.future()


def stack_configuration() -> dict[str, Any]:
    """Return the settings in the stack's configuration, secrets plain."""
    from sendblue_provider.settings import KEYS

    config = pulumi.Config("sendblue")
    return {key: config.get(key) for key in KEYS}


def _both_kinds(configuration: str, webhook: str) -> str:
    # Loaded only here, where the program ends: it is a part of the provider that programs do not load.
    from sendblue_provider.messages.errors import BOTH_KINDS

    pair = f"a WebhookConfiguration, {configuration!r}, and a Webhook, {webhook!r}"
    return f"This program declares both {pair}. {BOTH_KINDS}"


def _shown(event: str, url: str) -> str:
    # Loaded only here, where the program ends: it is a part of the provider that programs do not load.
    from sendblue_provider.messages.text import shown, shown_url

    return f"{shown(event)} {shown_url(url.partition('?')[0])}"
