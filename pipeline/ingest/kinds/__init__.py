"""The kinds of source, one module each: a document in, references to articles out."""
