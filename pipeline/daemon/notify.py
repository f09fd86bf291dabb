"""Tells systemd how the daemon is (sd_notify(3)).

In: words such as "READY=1". Out: a datagram to the socket systemd named, where it named one. It
refuses nothing: without systemd it does nothing, and a lost datagram is only a lost datagram.
"""

import os
import socket


def notify(words: str) -> bool:
    """Send a notification; False where there is nobody to send it to."""
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
    """How often systemd wants to hear from this process; None where it does not."""
    value = os.environ.get("WATCHDOG_USEC", "")
    pid = os.environ.get("WATCHDOG_PID", str(os.getpid()))
    if not value.isdigit() or pid != str(os.getpid()):
        return None
    return int(value) / 1_000_000
