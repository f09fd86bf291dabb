"""Find the licence of a package in its own files.

`licence` takes the folder of an unpacked Argos package and returns SPDX identifiers, or "".
Argos's metadata has no field for it: most packages name the licences of their training data in
README.md, some in a file of its own. Never raises.
"""

import json
import re
from pathlib import Path

_FILES = ("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "README.md")
_READ = 20_000  # characters of a file that are searched: a licence is named at its beginning

# SPDX identifier → a pattern for the names of the licence.
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
    """Return the licences of an unpacked package, such as "MPL-2.0"; "" if it names none."""
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
    """Return the licences that a text names, as SPDX identifiers."""
    return [spdx for spdx, pattern in NAMES if re.search(pattern, text, re.IGNORECASE)]
