"""Sources to references to pages."""
