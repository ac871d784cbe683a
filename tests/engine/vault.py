"""A stand-in for HashiCorp's Vault, so that the CLI gets a stack's key by a request.

From a passphrase it derives the key anew in each command, which takes longer than all else that the CLI does there.
What is encrypted by that key, and how, is the same.
"""

from __future__ import annotations

import functools
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final

SECRETS_PROVIDER: Final = "hashivault://tests"
_PREFIX: Final = "vault:v1:"


class _Transit(BaseHTTPRequestHandler):
    """The two calls that the CLI makes, which give each key back as it is: a test's key guards nothing."""

    def do_PUT(self) -> None:
        """Answer `transit/encrypt` and `transit/decrypt`."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "plaintext" in asked:
            data = {"ciphertext": _PREFIX + asked["plaintext"]}
        else:
            data = {"plaintext": asked["ciphertext"].removeprefix(_PREFIX)}
        body = json.dumps({"data": data}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@functools.cache
def environment() -> dict[str, str]:
    """Start the server, once in a process, and return what tells the CLI of it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Transit)
    Thread(target=server.serve_forever, daemon=True).start()
    return {"VAULT_SERVER_URL": f"http://127.0.0.1:{server.server_port}", "VAULT_SERVER_TOKEN": "any"}
