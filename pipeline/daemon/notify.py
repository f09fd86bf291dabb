"""Notifies systemd of the daemon's state (sd_notify(3)).

Takes messages such as "READY=1" and sends them to the socket in NOTIFY_SOCKET. Raises nothing:
without systemd it does nothing, and send errors are ignored.
"""

import os
import socket


def notify(words: str) -> bool:
    """Send a notification. Returns False if it was not sent."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):  # an abstract socket
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.sendto(words.encode(), address)
    except OSError:
        return False
    return True


def watchdog_seconds() -> float | None:
    """Within how many seconds systemd expects a WATCHDOG=1 from this process; None: it does not."""
    value = os.environ.get("WATCHDOG_USEC", "")
    pid = os.environ.get("WATCHDOG_PID", str(os.getpid()))
    if not value.isdigit() or pid != str(os.getpid()):
        return None
    return int(value) / 1_000_000
