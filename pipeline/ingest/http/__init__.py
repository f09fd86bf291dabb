"""The polite HTTP client: one address in, one bounded response out.

Import from the modules: `client` is what the other parts of `ingest` call.
"""
