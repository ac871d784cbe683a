"""What is drawn for the machine: entries, edits of an account, faults, and how the API answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from sendblue_emulator import Account as Remote
from sendblue_emulator import Fault, operations
from sendblue_provider.api.records import Record
from sendblue_provider.resources.properties import webhook_record
from tests.plan.records import N1, N2, NEW, OTHER, OWN, A, B, C

Wire = dict[str, Any]
Inputs = dict[str, Any]
State = dict[str, Any]
Edit = Callable[[Remote], None]

EVENTS = ("receive", "outbound", "typing_indicator")
URLS = (A, B, C)
SECRETS = (None, OWN, NEW)
NUMBERS: tuple[list[str], ...] = ([], [N1], [N1, N2])
MOST_ENTRIES = 8
"""How many entries others add up to."""


def webhook(event: str, url: str, **more: Any) -> Inputs:
    return {"event": event, "url": url, **more}


def entry_of(properties: Mapping[str, Any]) -> Record:
    """The entry that inputs or outputs are of."""
    return webhook_record(properties).records[0]


# What can happen

values = st.fixed_dictionaries(
    {},
    optional={
        "secret": st.sampled_from(SECRETS),
        "sendblueNumbers": st.sampled_from(NUMBERS),
        "allowOverwrite": st.booleans(),
    },
)
"""What belongs to an entry that a stack declares."""


def _forms(url: str) -> list[Any]:
    """An entry in every form that the account can have it in."""
    return [
        url,
        {"url": url},
        {"url": url, "secret": ""},
        {"url": url, "sendblue_numbers": []},
        {"url": url, "secret": OWN},
        {"url": url, "secret": OTHER, "sendblue_numbers": [N2], "label": "x"},
        {"url": url, "n": [1, {"y": None}]},
    ]


urls_of_others = st.sampled_from([*URLS, "https://example.com/d"])
entries_of_others = urls_of_others.flatmap(lambda url: st.sampled_from(_forms(url)))


def _adding(event: str, entry: Any, place: int) -> Edit:
    def edit(remote: Remote) -> None:
        webhooks = remote.webhooks
        items = webhooks.setdefault(event, [])
        if sum(len(value) for value in webhooks.values() if isinstance(value, list)) < MOST_ENTRIES:
            items.insert(min(place, len(items)), operations.url_of(entry) if event == "contact_created" else entry)
            remote.webhooks = webhooks

    return edit


def _changing(place: int, change: Mapping[str, Any] | None) -> Edit:
    """Change one entry, whoever has it, or remove it."""

    def edit(remote: Remote) -> None:
        webhooks = remote.webhooks
        there = [
            (event, number)
            for event, items in webhooks.items()
            if isinstance(items, list) and event != "contact_created"
            for number in range(len(items))
        ]
        if not there:
            return
        event, number = there[place % len(there)]
        item = webhooks[event].pop(number)
        if change is not None:
            changed = {**({"url": item} if isinstance(item, str) else item), **change}
            webhooks[event].insert(number, {name: value for name, value in changed.items() if value is not None})
        remote.webhooks = webhooks

    return edit


def _doubling(place: int, form: int, at: int) -> Edit:
    """Register once more, in any form, what is there already."""

    def edit(remote: Remote) -> None:
        there = [(event, operations.url_of(item)) for event in EVENTS for item in remote.webhooks.get(event, [])]
        if there:
            event, url = there[place % len(there)]
            forms = _forms(str(url))
            _adding(event, forms[form % len(forms)], at)(remote)

    return edit


def _setting(name: str, value: Any) -> Edit:
    def edit(remote: Remote) -> None:
        webhooks = {key: kept for key, kept in remote.webhooks.items() if key != name}
        remote.webhooks = webhooks if value == "absent" else {**webhooks, name: value}

    return edit


def _reversing(event: str) -> Edit:
    def edit(remote: Remote) -> None:
        remote.webhooks = {**remote.webhooks, event: remote.webhooks.get(event, [])[::-1]}

    return edit


edits = st.one_of(
    st.builds(
        _adding, st.sampled_from([*EVENTS, *EVENTS, "contact_created"]), entries_of_others, st.integers(0, MOST_ENTRIES)
    ),
    st.builds(
        _changing,
        st.integers(0, MOST_ENTRIES),
        st.sampled_from([None, {"secret": OTHER}, {"secret": None}, {"sendblue_numbers": [N1]}, {"label": "y"}]),
    ),
    st.builds(_doubling, *[st.integers(0, MOST_ENTRIES)] * 3),
    st.builds(_setting, st.sampled_from(["globalSecret", "secret"]), st.sampled_from([OTHER, OWN, "absent"])),
    st.builds(_setting, st.just("region"), st.sampled_from(["us", {"x": [1]}, None, "absent"])),
    st.builds(_reversing, st.sampled_from(EVENTS)),
)


def _fault(kind: str, method: str, times: int | None, after: int, *, applied: bool) -> Fault:
    if kind.isdigit():
        return Fault(
            kind="status",
            method=method,
            status=int(kind),
            body="no",
            times=times,
            after=after,
            applied=applied and kind not in ("400", "429"),
        )
    if kind == "stall":
        return Fault(kind="stall", method=method, seconds=1000, times=times, after=after, applied=applied)
    return Fault(kind=kind, method=method, times=times, after=after, applied=applied)  # type: ignore[arg-type]


def _writes(kind: str, times: int | None, *, applied: bool) -> list[Fault]:
    """The same for every kind of write: whichever comes first meets it."""
    return [_fault(kind, method, times, 0, applied=applied) for method in ("POST", "PUT", "DELETE")]


writes_gone_wrong = st.builds(
    _writes,
    st.sampled_from(["reset", "stall", "502", "408", "truncate", "early_close", "refuse", "400", "429"]),
    st.sampled_from([1, 1, 3, None]),
    applied=st.booleans(),
)
looks_gone_wrong = st.builds(
    _fault,
    st.sampled_from(["reset", "502", "truncate"]),
    st.just("GET"),
    st.sampled_from([1, None]),
    st.integers(1, 3),
    applied=st.just(value=False),
).map(lambda fault: [fault])
faults: st.SearchStrategy[list[Fault]] = st.one_of(
    st.just([]),
    writes_gone_wrong,
    looks_gone_wrong,
    st.builds(list.__add__, writes_gone_wrong, writes_gone_wrong | looks_gone_wrong),
)

behaviours = st.fixed_dictionaries(
    {
        "entry_form": st.sampled_from(["as_sent", "as_sent", "object", "string"]),
        "empty_events": st.sampled_from(["arrays", "omitted"]),
        "unset_secrets": st.sampled_from(["omitted", "empty", "null"]),
        "absent_secrets": st.sampled_from(["cleared", "kept"]),
        "duplicates": st.sampled_from(["kept", "merged"]),
        "lag": st.sampled_from([0, 0, 1, 2]),
        "secrets": st.sampled_from(["readable", "readable", "readable", "masked"]),
    }
)
