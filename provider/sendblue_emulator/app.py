"""The WSGI app: the API's routes, and the control routes beside them."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from .account import METHODS
from .control import ANY_METHOD, control_routes
from .faults import Answer, EarlyCloseError
from .journal import Entry
from .operations import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from .backend import Backend

_KEY_ID_HEADER = "sb-api-key-id"
_SECRET_HEADER = "sb-api-secret-key"  # noqa: S105 - a header's name


def create_app(backend: Backend) -> Flask:
    """The app of a backend. It serves every path, so that the journal also shows requests to wrong ones."""
    app = _plain_app()
    # The way that Flask's pages give for a middleware.
    app.wsgi_app = _with_control(app.wsgi_app, backend)  # type: ignore[assignment, method-assign]

    @app.route("/", defaults={"path": ""}, methods=ANY_METHOD, provide_automatic_options=False)
    @app.route("/<path:path>", methods=ANY_METHOD, provide_automatic_options=False)
    def api(path: str) -> Response:  # noqa: ARG001 - request.path has it
        return _response(_answer(backend))

    return app


def _plain_app() -> Flask:
    app = Flask(__name__, static_folder=None)
    # An exception of a fault must reach the server or the transport, one of a test's callback the test.
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.url_map.merge_slashes = False
    return app


def _with_control(api: WSGIApplication, backend: Backend) -> WSGIApplication:
    """Join the control routes to the API's; most emulators of a test never need them, and they take the longest."""

    @functools.cache
    def control() -> Flask:
        app = _plain_app()
        app.register_blueprint(control_routes(backend))
        return app

    def either(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        return (control() if f"{path}/".startswith("/_emulator/") else api)(environ, start_response)

    return either


def _answer(backend: Backend) -> Answer:
    method, body = request.method, _body()
    account = _account(backend)
    number = backend.journal.record(Entry(method, _path(), account, body))
    backend.run_before(method, account)
    fault = backend.faults.take(method, account)
    if fault is None:
        answer = _handled(backend, body)
    else:
        backend.journal.update(number, fault=fault.kind)
        answer = fault.strike(request.environ, lambda: _handled(backend, body))
    backend.journal.update(number, status=answer.status)
    return answer


def _handled(backend: Backend, body: Any) -> Answer:
    if _path() not in backend.paths or request.method not in METHODS:
        return _not_found(backend)
    if not request.headers.get(_KEY_ID_HEADER) or not request.headers.get(_SECRET_HEADER):
        # As observed, without a status (reference, section 2, "Errors").
        return _json(403, {"message": "Did not get inputs for authorization"})
    # Read only now: a callback or a stall may have lasted longer than the key did.
    account = _account(backend)
    if account is None:
        return _json(401, {"status": "ERROR", "message": "Invalid Credentials"})
    try:
        answer = _json(200, backend.account(account).handle(request.method, body if request.is_json else None))
    except RefusedError as error:
        return _json(error.status, {"status": "ERROR", "message": str(error)})
    backend.run_after(request.method, account)
    return answer


def _account(backend: Backend) -> str | None:
    return backend.keys.account_of(request.headers.get(_KEY_ID_HEADER, ""), request.headers.get(_SECRET_HEADER, ""))


def _path() -> str:
    # Flask joins leading slashes; to the API, `//api/...` (a base URL that ends in one) is another path.
    raw: str = request.environ.get("RAW_URI") or request.environ.get("PATH_INFO", "")
    return f"/{request.path}" if raw.startswith("//") else request.path


def _body() -> Any:
    try:
        return json.loads(request.get_data())
    except ValueError:
        return None


def _json(status: int, body: Any) -> Answer:
    return Answer(status, json.dumps(body).encode(), "application/json")


def _not_found(backend: Backend) -> Answer:
    if backend.not_found == "json":
        return _json(404, {"message": "Not Found"})
    page = b"<!DOCTYPE html>\n<html><body><pre>Cannot find this page</pre></body></html>\n"
    return Answer(404, page, "text/html; charset=utf-8")


def _response(answer: Answer) -> Response:
    if answer.sent is None:
        return Response(answer.body, answer.status, dict(answer.headers), content_type=answer.content_type)
    length = {"Content-Length": str(len(answer.body))}
    return Response(_closing_early(answer), answer.status, length, content_type=answer.content_type)


def _closing_early(answer: Answer) -> Iterator[bytes]:
    yield answer.body[: answer.sent]
    raise EarlyCloseError(f"connection closed after {answer.sent} of {len(answer.body)} bytes")
