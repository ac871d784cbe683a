"""What a front end asks of a resource, what that wants of the account, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sendblue_provider.api.hidden import Revealed
from sendblue_provider.api.records import Keys, Record, Records
from sendblue_provider.api.retry import Waiting
from sendblue_provider.plan.changes import Change, Plan

from .names import Path, Properties
from .properties import Declared


@dataclass(frozen=True)
class Request:
    """One call of the engine about one resource; what a call does not have is left out.

    Attributes:
        inputs: What the program declares.
        state: The outputs in the state, or the old inputs if the front end has no more; None for a create.
        old_inputs: What the program declared at the last update; None if there was none.
        ignored: Property paths whose changes the program ignores (`ignoreChanges`).
        urn: The resource's URN; empty if the front end is not told.
        timeout: The resource's own time budget in seconds; None if it has none.
        on_wait: Called before a wait.
        is_moved: Whether the state is that of the plugin, and the program has moved to the dynamic front end.
    """

    inputs: Properties = field(default_factory=dict, repr=False)
    state: Properties | None = field(default=None, repr=False)
    old_inputs: Properties | None = field(default=None, repr=False)
    ignored: Sequence[Path] = ()
    urn: str = ""
    timeout: float | None = None
    on_wait: Callable[[Waiting], None] | None = None
    is_moved: bool = False


@dataclass(frozen=True)
class Target:
    """What one request wants of the account as one GET shows it.

    Attributes:
        revealed: The live records, completed by the secrets that are known.
        inputs: What is declared, live values in the place of those that the program ignores changes of.
        declared: The same, read.
        plan: What turns live into desired.
        own: Keys of what this stack put on the account before.
        own_record: The live record of a resource that is one entry.
        managed: Keys of what will be this stack's own, and is not only kept as it is (`ignoreChanges`).
        state: The records of the state.
        copies: All records with the resource's key, if there are several.
        is_unclear: Whether it is not known which of those is this stack's own, so that there is no plan.
    """

    revealed: Revealed
    inputs: Properties = field(repr=False)
    declared: Declared
    plan: Plan
    own: Keys = frozenset()
    own_record: Record | None = field(default=None, repr=False)
    managed: Keys = frozenset()
    state: Records = field(default=(), repr=False)
    copies: Records = ()
    is_unclear: bool = False


@dataclass(frozen=True)
class Result:
    """What a step found or did.

    Attributes:
        outputs: The outputs; `UNKNOWN` for what is known only once the update runs; empty if the resource is gone.
        plan: What the write does to the account, or did.
        drift: What changed on the account since the last update: state against live.
        named: Rule 7: what a plan removes or changes that a plain run has to name.
        adopted: What is on the account already, and this stack's own from now on.
        is_uncomparable: Whether the secret of what is adopted does not show.
        overwritten: What a create removes or changes, since `allowOverwrite` is set.
        copies: All records with the resource's key, if there are several.
        is_unclear: Whether it is not known which of those is this stack's own.
        left: What a delete leaves on the account: `foreign`, `hidden`, `shared`, `ignored` or `copies`.
        new_event: An event that neither this provider nor the account has anything of.
        undocumented: Declared entries with numbers under an event for which the API does not document them.
        readable: Whether drift in the own secrets can be seen.
        changed: Whether there is anything to update: the account, or only the state.
        replaces: Properties whose change asks for a replacement.
        live: What is live, as outputs; empty if nothing changed.
        inputs: What is declared, live values in the place of ignored ones; for an import, what is to be declared.
    """

    outputs: Properties = field(default_factory=dict, repr=False)
    plan: Plan = field(default_factory=Plan)
    drift: tuple[Change, ...] = ()
    named: tuple[Change, ...] = ()
    adopted: Records = ()
    is_uncomparable: bool = False
    overwritten: tuple[Change, ...] = ()
    copies: Records = ()
    is_unclear: bool = False
    left: Mapping[str, Records] = field(default_factory=dict)
    new_event: str = ""
    undocumented: Records = ()
    readable: bool = True
    changed: bool = False
    replaces: tuple[str, ...] = ()
    live: Properties = field(default_factory=dict, repr=False)
    inputs: Properties = field(default_factory=dict, repr=False)
