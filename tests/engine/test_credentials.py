"""Where credentials come from, how they are rotated, and what is said when they or the API do not work."""

from __future__ import annotations

from sendblue_emulator import Account
from tests.engine.programs import INBOUND, FrontEnd, declare, held
from tests.engine.world import KEY_ID, World


def test_settings_from_the_environment(world: World, account: Account, front_end: FrontEnd) -> None:
    """Without configuration the environment's variables serve, and leave no trace in the state."""
    stack = world.stack(front_end.declare(receive=[INBOUND]), account)
    stack.credentials_from_environment()

    assert stack.up().ok
    assert {"receive": [INBOUND]} == held(account)
    for path, text in stack.files().items():
        assert KEY_ID not in text, path
        assert "test-secret-key" not in text, path


def test_rotated_credentials(world: World, account: Account) -> None:
    """A new key pair is no diff; until an up has run, destroy uses the old one, and the error says what to do."""
    stack = world.stack(declare(receive=[INBOUND]), account)
    stack.up()
    stack.rotate()

    stale = stack.refresh()
    assert not stale.ok
    assert "Sendblue does not know this key pair (401" in stale.text
    assert "run `pulumi up` once first, or add --run-program" in stale.text
    assert stack.refresh(run_program=True).ok

    assert stack.preview(expect_no_changes=True).ok
    assert stack.up().ok
    assert stack.refresh().ok
    assert stack.destroy().ok
    assert {} == held(account)


def test_wrong_credentials(world: World, account: Account, front_end: FrontEnd) -> None:
    """A wrong key pair fails the preview in one line with the commands to run."""
    stack = world.stack(front_end.declare(receive=[INBOUND]), account)
    stack.config("sendblue:apiSecretKey", "wrong-secret-key", secret=True)

    preview = stack.preview()
    assert not preview.ok
    assert "pulumi config set --secret sendblue:apiSecretKey" in preview.text
    assert "Traceback" not in preview.text
    assert "wrong-secret-key" not in preview.text


def test_api_that_is_away(world: World, account: Account, front_end: FrontEnd) -> None:
    """An API that cannot be reached fails the preview in one line, within the budget."""
    stack = world.stack(front_end.declare(receive=[INBOUND]), account, config={"sendblue:timeoutSeconds": "2"})
    stack.config("sendblue:baseUrl", "http://127.0.0.1:1")

    preview = stack.preview()
    assert not preview.ok
    assert "http://127.0.0.1:1/api/v2/account/webhooks" in preview.text
    assert "Traceback" not in preview.text
