"""The command line: `python -m sendblue_emulator`."""

from __future__ import annotations

import argparse
import json
import shlex
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn, get_args, get_type_hints

from .backend import PATHS
from .behaviour import Behaviour
from .emulator import Emulator, MissingFlaskError
from .presets import PRESETS, Preset

_DEMO_ACCOUNT = "demo-key:demo-secret"
_NAME = "sendblue_emulator"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """End with one line, without the usage: `--help` has that."""
        self.exit(2, f"{_NAME}: {message} (--help shows the options)\n")


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM; the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except (MissingFlaskError, ValueError) as error:
        return _fail(str(error))
    except OSError as error:
        if error.filename:
            return _fail(f"{error.filename}: {error.strerror}")
        return _fail(f"cannot listen on {options.host}:{options.port}: {error.strerror} (--port 0 picks a free port)")


def _run(options: argparse.Namespace) -> int:
    base, vintages = PRESETS[options.vintage] if options.vintage else Preset(Behaviour(), tuple(PATHS))
    if options.path:
        vintages = tuple(PATHS) if options.path == "both" else (options.path,)
    emulator = Emulator(state=options.state, vintages=vintages)
    behaviour = replace(
        base,
        accepted_events=tuple(dict.fromkeys([*base.accepted_events, *options.accept])),
        dropped_on_put=frozenset(options.drop_on_put),
        secrets=options.secrets,
        url_form=options.url_form,
        put_answer=options.put_answer or base.put_answer,
        lag=options.lag,
    )
    webhooks = _seed(options.webhooks) if options.webhooks else {}
    accounts = options.account or [_DEMO_ACCOUNT]
    for account in accounts:
        key_id, _, secret = account.partition(":")
        if not key_id or not secret:
            # Not quoted, because a secret may be in it.
            raise ValueError("--account: give KEY_ID:SECRET")
        emulator.add_account(key_id=key_id, secret=secret, webhooks=webhooks, behaviour=behaviour)

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with emulator.serve(host=options.host, port=options.port) as url:
        sys.stdout.write(_greeting(url, accounts[0]))
        sys.stdout.flush()
        stop.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=f"python -m {_NAME}",
        description="A stand-in for the Sendblue account-webhooks API on this machine. "
        "Its control surface for journal, faults and dashboard edits is /_emulator/.",
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="loopback address to listen on (default: %(default)s)")
    add("--port", type=_port, default=8484, help="port to listen on, 0 picks a free one (default: %(default)s)")
    add(
        "--account",
        action="append",
        metavar="KEY_ID:SECRET",
        help=f"an account's API key pair; give it again for more accounts (default: {_DEMO_ACCOUNT})",
    )
    add("--webhooks", type=Path, metavar="FILE", help="JSON that accounts start with: a GET's answer or its webhooks")
    add("--state", type=Path, metavar="FILE", help="JSON file that keeps webhooks between runs; goes before --webhooks")
    add("--vintage", choices=[*PRESETS], help="the API of a time: its path, its events and their forms")
    add("--path", choices=[*PATHS, "both"], help="the paths that answer (default: the vintage's, else both)")
    add("--accept", action="append", default=[], metavar="EVENT", help="accept one more event; repeatable")
    add("--drop-on-put", action="append", default=[], metavar="EVENT", help="drop an event on PUT silently; repeatable")
    add("--secrets", choices=["readable", "masked", "omitted"], default="readable", help="how GET shows secrets")
    add("--url-form", choices=_choices("url_form"), default="kept", help="how URLs are stored (default: %(default)s)")
    add(
        "--put-answer",
        choices=_choices("put_answer"),
        help="whether PUT answers with the webhooks (default: the vintage's, else full)",
    )
    add("--lag", type=int, default=0, metavar="N", help="the next N GETs after a write show the account before it")
    return parser


def _choices(field: str) -> tuple[str, ...]:
    return get_args(get_type_hints(Behaviour)[field])


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port")
    return int(text)


def _seed(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is not JSON: {error}") from None
    webhooks = content.get("webhooks", content) if isinstance(content, dict) else None
    if not isinstance(webhooks, dict):
        raise ValueError(f"{path} is not an object of webhooks")
    return webhooks


def _greeting(url: str, account: str) -> str:
    key_id, _, secret = account.partition(":")
    # Any other secret than the demo's may be a real one, and this text may end in a log.
    shown = secret if account == _DEMO_ACCOUNT else "..."
    settings = {
        "baseUrl": ("SENDBLUE_API_BASE_URL", url),
        "apiKeyId": ("SENDBLUE_API_API_KEY", shlex.quote(key_id)),
        "apiSecretKey": ("SENDBLUE_API_API_SECRET", shown),
    }
    lines = [f"Sendblue emulator on {url} (Ctrl-C stops it)", "", "To point a stack to it:"]
    for name, (_, value) in settings.items():
        lines.append(f"  pulumi config set {'--secret ' if name == 'apiSecretKey' else ''}sendblue:{name} {value}")
    lines += ["", "or, by environment:"]
    lines += [f"  export {variable}={value}" for variable, value in settings.values()]
    return "\n".join([*lines, "", ""])


def _fail(message: str) -> int:
    sys.stderr.write(f"{_NAME}: {message}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
