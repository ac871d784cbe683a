"""What can go wrong with the API after a write."""

from __future__ import annotations

import pytest

from sendblue_emulator import Fault

LATER = {"Retry-After": "60"}  # so that there is no other attempt within the budget
AFTER_THE_WRITE = [
    pytest.param(Fault(kind="status", method="GET", after=1, status=500, headers=LATER), "answered 500", id="500"),
    pytest.param(Fault(kind="refuse", method="GET", after=1, times=None), "be looked at", id="no connection"),
    pytest.param(Fault(kind="reset", method="GET", after=1, times=None), "be looked at", id="a reset"),
    pytest.param(Fault(kind="stall", method="GET", after=1, times=None, seconds=9), "within the 0.6 s", id="no answer"),
    pytest.param(Fault(kind="truncate", method="GET", after=1, times=None), "not a JSON object", id="broken JSON"),
    pytest.param(Fault(kind="status", method="GET", after=1, status=200, body="<html>"), "not a JSON", id="HTML"),
    pytest.param(Fault(kind="status", method="GET", after=1, status=401, body={}), "401", id="401"),
    pytest.param(Fault(kind="status", method="GET", after=1, status=403, body={}), "403", id="403"),
    pytest.param(Fault(kind="status", method="GET", after=1, status=404, body={}), "404", id="404"),
    pytest.param(Fault(kind="status", method="GET", after=1, status=302), "redirected", id="a redirect"),
]
"""What can go wrong with the GET that verifies, and what the error says."""
