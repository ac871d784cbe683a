"""The in-process way to the emulator: httpx without a socket."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx

from .faults import READ_TIMEOUT, SLEEP, EarlyCloseError
from .loopback import IN_PROCESS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class EmulatorTransport(httpx.BaseTransport):
    """`httpx.WSGITransport`, with the emulator's faults as the errors that httpx raises on a network."""

    def __init__(self, app: Callable[..., Iterable[bytes]], sleep: Callable[[float], object]) -> None:
        self._app = app
        self._sleep = sleep

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to the app.

        Raises:
            httpx.TransportError: A fault says so.
        """
        more = {READ_TIMEOUT: request.extensions.get("timeout", {}).get("read"), SLEEP: self._sleep, IN_PROCESS: True}

        def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            return self._app({**environ, **more}, start_response)

        with _as_httpx_errors(request):
            response = httpx.WSGITransport(app).handle_request(request)
        if isinstance(response.stream, httpx.SyncByteStream):
            response.stream = _Stream(response.stream, request)
        return response


class _Stream(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, request: httpx.Request) -> None:
        self._stream = stream
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx_errors(self._request):
            yield from self._stream

    def close(self) -> None:
        self._stream.close()


@contextmanager
def _as_httpx_errors(request: httpx.Request) -> Iterator[None]:
    try:
        yield
    except EarlyCloseError as error:
        raise httpx.RemoteProtocolError(str(error), request=request) from error
    except ConnectionRefusedError as error:
        raise httpx.ConnectError(str(error), request=request) from error
    except ConnectionError as error:
        raise httpx.ReadError(str(error), request=request) from error
    except TimeoutError as error:
        raise httpx.ReadTimeout(str(error), request=request) from error
