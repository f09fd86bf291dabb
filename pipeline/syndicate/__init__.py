"""Articles to feeds."""
