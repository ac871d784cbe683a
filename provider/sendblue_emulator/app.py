"""The WSGI app: the API's routes, and the control routes beside them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from .account import METHODS
from .control import ANY_METHOD, control_routes
from .journal import Entry
from .operations import RefusedError
from .strike import strike

if TYPE_CHECKING:
    from .emulator import Emulator

_KEY_ID_HEADER = "sb-api-key-id"
_SECRET_HEADER = "sb-api-secret-key"  # noqa: S105 - a header's name


def create_app(emulator: Emulator) -> Flask:
    """The app of an emulator. It serves every path, so that the journal also shows requests to wrong ones."""
    app = Flask(__name__, static_folder=None)
    # An exception of a fault must reach the server or the transport, one of a test's hook the test.
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.url_map.merge_slashes = False
    app.register_blueprint(control_routes(emulator))

    @app.route("/", defaults={"path": ""}, methods=ANY_METHOD, provide_automatic_options=False)
    @app.route("/<path:path>", methods=ANY_METHOD, provide_automatic_options=False)
    def api(path: str) -> Response:  # noqa: ARG001 - request.path has it
        return _answer(emulator)

    return app


def _answer(emulator: Emulator) -> Response:
    method, body = request.method, _body()
    account = _account(emulator)
    number = emulator.journal.record(Entry(method, _path(), account, body))
    emulator.run_hooks(method, account)
    fault = emulator.faults.take(method, account)
    if fault is None:
        response = _respond(emulator, body)
    else:
        emulator.journal.update(number, fault=fault.kind)
        response = strike(fault, request.environ, lambda: _respond(emulator, body))
    emulator.journal.update(number, status=response.status_code)
    return response


def _respond(emulator: Emulator, body: Any) -> Response:
    if _path() not in emulator.paths or request.method not in METHODS:
        return _not_found(emulator)
    if not request.headers.get(_KEY_ID_HEADER) or not request.headers.get(_SECRET_HEADER):
        # As observed, without a status (reference, section 2, "Errors").
        return _json(403, {"message": "Did not get inputs for authorization"})
    # Looked up only now: a hook or a stall may have lasted longer than the key did.
    account = _account(emulator)
    if account is None:
        return _json(401, {"status": "ERROR", "message": "Invalid Credentials"})
    try:
        return _json(200, emulator.account(account).handle(request.method, body if request.is_json else None))
    except RefusedError as error:
        return _json(error.status, {"status": "ERROR", "message": str(error)})


def _account(emulator: Emulator) -> str | None:
    return emulator.keys.account_of(request.headers.get(_KEY_ID_HEADER, ""), request.headers.get(_SECRET_HEADER, ""))


def _path() -> str:
    # Flask joins leading slashes; to the API, `//api/...` (a base URL that ends in one) is another path.
    raw: str = request.environ.get("RAW_URI") or request.environ.get("PATH_INFO", "")
    return f"/{request.path}" if raw.startswith("//") else request.path


def _body() -> Any:
    try:
        return json.loads(request.get_data())
    except ValueError:
        return None


def _json(status: int, body: Any) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")


def _not_found(emulator: Emulator) -> Response:
    if emulator.not_found == "json":
        return _json(404, {"message": "Not Found"})
    page = "<!DOCTYPE html>\n<html><body><pre>Cannot find this page</pre></body></html>\n"
    return Response(page, 404, content_type="text/html; charset=utf-8")
