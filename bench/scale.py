"""How CPU time grows with the number of URLs and of resources: through the provider's own code, without the engine."""

from __future__ import annotations

import gc
import random
import time
from typing import Any, Final, NamedTuple

from pulumi.dynamic import Config, ConfigureRequest
from pulumi.runtime.proto import provider_pb2 as proto

from sendblue_provider.api.wire import from_wire, to_wire
from sendblue_provider.dynamic import WebhookProvider
from sendblue_provider.lifecycle import steps
from sendblue_provider.lifecycle.session import Session, forget_sessions, session_of
from sendblue_provider.plan.changes import plan
from sendblue_provider.quick_imports import OBJECTS
from sendblue_provider.resources.configuration import WebhookConfiguration
from sendblue_provider.resources.request import Request
from sendblue_provider.settings import Settings

from .api import Api, serving
from .contenders import CONSOLE_SCRIPT
from .process import SECONDS, configure, connected, created, running, struct
from .report import Part
from .system import cpu
from .table import table
from .timing import cpu_seconds, say

URLS: Final = (10, 100, 1_000, 10_000, 100_000)
WEBHOOKS: Final = (100, 300, 1_000, 3_000)
BUDGET_URLS: Final = 10_000
BUDGET_MS: Final = 40


def run(rounds: int) -> Part:
    """Measure all sizes."""
    # As the provider does once its modules are loaded.
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS)
    text = urls(rounds) + "\n" + webhooks()
    return Part("Scale", text)


# One configuration with many URLs


def urls(rounds: int) -> str:
    """Measure one `WebhookConfiguration` with more and more URLs."""
    steps_of = {count: _steps(count, rounds) for count in URLS}
    names = list(steps_of[URLS[0]])
    rows = []
    for name in names:
        row, before = [name], 0.0
        for count in URLS:
            now = steps_of[count][name]
            row.append(f"{now * 1000:,.2f}" + (f" (× {now / before:.1f})" if before else ""))
            before = now
        rows.append(row)
    both = sum(steps_of[BUDGET_URLS][name] for name in names[:2]) * 1000
    return (
        "CPU time in ms of one `WebhookConfiguration`, each URL an entry with a secret of its own; in brackets, times\n"
        "the number on its left, for ten times as many URLs; linear means ≤ × 12. In the first two rows inputs, state\n"
        f"and account are equal: together {both:.0f} ms at {BUDGET_URLS:,}, budget ≤ {BUDGET_MS} ms.\n\n"
        + table(["step", *[f"{count:,} URLs" for count in URLS]], rows)
    )


def _steps(count: int, rounds: int) -> dict[str, float]:
    say(f"  {count:,} URLs")
    entries = [{"url": f"https://e.example/{number}", "secret": f"s-{number}"} for number in range(count)]
    live = {"receive": [dict(entry) for entry in entries]}
    changed = [{**entry, "secret": "other"} if number % 2 else entry for number, entry in enumerate(entries)]
    random.Random(1).shuffle(changed)  # noqa: S311 - order is never a change
    declared = from_wire({"receive": changed})
    resource = WebhookConfiguration()
    inputs = {"receive": entries}
    with serving(webhooks=live) as api:
        session = _session(api)
        state = steps.import_(resource, session, Request(), "account").outputs
        records = session.read()
        old_inputs = {"receive": [dict(entry) for entry in entries]}

        def check() -> None:
            session.start_run()
            assert steps.check(resource, session, Request(inputs, old_inputs=old_inputs)) == ()

        def diff() -> None:
            assert not steps.diff(resource, session, Request(inputs, state)).changed

        times = {"check": cpu_seconds(check, rounds)}
        session.read()
        times["diff"] = cpu_seconds(diff, rounds)
        forget_sessions()
    times["plan: every second secret changed, another order"] = cpu_seconds(lambda: plan(records, declared), rounds)
    times["wire: read an answer"] = cpu_seconds(lambda: from_wire(live), rounds)
    times["wire: write a body"] = cpu_seconds(lambda: to_wire(records, records), rounds)
    return times


def _session(api: Api) -> Session:
    forget_sessions()
    given = api.settings()
    return session_of(Settings(given["apiKeyId"], given["apiSecretKey"], base_url=api.url))


# Many webhooks


class Preview(NamedTuple):
    """All checks and diffs of one preview: CPU seconds, and requests."""

    cpu: float
    requests: int


def webhooks() -> str:
    """Measure the checks and diffs of a preview with more and more `Webhook`s."""
    taken = [(count, _dynamic(count), _plugin(count)) for count in WEBHOOKS]
    rows, before = [], None
    for count, *previews in taken:
        cells = [f"{count:,}"]
        for number, preview in enumerate(previews):
            growth = f" (× {preview.cpu / before[number].cpu:.1f})" if before else ""
            cells += [f"{preview.cpu * 1000:,.0f}{growth}", f"{preview.requests} GET"]
        before = previews
        rows.append(cells)
    return (
        "CPU time in ms of all checks and diffs of a preview in which nothing changed, and their requests; in\n"
        "brackets, times the number above, for some three times as many. The plugin's is that of its whole process,\n"
        "protocol included, without its start.\n\n"
        + table(["`Webhook`s", "dynamic, in its hooks", "requests", "plugin, its process", "requests"], rows)
    )


def _live(count: int) -> dict[str, Any]:
    return {"receive": [_url(number) for number in range(count)]}


def _url(number: int) -> str:
    return f"https://example.com/{number}"


def _inputs(number: int) -> dict[str, Any]:
    return {"event": "receive", "url": _url(number)}


def _dynamic(count: int) -> Preview:
    say(f"  {count:,} webhooks, dynamic")
    with serving(webhooks=_live(count)) as api:
        config = {f"sendblue:{key}": value for key, value in api.settings().items()}

        def host() -> WebhookProvider:
            forget_sessions()
            provider = WebhookProvider()
            provider.configure(ConfigureRequest(Config(config, "bench")))
            return provider

        provider = host()
        states = [(_inputs(number), provider.read("one", _inputs(number)).outs or {}) for number in range(count)]
        provider = host()
        api.clear()
        start = time.process_time()
        for inputs, state in states:
            assert not provider.check({**inputs, "__provider": ""}, inputs).failures
            assert not provider.diff("one", {**state, "__provider": ""}, inputs).changes
        used = time.process_time() - start
        forget_sessions()
        return Preview(used, len(api.requests()))


def _plugin(count: int) -> Preview:
    say(f"  {count:,} webhooks, plugin")
    command = (str(CONSOLE_SCRIPT),)
    with serving(webhooks=_live(count)) as api:
        with running(command, {}) as (_, port), connected(port) as stub:
            configure(stub, api.settings())
            _, _, outputs = created(stub, _urn(0), _inputs(0))
        states = [_state(number, outputs) for number in range(count)]
        with running(command, {}) as (child, port), connected(port) as stub:
            configure(stub, api.settings())
            api.clear()
            start = cpu(child.pid)
            for number, (id_, inputs, state) in enumerate(states):
                _check_and_diff(stub, _urn(number), id_, inputs, state)
            return Preview(cpu(child.pid) - start, len(api.requests()))


def _urn(number: int) -> str:
    return f"urn:pulumi:dev::bench::sendblue:index:Webhook::one-{number}"


def _state(number: int, outputs: Any) -> tuple[str, Any, Any]:
    state = type(outputs)()
    state.CopyFrom(outputs)
    state.update(_inputs(number))
    return "one", struct(_inputs(number)), state


def _check_and_diff(stub: Any, urn: str, id_: str, inputs: Any, state: Any) -> None:
    checked = stub.Check(proto.CheckRequest(urn=urn, olds=inputs, news=inputs), timeout=SECONDS)
    assert not checked.failures
    request = proto.DiffRequest(id=id_, urn=urn, olds=state, old_inputs=inputs, news=checked.inputs)
    answer = stub.Diff(request, timeout=SECONDS)
    assert answer.changes == proto.DiffResponse.DIFF_NONE
