"""The control surface, `/_emulator/`: the Python API over HTTP, for other languages and for people.

Everything is JSON. Requests here are not in the journal and meet no fault. All under `/_emulator/`:

    GET, DELETE             journal
    GET, POST, DELETE       faults                     POST takes one fault or a list of them
    GET, PUT                vintages                   PUT ["v2", "unversioned"]
    GET                     accounts
    GET, PUT, POST, DELETE  accounts/NAME/webhooks     PUT the whole; POST {"event", "entry"}; DELETE {"event", "url"}
    GET, PUT, PATCH         accounts/NAME/behaviour    PUT starts from the defaults, PATCH from the current values
    POST, DELETE            accounts/NAME/keys         POST {"key_id", "secret"}; DELETE {"key_id"}
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException

from .behaviour import Behaviour
from .faults import Fault
from .loopback import IN_PROCESS, is_loopback

if TYPE_CHECKING:
    from .backend import Backend

ANY_METHOD = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


# A name, an IPv4 address, or an IPv6 address in brackets, and a port. urlsplit takes evil@localhost for localhost.
_HOST: Final = re.compile(r"(?:([A-Za-z0-9.-]+)|\[([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)\])(?::[0-9]+)?")


def control_routes(backend: Backend) -> Blueprint:
    """The control routes of a backend, reachable from loopback addresses only."""
    routes = Blueprint("control", __name__, url_prefix="/_emulator")
    routes.before_request(_only_from_here)
    routes.register_error_handler(Exception, _explain)
    _emulator_routes(routes, backend)
    _account_routes(routes, backend)

    @routes.route("/", defaults={"path": ""}, methods=ANY_METHOD, provide_automatic_options=False)
    @routes.route("/<path:path>", methods=ANY_METHOD, provide_automatic_options=False)
    def nothing(path: str) -> Response:
        # Otherwise a mistyped path would count as a request to the API.
        abort(404, f"no {request.method} {path!r} here: see the docstring of sendblue_emulator.control")

    return routes


def _emulator_routes(routes: Blueprint, backend: Backend) -> None:
    @routes.route("/journal", methods=["GET", "DELETE"])
    def journal() -> Response:
        if request.method == "DELETE":
            backend.journal.clear()
        return jsonify(backend.journal.as_json())

    @routes.route("/faults", methods=["GET", "POST", "DELETE"])
    def faults() -> Response:
        if request.method == "DELETE":
            backend.faults.clear()
        if request.method == "POST":
            sent = request.get_json()
            backend.faults.add(*(Fault(**fault) for fault in (sent if isinstance(sent, list) else [sent])))
        return jsonify(backend.faults.as_json())

    @routes.route("/vintages", methods=["GET", "PUT"])
    def vintages() -> Response:
        if request.method == "PUT":
            backend.vintages = request.get_json()
        return jsonify(sorted(backend.vintages))

    @routes.get("/accounts")
    def accounts() -> Response:
        return jsonify([account.name for account in backend.accounts])


def _account_routes(routes: Blueprint, backend: Backend) -> None:
    @routes.route("/accounts/<name>/webhooks", methods=["GET", "PUT", "POST", "DELETE"])
    def webhooks(name: str) -> Response:
        account = backend.account(name)
        if request.method == "PUT":
            account.webhooks = _object()
        elif request.method == "POST":
            account.add(_object()["event"], _object()["entry"])
        elif request.method == "DELETE":
            account.remove(_object()["event"], _object()["url"])
        return jsonify(account.webhooks)

    @routes.route("/accounts/<name>/behaviour", methods=["GET", "PUT", "PATCH"])
    def behaviour(name: str) -> Response:
        account = backend.account(name)
        if request.method == "PUT":
            account.behaviour = Behaviour().changed(_object())
        elif request.method == "PATCH":
            account.behave(**_object())
        return jsonify(account.behaviour.as_json())

    @routes.route("/accounts/<name>/keys", methods=["POST", "DELETE"])
    def keys(name: str) -> Response:
        account = backend.account(name)
        if request.method == "POST":
            account.add_key(_object()["key_id"], _object()["secret"])
        else:
            account.revoke_key(_object()["key_id"])
        return jsonify({})


def _object() -> dict[str, Any]:
    sent = request.get_json()
    if not isinstance(sent, dict):
        raise ValueError("the body must be a JSON object")
    return sent


def _only_from_here() -> None:
    if not is_loopback(request.remote_addr or ""):
        abort(403, "the control surface is for this machine only")
    # A page in a browser can make its own host name stand for this machine (DNS rebinding).
    if IN_PROCESS not in request.environ and not is_loopback(_host(request.headers.get("Host", ""))):
        abort(403, "the control surface answers to localhost and loopback addresses only")


def _host(header: str) -> str:
    found = _HOST.fullmatch(header)
    return (found[1] or found[2]).lower() if found else ""


def _explain(error: Exception) -> tuple[Response, int]:
    if isinstance(error, HTTPException):
        return jsonify({"error": error.description}), error.code or 500
    if isinstance(error, KeyError):
        return jsonify({"error": f"the body needs {error}"}), 400
    if isinstance(error, LookupError):
        return jsonify({"error": str(error)}), 404
    if isinstance(error, ValueError | TypeError):
        return jsonify({"error": str(error)}), 400
    raise error
