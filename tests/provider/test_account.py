"""What a process keeps of one account: its lock, its shared GET, its settings."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from sendblue_emulator import Account as EmulatedAccount
from sendblue_emulator import Emulator, Fault
from sendblue_provider import authoritative
from sendblue_provider.account import SNAPSHOT_SECONDS, Account, Declared, account_of, forget_accounts
from sendblue_provider.client import Client
from sendblue_provider.errors import ConnectionFailed, CredentialsRejected, RequestRefused
from sendblue_provider.model import CONFIGURATION_TYPE, Configuration, Declaration, Entry
from sendblue_provider.settings import Settings
from sendblue_provider.transport import Deadline

A = "https://example.com/a"
B = "https://example.com/b"
ONE = Configuration({"receive": (Entry(A),)})
DECLARED = Declared(CONFIGURATION_TYPE, Declaration(Configuration()))
TWO = Configuration({"receive": (Entry(A), Entry(B))})
SETTINGS = Settings("key", "canary-secret-key", timeout_seconds=20)


class Clock:
    """A clock that stands still unless it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        """Tell the time."""
        return self.now


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of this machine has nothing to do with the tests."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(autouse=True)
def fresh_process() -> Iterator[None]:
    forget_accounts()
    yield
    forget_accounts()


@pytest.fixture
def emulator() -> Emulator:
    emulator = Emulator()
    emulator.add_account(key_id="key", secret="canary-secret-key", webhooks={"receive": [A]})
    return emulator


@pytest.fixture
def emulated(emulator: Emulator) -> EmulatedAccount:
    return emulator.account()


@pytest.fixture
def account(emulator: Emulator) -> Iterator[Account]:
    """An account in-process; those that `account_of` makes reach their API over a socket."""
    client = Client(SETTINGS, emulator.transport())
    yield Account(SETTINGS, client)
    client.close()


@pytest.fixture
def served(emulator: Emulator) -> Iterator[Settings]:
    """Settings for the emulator over a socket."""
    with emulator.serve() as url:
        yield replace(SETTINGS, base_url=url)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("sendblue_provider.account.time", clock)
    return clock


# The snapshot


def test_a_new_account_knows_nothing(account: Account) -> None:
    """A process starts without declarations, without what a diff saw, and with no run cancelled."""
    assert ({}, {}, None, False) == (account.declared, account.own, account.diffed, account.cancelled.is_set())


def test_accounts_share_no_declaration(account: Account) -> None:
    """What one account's programs declare is not another's."""
    account.declared["urn"] = DECLARED
    account.own["urn"] = Configuration()
    account.cancelled.set()
    other = Account(SETTINGS, account.client)
    assert ({}, {}, False) == (other.declared, other.own, other.cancelled.is_set())


def test_snapshots_share_one_get(account: Account, emulator: Emulator) -> None:
    """The checks, diffs and reads of a process cost one GET together."""
    with account.held() as deadline:
        assert [ONE] * 3 == [account.snapshot(deadline) for _ in range(3)]
    assert ["GET"] == emulator.journal.methods()


def test_operations_share_one_get(account: Account, emulator: Emulator) -> None:
    """The snapshot outlives the operation that fetched it, so N resources do not cost N GETs."""
    for _ in range(3):
        with account.held() as deadline:
            account.snapshot(deadline)
    assert ["GET"] == emulator.journal.methods()


@pytest.mark.parametrize(("age", "expected"), [(0, ONE), (59.9, ONE), (60, TWO), (61, TWO)])
def test_the_age_of_a_snapshot(
    account: Account, emulated: EmulatedAccount, clock: Clock, age: float, expected: Configuration
) -> None:
    """A snapshot is good for less than a minute; then the account is read again."""
    with account.held() as deadline:
        account.snapshot(deadline)
        emulated.add("receive", B)
        clock.now += age
        assert expected == account.snapshot(deadline)


def test_the_minute() -> None:
    """The minute is the design's."""
    assert 60 == SNAPSHOT_SECONDS


def test_use_does_not_prolong_a_snapshot(account: Account, emulated: EmulatedAccount, clock: Clock) -> None:
    """The age counts from the GET, not from the last use."""
    with account.held() as deadline:
        account.snapshot(deadline)
        emulated.add("receive", B)
        clock.now += 40
        account.snapshot(deadline)
        clock.now += 40
        assert TWO == account.snapshot(deadline)


def test_a_snapshot_fetched_again_is_good_for_another_minute(
    account: Account, emulator: Emulator, clock: Clock
) -> None:
    """What was read again is shared again."""
    with account.held() as deadline:
        for _ in range(3):
            account.snapshot(deadline)
            account.snapshot(deadline)
            clock.now += 60
    assert ["GET"] * 3 == emulator.journal.methods()


def test_fetch_always_reads(account: Account, emulator: Emulator, emulated: EmulatedAccount) -> None:
    """A write reads the account afresh, however new the snapshot is."""
    with account.held() as deadline:
        account.snapshot(deadline)
        emulated.add("receive", B)
        assert TWO == account.fetch(deadline)
    assert ["GET", "GET"] == emulator.journal.methods()


def test_fetch_becomes_the_snapshot(account: Account, emulator: Emulator, emulated: EmulatedAccount) -> None:
    """The GET that verifies a write serves what comes after it."""
    with account.held() as deadline:
        account.snapshot(deadline)
        emulated.add("receive", B)
        account.fetch(deadline)
        assert TWO == account.snapshot(deadline)
    assert ["GET", "GET"] == emulator.journal.methods()


def test_fetch_renews_the_minute(account: Account, emulator: Emulator, clock: Clock) -> None:
    """The age counts from the latest GET."""
    with account.held() as deadline:
        account.snapshot(deadline)
        clock.now += 50
        account.fetch(deadline)
        clock.now += 50
        account.snapshot(deadline)
    assert ["GET", "GET"] == emulator.journal.methods()


def test_a_failing_fetch_drops_the_snapshot(account: Account, emulator: Emulator, emulated: EmulatedAccount) -> None:
    """After a GET that failed, nothing older is taken for the account."""
    with account.held() as deadline:
        account.snapshot(deadline)
        emulated.add("receive", B)
        emulator.faults.add(Fault(kind="status", status=400))
        with pytest.raises(RequestRefused):
            account.fetch(deadline)
        assert TWO == account.snapshot(deadline)


def test_a_failing_snapshot_is_not_kept(account: Account, emulator: Emulator) -> None:
    """A GET that failed is an error for its caller alone: the next one asks again."""
    emulator.faults.add(Fault(kind="status", status=400))
    with account.held() as deadline:
        with pytest.raises(RequestRefused):
            account.snapshot(deadline)
        assert ONE == account.snapshot(deadline)


def test_forget(account: Account, emulated: EmulatedAccount) -> None:
    """A snapshot that is dropped before a write is never served again."""
    with account.held() as deadline:
        account.snapshot(deadline)
        account.forget()
        emulated.add("receive", B)
        assert TWO == account.snapshot(deadline)


def test_forget_no_snapshot(account: Account) -> None:
    """There need not be one to drop."""
    account.forget()


def test_a_fetch_takes_its_time_from_the_deadline(account: Account, emulator: Emulator) -> None:
    """A fetch has the operation's budget, and no time of its own."""
    with pytest.raises(ConnectionFailed):
        account.fetch(Deadline(0))
    assert [] == emulator.journal.methods()


def test_a_last_look(account: Account, emulator: Emulator, emulated: EmulatedAccount) -> None:
    """A look at the account is to be had also when the run is cancelled, and it becomes the snapshot."""
    account.cancelled.set()
    emulated.add("receive", B)
    assert TWO == account.last_look()
    with account.held() as deadline:
        assert TWO == account.snapshot(deadline)
    assert ["GET"] == emulator.journal.methods()


def test_a_last_look_is_short(account: Account, emulator: Emulator) -> None:
    """It has no more than a moment, whatever the operation had."""
    emulator.faults.add(Fault(kind="stall", seconds=20, times=None))
    began = time.monotonic()
    with pytest.raises(ConnectionFailed):
        account.last_look()
    assert time.monotonic() - began < 1


def test_a_new_run(account: Account, emulator: Emulator, emulated: EmulatedAccount) -> None:
    """Another run of the same process finds nothing of the one before: its checks, diff, snapshot, cancellation."""
    authoritative.diff(account, {}, {})
    account.declared["urn"] = DECLARED
    account.own["urn"] = Configuration()
    account.ignored["urn"] = [("receive",)]
    account.diffed_entries["receive", B] = ()
    account.hides_secrets = True
    account.cancelled.set()
    account.start_run()
    assert ({}, {}, False) == (account.ignored, account.diffed_entries, account.hides_secrets)
    assert ({}, {}, None, False) == (account.declared, account.own, account.diffed, account.cancelled.is_set())
    emulated.add("receive", B)
    with account.held() as deadline:
        assert TWO == account.snapshot(deadline)
    assert ["GET", "GET"] == emulator.journal.methods()


# The lock


def waiting(account: Account, use: Callable[[Deadline], object]) -> threading.Thread:
    """A thread that waits for the account and then uses it."""

    def run() -> None:
        with account.held() as deadline:
            use(deadline)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_one_operation_at_a_time(account: Account) -> None:
    """Who wants the account waits until it is free."""
    order: list[str] = []
    with account.held():
        thread = waiting(account, lambda _: order.append("second"))
        time.sleep(0.05)
        order.append("first")
    thread.join()
    assert ["first", "second"] == order


def test_the_budget_starts_once_the_account_is_held(account: Account) -> None:
    """Waiting for another operation does not use up one's own budget."""
    account.settings = replace(SETTINGS, timeout_seconds=5)
    left: list[float] = []
    with account.held():
        thread = waiting(account, lambda deadline: left.append(deadline.remaining()))
        time.sleep(0.3)
    thread.join()
    assert [True] == [4.8 < seconds <= 5 for seconds in left]


def test_the_budget_is_that_of_the_settings(account: Account) -> None:
    """An operation has the seconds of `sendblue:timeoutSeconds`."""
    with account.held() as deadline:
        assert 20 == deadline.seconds


def test_a_resources_own_budget(account: Account) -> None:
    """A resource's custom timeouts go before the settings, for that one operation."""
    with account.held(3.5) as deadline:
        assert (3.5, True) == (deadline.seconds, deadline.own)
    with account.held() as deadline:
        assert (20, False) == (deadline.seconds, deadline.own)


@pytest.mark.parametrize("seconds", [None, 0, 0.0])
def test_no_budget_of_its_own(account: Account, seconds: float | None) -> None:
    """None, and the protocol's zero, are the settings' budget."""
    with account.held(seconds) as deadline:
        assert (20, False) == (deadline.seconds, deadline.own)


def test_a_budget_is_cancelled_with_the_account(account: Account) -> None:
    """One cancellation ends every operation of the account, also those to come."""
    with account.held() as first:
        assert not first.cancelled
        account.cancelled.set()
        assert first.cancelled
    with account.held() as second:
        assert second.cancelled


def test_each_operation_has_its_own_budget(account: Account) -> None:
    """The next operation starts with a whole budget."""
    with account.held() as first:
        time.sleep(0.02)
        left = first.remaining()
    with account.held() as second:
        assert left < second.remaining()


def test_a_failed_operation_frees_the_account(account: Account, emulator: Emulator) -> None:
    """An error inside leaves the account to the next operation."""
    emulator.faults.add(Fault(kind="status", status=400))
    with pytest.raises(RequestRefused), account.held() as deadline:
        account.fetch(deadline)
    with account.held() as deadline:
        assert ONE == account.fetch(deadline)


def test_concurrent_snapshots_share_one_get(account: Account, emulator: Emulator) -> None:
    """The dynamic host's threads, all at once, cost one GET."""
    start = threading.Barrier(4)

    def read() -> Configuration:
        start.wait(5)
        with account.held() as deadline:
            return account.snapshot(deadline)

    with ThreadPoolExecutor(4) as pool:
        results = [future.result() for future in [pool.submit(read) for _ in range(4)]]
    assert [ONE] * 4 == results
    assert ["GET"] == emulator.journal.methods()


# One Account an account


def test_one_account_for_equal_settings(served: Settings) -> None:
    """Every resource of a process gets the same Account."""
    assert account_of(served) is account_of(replace(served))


def test_one_account_for_all_threads(served: Settings) -> None:
    """Also where the host's threads ask for it at the same moment."""
    start = threading.Barrier(8)

    def get() -> Account:
        start.wait(5)
        return account_of(served)

    with ThreadPoolExecutor(8) as pool:
        accounts = [future.result() for future in [pool.submit(get) for _ in range(8)]]
    assert 1 == len({id(account) for account in accounts})


def test_another_key_id_is_another_account(served: Settings) -> None:
    """The key id names the account."""
    assert account_of(served) is not account_of(replace(served, api_key_id="other"))


def test_another_address_is_another_account(served: Settings) -> None:
    """The same key at another address, such as the emulator's, is another account."""
    assert account_of(served) is not account_of(replace(served, base_url="https://api.sendblue.com"))


def test_the_account_reaches_the_api(served: Settings) -> None:
    """The account of the settings talks to where they say, with their credentials."""
    account = account_of(served)
    with account.held() as deadline:
        assert ONE == account.fetch(deadline)


def test_a_rotated_key_is_used(served: Settings) -> None:
    """With a new secret key the same Account goes on, with the new pair and what it knew."""
    account = account_of(replace(served, api_secret_key="wrong"))
    account.declared["urn"] = DECLARED
    with account.held() as deadline, pytest.raises(CredentialsRejected):
        account.fetch(deadline)
    rotated = account_of(served)
    with rotated.held() as deadline:
        assert ONE == rotated.fetch(deadline)
    assert account is rotated
    assert {"urn": DECLARED} == rotated.declared


def test_a_rotated_key_is_noticed(served: Settings) -> None:
    """A snapshot that another key pair read does not hide that the new pair is wrong."""
    account = account_of(served)
    with account.held() as deadline:
        account.snapshot(deadline)
    rotated = account_of(replace(served, api_secret_key="wrong"))
    with rotated.held() as deadline, pytest.raises(CredentialsRejected):
        rotated.snapshot(deadline)


def test_another_budget_is_used(served: Settings) -> None:
    """A changed `timeoutSeconds` holds from the next operation on, in the same Account."""
    account = account_of(served)
    changed = account_of(replace(served, timeout_seconds=7))
    with changed.held() as deadline:
        assert 7 == deadline.seconds
    assert account is changed


def test_a_replaced_client_is_closed(served: Settings) -> None:
    """The connections of the old key pair do not stay open."""
    old = account_of(served).client
    account_of(replace(served, api_secret_key="rotated"))
    with pytest.raises(RuntimeError):
        old.get(Deadline(5))


def test_a_rotation_does_not_disturb_an_operation(served: Settings) -> None:
    """Other settings wait until the operation that holds the account is done."""
    account = account_of(served)
    changed = threading.Thread(target=account_of, args=(replace(served, timeout_seconds=7),))
    with account.held() as deadline:
        account.fetch(deadline)
        changed.start()
        changed.join(0.1)
        assert changed.is_alive()
        assert ONE == account.fetch(deadline)
    changed.join(5)
    assert 7 == account.settings.timeout_seconds


def test_forget_accounts_starts_afresh(served: Settings) -> None:
    """Afterwards the same settings have a new Account, which knows nothing."""
    before = account_of(served)
    forget_accounts()
    assert before is not account_of(served)


def test_forget_accounts_closes_clients(served: Settings) -> None:
    """Every client that was made is closed."""
    clients = [account_of(served).client, account_of(replace(served, api_key_id="other")).client]
    forget_accounts()
    for client in clients:
        with pytest.raises(RuntimeError):
            client.get(Deadline(5))


def test_an_account_shows_no_credential(served: Settings) -> None:
    """Neither does an Account's repr hold a credential."""
    assert "canary" not in repr(account_of(served))
