"""A plug-in that says when it is imported."""

print("imported")  # noqa: T201
