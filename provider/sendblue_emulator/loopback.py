"""Which hosts are this machine."""

from __future__ import annotations

import ipaddress

IN_PROCESS = "sendblue_emulator.in_process"
"""Is in the WSGI environment of a request that came by no socket."""


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine only."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
