"""A stand-in for the Sendblue account-webhooks API: for demos, for this project's tests and for yours.

In a test, without a socket:

    emulator = Emulator()
    account = emulator.add_account(key_id="key", secret="secret", webhooks={"receive": ["https://example.com/in"]})
    client = httpx.Client(transport=emulator.transport(), base_url="https://api.sendblue.com")

Over HTTP: `with emulator.serve() as url: ...`, or as a process of its own: `python -m sendblue_emulator`.

The real API is in part documented, in part observed by its users and in part unknown. Docstrings here that name a
section of "the reference" mean docs/sendblue-api.md in the repository. The default behaviour is the documented or
observed one; every open question is a field of `Behaviour`.

The modules import each other in one direction:

    emulator > app, server, transport > control > backend > account, faults, journal > operations, schedule > behaviour

`presets` is above `backend`, `loopback` is at the bottom.

A new kind of fault is added in `faults.py` alone, a new open question in `behaviour.py` and `operations.py`.

Serving requests needs Flask: `pip install 'pulumi-sendblue[emulator]'`.
"""

from .account import Account
from .behaviour import EVENTS, MASK, Behaviour
from .emulator import Emulator, MissingFlaskError
from .faults import Fault
from .journal import Entry, Journal
from .presets import PRESETS, Preset

__all__ = [
    "EVENTS",
    "MASK",
    "PRESETS",
    "Account",
    "Behaviour",
    "Emulator",
    "Entry",
    "Fault",
    "Journal",
    "MissingFlaskError",
    "Preset",
]
