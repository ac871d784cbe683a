"""The steps of a resource's life, each written once for both resources: check, diff, preview, write, read, delete.

    session: GET ─► resource: live, desired, plan, rules ─► apply: POST | DELETE | PUT, GET ─► resource: outputs

The front ends call these, and translate. See `resources.base` for what differs between the resources.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any, Concatenate, ParamSpec, TypeVar

from sendblue_provider.api.records import Record, with_undocumented_numbers
from sendblue_provider.errors import PartlyWritten, SendblueError
from sendblue_provider.plan.claims import Claim, Clash
from sendblue_provider.resources.base import Resource
from sendblue_provider.resources.configuration import WebhookConfiguration
from sendblue_provider.resources.failure import Failure
from sendblue_provider.resources.names import Properties
from sendblue_provider.resources.paths import has_same
from sendblue_provider.resources.properties import is_readable
from sendblue_provider.resources.request import Request, Result, Target
from sendblue_provider.resources.secrets import secret_texts

from .apply import carry_out
from .operation import Removal, Write
from .session import Session

P = ParamSpec("P")
R = TypeVar("R")
Step = Callable[Concatenate[Resource, Session, Request, P], R]


def _step(run: Step[P, R]) -> Step[P, R]:
    """Note what a request holds before anything is asked of the API, and what an error's text depends on after it.

    Every secret of the request is hidden, since the first error may quote it.
    """

    @functools.wraps(run)
    def wrapper(resource: Resource, session: Session, request: Request, /, *args: P.args, **kwargs: P.kwargs) -> R:
        session.claims.has_state |= bool(request.state or request.old_inputs)
        session.hide(secret_texts(request.inputs, request.state, request.old_inputs))
        try:
            return run(resource, session, request, *args, **kwargs)
        except SendblueError as error:
            error.has_state = session.claims.has_state
            raise

    return wrapper


@_step
def check(resource: Resource, session: Session, request: Request) -> tuple[Failure, ...] | Clash:
    """Check inputs, and note what the resource declares. No request.

    Returns:
        Everything that is wrong with the inputs, or why the resource cannot stand beside another one.
    """
    if failures := resource.failures(request.inputs):
        # The engine puts the old value in the place of an ignored one before it asks for the check.
        old = request.old_inputs or {}
        return tuple([one._replace(is_kept=has_same(request.inputs, old, one.path)) for one in failures])
    declared = resource.declared(request.inputs)
    before, is_same = None, request.old_inputs == request.inputs
    if request.old_inputs is not None:
        before = declared.records if is_same else resource.declared(request.old_inputs).records
    # What the old inputs declared in two forms may stay.
    if not is_same and (failures := resource.form_failures(declared.records, before or (), request.inputs)):
        return tuple(failures)
    claim = Claim(resource.is_additive, declared.records, before, may_declare=declared.may_be)
    key = _claim_key(resource, request, request.inputs, has_old=request.old_inputs is not None)
    return session.claims.add(key, claim, has_urn=bool(request.urn)) or ()


@_step
def diff(resource: Resource, session: Session, request: Request) -> Result:
    """Compare live and state with what is declared. One GET, shared with check and read.

    Raises:
        ApiError: the account could not be read.
    """
    live = session.read(request.timeout, request.on_wait)
    key = _claim_key(resource, request, request.state or {}, has_old=True)
    hides = not is_readable(request.state or {})
    session.claims.note(key, seen=live, ignored=tuple(request.ignored), hides=hides)
    target = resource.target(live, request, session.claims)
    found = resource.compare(target, request)
    # The create of a replacement says it.
    undocumented = () if found.replaces else with_undocumented_numbers(target.declared.records)
    return replace(found, undocumented=undocumented)


@_step
def preview(resource: Resource, session: Session, request: Request) -> Result:
    """Find out what a create or an update will do, and whether a rule refuses it. One GET, shared with the diff.

    Raises:
        SendblueError: it will be refused, or the account could not be read.
    """
    live = session.read(request.timeout, request.on_wait)
    target = resource.target(live, request, session.claims)
    resource.refuse(target, request, session.claims)
    return _result(resource, session, request, target, resource.preview_outputs(target, request))


@_step
def write(resource: Resource, session: Session, request: Request) -> Result:
    """Create or update: GET, the write that the plan needs, GET; a GET alone if nothing is to be done.

    Raises:
        SendblueError: a rule refuses it, or the API failed; nothing was written.
        PartlyWritten: it was sent, and is not, or not known to be, done; `outputs` says what the state holds.
    """
    key = _claim_key(resource, request, request.state or request.inputs, has_old=True)
    saw = None if request.state is None else session.claims.of(key).seen
    operation = Write(resource, request, session.claims, saw)
    try:
        now = carry_out(session, operation)
    except PartlyWritten as error:
        error.outputs = resource.partial_outputs(error, operation.target)
        raise
    # What the next diff of this process compares with is what this write left.
    session.claims.note(key, seen=None)
    outputs = resource.outputs(operation.revealed(now), operation.target)
    return _result(resource, session, request, operation.first or operation.target, outputs)


@_step
def read(resource: Resource, session: Session, request: Request) -> Result:
    """Read what is live, in the order and form of the state. One GET, shared with check and diff.

    Raises:
        ApiError: the account could not be read.
    """
    return resource.read(session.read(request.timeout, request.on_wait), request, session.claims)


@_step
def import_(resource: Resource, session: Session, request: Request, id_: str) -> Result:
    """Read what is live to take it over. One GET.

    Raises:
        ImportRefused: the account has nothing of that id.
        ApiError: the account could not be read.
    """
    resource.refuse_id(id_)
    return resource.import_(session.read(request.timeout, request.on_wait), id_)


def read_account(session: Session) -> Properties:
    """Read the whole account for `getWebhookConfiguration`. One GET, shared with check, diff and read.

    Raises:
        ApiError: the account could not be read.
    """
    return WebhookConfiguration().read_all(session.read())


@_step
def delete(resource: Resource, session: Session, request: Request) -> Result:
    """Remove what this stack put on the account, and nothing else: GET, a DELETE an event, GET.

    What DELETEs cannot remove is left out by a PUT of what the last GET shows, and another GET.

    Raises:
        PartlyWritten: some of it was sent, and the rest is on the account, or may be; the state stays.
        SendblueError: the API failed.
    """
    operation = Removal(resource, request, session.claims)
    now = carry_out(session, operation)
    left = resource.left(now, request, session.claims, is_removed=operation.is_anything_removed)
    return Result(left={why: records for why, records in left.items() if records})


def _claim_key(resource: Resource, request: Request, properties: Properties, *, has_old: bool) -> Hashable:
    """Identify the resource among the claims of this run: by its URN, or by what it declares.

    Without URNs, the engine checks a resource at most once with old inputs and once without.
    """
    if request.urn:
        return request.urn
    records: Sequence[Record] = resource.declared(properties).records if resource.is_additive else ()
    return (resource.type, records[0].key if records else None, has_old)


def _result(resource: Resource, session: Session, request: Request, target: Target, outputs: dict[str, Any]) -> Result:
    if request.state is not None:
        return Result(outputs=outputs, plan=target.plan)
    found = resource.adoption(target, session.claims)
    undocumented = with_undocumented_numbers(target.declared.records)
    return replace(found, outputs=outputs, plan=target.plan, undocumented=undocumented)
