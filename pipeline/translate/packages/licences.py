"""The licence of a package, as far as the package itself says it.

In goes an unpacked Argos package, out come SPDX identifiers. Argos packages have no field for it:
most name the licences of their training data in README.md, some in a file of its own.
"""

import json
import re
from pathlib import Path

_FILES = ("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "README.md")
_READ = 20_000  # characters of a file: licences are named at its beginning or not at all

# SPDX identifier → how texts name the licence.
NAMES: tuple[tuple[str, str], ...] = (
    ("MPL-2.0", r"mozilla public licen[cs]e,? ?(?:version |v\.? ?)?2|\bmpl[- ]?2"),
    ("CC0-1.0", r"\bcc[- ]?0\b|publicdomain/zero"),
    ("CC-BY-NC-SA-4.0", r"\bcc[- ]by[- ]nc[- ]sa\b|licenses/by-nc-sa"),
    ("CC-BY-NC-4.0", r"\bcc[- ]by[- ]nc\b(?![- ]s)|licenses/by-nc/"),
    ("CC-BY-SA-4.0", r"\bcc[- ]by[- ]sa\b|licenses/by-sa"),
    ("CC-BY-4.0", r"\bcc[- ]by\b(?![- ](?:sa|nc|nd))|licenses/by/"),
    ("ODbL-1.0", r"\bodbl\b|open database licen[cs]e"),
    ("Apache-2.0", r"apache licen[cs]e|\bapache[- ]2"),
    ("AGPL-3.0", r"\bagpl|affero general public"),
    ("GPL-3.0", r"\bgpl|(?<!lesser )(?<!affero )general public licen[cs]e"),
    ("MIT", r"\bmit licen[cs]e|licen[cs]e:? mit\b"),
    ("BSD-3-Clause", r"\bbsd\b"),
)


def licence(package: Path) -> str:
    """The licences that an unpacked package names, such as "MPL-2.0"; "" where it names none."""
    try:
        stated = json.loads((package / "metadata.json").read_bytes())
        for key in ("license", "licence"):
            if isinstance(stated, dict) and isinstance(stated.get(key), str) and stated[key]:
                return str(stated[key])[:100]
    except (OSError, ValueError):
        return ""
    for name in _FILES:
        try:
            text = (package / name).read_text("utf-8", "replace")[:_READ]
        except OSError:
            continue
        if found := named(text):
            return ", ".join(found)
    return ""


def named(text: str) -> list[str]:
    """The licences that a text names, as SPDX identifiers."""
    return [spdx for spdx, pattern in NAMES if re.search(pattern, text, re.IGNORECASE)]
