"""The kinds of source, one module each: it parses a document and returns references."""
