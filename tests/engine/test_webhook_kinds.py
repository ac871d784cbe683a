"""`Webhook` and `WebhookConfiguration`: not both in one program, and from one to the other with nothing written."""

from __future__ import annotations

import pulumi

from sendblue_emulator import Account
from tests.engine.programs import AUDIT, CALLS, INBOUND, FrontEnd, held
from tests.engine.world import Program, World

PARTS = {
    "inbound": {"url": INBOUND},
    "audit": {"url": AUDIT, "secret": "audit-secret"},
    "calls": {"event": "call_log", "url": CALLS},
}
TAKEN_OVER = "already on the account, and managed by this stack from now on, so that destroy removes it:"


def together(*programs: Program) -> Program:
    def program() -> None:
        for declare in programs:
            declare()

    return program


def test_what_cannot_stand_side_by_side(world: World, account: Account, front_end: FrontEnd) -> None:
    """Both kinds in one program are refused in preview, whichever is first, and so is the same entry twice."""
    whole, part = front_end.declare("whole", receive=[INBOUND]), front_end.webhook("part", url=CALLS)
    stack = world.stack(together(whole, part), account)
    for program in (together(whole, part), together(part, whole)):
        stack.program(program)
        preview = stack.preview()
        assert not preview.ok
        assert "'whole'" in preview.text
        assert "'part'" in preview.text
        assert "is authoritative for the whole account" in preview.text
        assert "is additive: one URL for one event, beside whatever else the account has" in preview.text

    one, two = front_end.webhook("one", url=CALLS), front_end.webhook("two", url=CALLS)
    stack.program(together(one, two))
    preview = stack.preview()
    assert not preview.ok
    assert f"declares the Webhook receive {CALLS} twice" in preview.text
    assert "'one'" in preview.text
    assert "'two'" in preview.text
    stack.program(together(one, front_end.webhook("two", url=pulumi.Output.from_input(CALLS))))
    for run in (stack.preview(), stack.up()):
        assert not run.ok
        assert f"declares the Webhook receive {CALLS} twice" in run.text
    # The one of the two that the engine registers first is created all the same, as after every program error.
    assert {"receive": [CALLS]} == held(account)


def test_from_one_kind_to_the_other_and_back(world: World, account: Account, front_end: FrontEnd) -> None:
    """A program that changes from one kind to the other takes over what is there, and the account stays as it is."""
    stack = world.stack(front_end.usual(), account)
    assert stack.up().ok
    as_it_is = {
        "retries": {"attempts": 3},
        "call_log": [CALLS],
        "receive": [{"url": AUDIT, "secret": "audit-secret", "note": 1}, {"url": INBOUND}],
        "globalSecret": "global-secret",
    }
    account.webhooks = as_it_is

    for program, clean in ((front_end.webhooks(PARTS), 4), (front_end.usual(), 2)):
        stack.program(program)
        for run in (stack.preview(), stack.up()):
            assert run.ok, run.text
            assert {"GET"} == set(run.requests)
            assert TAKEN_OVER in run.text
            for thing in (f"receive {INBOUND}", f"receive {AUDIT} (secret set)", f"call_log {CALLS}"):
                assert f"      {thing}\n" in run.text
        if clean == 4:
            assert "globalSecret was left on the account" in run.text
        preview = stack.preview(expect_no_changes=True)
        assert preview.ok, preview.text
        assert f"{clean} unchanged" in preview.text
    assert as_it_is == account.webhooks
    assert list(as_it_is) == list(account.webhooks)

    destroy = stack.destroy()
    assert destroy.ok, destroy.text
    assert {"retries": {"attempts": 3}} == held(account)
