"""Sources → references → pages.

In: sources from the settings. Out: references to articles, and the bytes of their pages. Refuses
whatever is unsafe, endless or unreadable, one source and one page at a time.
"""

from pipeline.ingest.client import Client, Response
from pipeline.ingest.discovery import Discovery, discover, fetch

__all__ = ["Client", "Discovery", "Response", "discover", "fetch"]
