"""What of the account is this stack's own, and what it may only keep as it is."""

from __future__ import annotations

from collections.abc import Sequence

from .compare import Change, Seen, changes, looks_masked
from .errors import SecretHidden
from .ignore import EVERY
from .model import ACCOUNT_SECRETS, Configuration, Managed, Path, Properties, declaration_of
from .report import listed, thing


def managed_of(declared: Configuration, inputs: Properties, own: Managed) -> Managed:
    """Name what of the declared configuration is this stack's own, and not only kept as it is (`ignoreChanges`)."""
    named, kept = Managed.of(declaration_of(inputs).configuration), Managed.of(declared)
    return kept & (named | own)


def manages(declared: Configuration, inputs: Properties, own: Managed) -> bool:
    """Tell whether the state names what is this stack's own; that something ignored is gone is no reason to update."""
    kept = Managed.of(declared)
    if own == kept:  # the usual case, at a fraction of the price
        return True
    named = Managed.of(declaration_of(inputs).configuration)
    return own - (named - kept) == kept & (named | own)


def managed_in_part(before: Configuration, declared: Configuration, managed: Managed, own: Managed) -> Managed:
    """Name what is this stack's own after a write that was not, or not known to be, done.

    Also what does not show yet; but not what was somebody else's and was to be overwritten.
    """
    overwritten = [change for change in changes(before, declared) if change.kind == "change"]
    theirs = Managed(
        frozenset([(change.name, change.before.url) for change in overwritten if change.before is not None]),
        frozenset([change.name for change in overwritten]),
    )
    return managed - theirs | own


def refuse_to_write_hidden(
    live: Configuration,
    seen: Seen,
    kept: Properties,
    inputs: Properties,
    own: Managed,
    ignored: Sequence[Path],
) -> None:
    """Refuse a write that would put masks, or nothing, in the place of secrets that this stack only keeps."""
    declared = declaration_of(kept).configuration
    foreign = managed_of(declared, inputs, own).rest_of(declared)
    hidden = [change for change in changes(Configuration(), foreign) if not seen.readable or _is_masked(change, live)]
    if not seen.readable:
        # It may be there and not show at all.
        names = {path[0] for path in ignored}
        ours = declared.secrets.keys()
        hidden += [Change("add", name) for name in ACCOUNT_SECRETS if names & {name, EVERY} and name not in ours]
    if hidden and changes(seen.configuration, declared):
        raise SecretHidden(
            f"The program ignores changes of {listed([thing(change) for change in hidden])}, so the update would write "
            "it back as it is, but Sendblue does not show its secret: the write would overwrite it, so nothing was "
            "written. Declare it with its secret, or leave it out of ignoreChanges and remove it"
        )


def _is_masked(change: Change, live: Configuration) -> bool:
    secret = live.secrets.get(change.name) if change.after is None else change.after.secret
    return secret is not None and looks_masked(secret)
