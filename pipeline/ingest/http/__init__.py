"""The HTTP client: fetches one URL within bounds, and obeys robots.txt and pacing rules.

`client.Client` is the entry point for the other parts of `ingest`.
"""
