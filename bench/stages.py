"""What share of a pass each stage takes, and the words a second of the translation stage.

    python bench/stages.py [PAGES]        (default: 60)

One pass over made pages in a fresh folder, a second over the same, and a third after one page has
changed.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import kill
import pages


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = kill.place(Path(name) / "bench", Path(name) / "packages", 1)
        measure(folder)  # installs the model
        kill.clear(folder)
        words = pages.write(folder / "pages", count)
        show(f"{count} new pages, {words:,} words", *measure(folder))
        show("again, nothing changed", *measure(folder))
        one = folder / "pages" / "00000.html"
        one.write_text(
            one.read_text("utf-8").replace("</h1><p>", "</h1><p>They say it again. ", 1), "utf-8"
        )
        show("one sentence changed", *measure(folder))


def measure(folder: Path) -> tuple[dict[str, float], dict[str, int], float, float]:
    command = [sys.executable, "-m", "pipeline", "-c", str(folder / "babelwire.toml")]
    began, used = time.perf_counter(), processor()
    done = subprocess.run(
        [*command, "run", "--json"], cwd=kill.ROOT, capture_output=True, text=True, check=True
    )
    taken = time.perf_counter() - began
    report = json.loads(done.stdout)
    return report["seconds"], report, taken, processor() - used


def processor() -> float:
    """The seconds of processor time that the programs started so far have taken."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def show(
    what: str, seconds: dict[str, float], report: dict[str, int], taken: float, used: float
) -> None:
    total = sum(seconds.values())
    print(
        f"{what}: {taken:.1f} s with the program's start, of it {total:.2f} s of work; "
        f"{used:.1f} s of processor"
    )
    for stage, value in seconds.items():
        print(f"    {stage:10} {value:7.2f} s  {value / total:5.1%}")
    speed = report["words"] / seconds["translate"] if report["fresh"] else 0
    print(
        f"    {report['fresh']} of {report['segments']} segments translated, {speed:,.0f} words/s"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
