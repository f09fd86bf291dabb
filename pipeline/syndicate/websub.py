"""Notifies a WebSub hub that feeds have changed (W3C WebSub §7).

Takes the hub's address and those of the changed files. The hub then fetches the files and sends
them to its subscribers. Raises PublishError if the hub refuses or does not answer.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pipeline.errors import PublishError

if TYPE_CHECKING:
    import requests

TIMEOUT = 10.0
# Hubs limit the size of a request; this many addresses of usual length stay below 16 KiB.
_TOPICS_A_PING = 100


def ping(hub: str, topics: Sequence[str], session: "requests.Session | None" = None) -> None:
    """Notify the hub that `topics` (self links of feeds) have changed.

    Raises PublishError, with `retry` if the hub may answer later. A notification may be repeated.
    Takes at most `TIMEOUT` seconds for each hundred topics.
    """
    import requests  # takes long, and few feeds have a hub

    client = session or requests.Session()
    unique = list(dict.fromkeys(filter(None, topics)))
    for start in range(0, len(unique), _TOPICS_A_PING):
        form = urlencode(announcement(unique[start : start + _TOPICS_A_PING]))
        try:
            response = client.post(
                hub,
                data=form,
                headers={"content-type": "application/x-www-form-urlencoded"},
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise PublishError(
                f"hub {hub}", f"did not answer: {error}", "check the hub's address", retry=True
            ) from error
        if not 200 <= response.status_code < 300:
            raise PublishError(
                f"hub {hub}",
                f"refused the notification with status {response.status_code}",
                "check the hub's address, and whether it accepts feeds of this host",
                retry=response.status_code >= 500 or response.status_code == 429,
            )


def announcement(topics: Sequence[str]) -> list[tuple[str, str]]:
    """The form fields of a notification. Hubs differ in the name of the topic, so both are sent."""
    fields = [("hub.mode", "publish")]
    for topic in topics:
        fields += [("hub.url", topic), ("hub.topic", topic)]
    return fields
