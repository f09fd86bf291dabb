#!/usr/bin/env python3
"""Speed and fidelity of translation beside Argos's own API and beside the limit of the hardware.

In go news documents with references (JSON lines: `source` and `reference`, lists of sentences), out
comes a table: words a second as ratios, BLEU, chrF, cold start, peak memory. All contenders
translate the same documents with the embedded package in one run, taking turns, so that what else
the machine does meets all of them. The limit is one `translate_batch` over all distinct segments,
tokenised and sorted beforehand. Words per second of CPU time compare
also where the machine is shared.

    pip install sacrebleu
    PYTHONPATH=. python bench/translation.py ../shared/bench/translation/news.en-pt.jsonl
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pipeline.options import TranslateOptions
from pipeline.translate import Models, Translator
from pipeline.translate.engine.engine import Engine, cores
from pipeline.translate.text.segments import normalise, sentences

Run = Callable[[list[str]], tuple[list[str], "Spent"]]
"""Paragraphs to translations ([] where only the time counts) and what they took."""
ARGOS = "Argos's API, beam 4"
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


class Spent:
    """Seconds by the clock, and of all CPUs for this process, since it was made or last told."""

    def __init__(self) -> None:
        self.clock, self.cpu = time.perf_counter(), time.process_time()

    def told(self) -> "Spent":
        """The seconds until now."""
        self.clock = time.perf_counter() - self.clock
        self.cpu = time.process_time() - self.cpu
        return self


def babelwire(engine: Engine) -> Run:
    """The translator with this engine and an empty memory each time; its model stays loaded."""

    def run(texts: list[str]) -> tuple[list[str], Spent]:
        translator = Translator(engine.options)
        translator._engine = engine
        spent = Spent()
        out = translator.texts(texts, "en", "pt")
        return out, spent.told()

    return run


def limit(engine: Engine) -> Run:
    """One call of CTranslate2 with everything done beforehand.

    With the very model of `engine`: the same weights elsewhere in memory differ by some hundredths.
    """
    options = engine.options
    loaded = engine.load(Models(options.packages_dir).installed()[0])

    def run(texts: list[str]) -> tuple[list[str], Spent]:
        found = dict.fromkeys(
            normalise(t[s.start : s.end]) for t in texts for s in sentences(t, "en")
        )
        tokens = sorted((loaded.tokeniser.encode(one) for one in found), key=len, reverse=True)
        spent = Spent()
        loaded.translator.translate_batch(
            tokens,
            beam_size=options.beam_size,
            length_penalty=0.2,
            replace_unknowns=True,
            max_input_length=0,
            max_batch_size=options.batch_tokens,
            batch_type="tokens",
        )
        return [], spent.told()

    return run


def beam(packages: Path, size: int) -> Engine:
    """An engine of this beam."""
    return Engine(TranslateOptions(packages_dir=packages, beam_size=size))


def argos(packages: Path) -> Run:
    """`argostranslate.translate` as it is, its sentence splitter aside: that one is a download."""
    os.environ["XDG_DATA_HOME"] = os.environ["XDG_CACHE_HOME"] = str(packages.parent / "argos")
    os.environ["XDG_CONFIG_HOME"] = str(packages.parent / "argos")
    from argostranslate import sbd, settings, translate

    # Its settings are fixed at import, which installing the package may have done already.
    settings.package_data_dir, settings.package_dirs = packages, [packages]
    sbd.MiniSBDSentencizer.split_sentences = lambda _, text: _SENTENCE_END.split(text)

    def run(texts: list[str]) -> tuple[list[str], Spent]:
        spent = Spent()
        out = [translate.translate(text, "en", "pt") for text in texts]
        return out, spent.told()

    return run


def load(path: Path, size: int = 3) -> list[list[tuple[str, str]]]:
    """Documents as paragraphs of `size` sentences, each with its reference."""
    documents = []
    for line in path.read_text("utf-8").splitlines():
        found = json.loads(line)
        pairs = zip(found["source"], found["reference"], strict=True)
        rows = list(pairs)
        documents.append(
            [
                tuple(" ".join(side) for side in zip(*rows[at : at + size], strict=True))
                for at in range(0, len(rows), size)
            ]
        )
    return documents


def cold(name: str, packages: Path, texts: list[str]) -> None:
    """In a process of its own: seconds to the first words, and the memory after all of them."""
    run = argos(packages) if name == "argos" else babelwire(beam(packages, 1))
    run(["Good morning."])
    first = time.clock_gettime(time.CLOCK_BOOTTIME) - _process_start()
    run(texts)
    # Not getrusage's: that begins with the memory of the process that started this one.
    status = Path("/proc/self/status").read_text("ascii")
    peak = int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024
    print(f"| {name} | {first:.2f} s | {peak:.0f} MB |")


def _process_start() -> float:
    ticks = int(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19])
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--documents", type=int, help="only so many")
    parser.add_argument("--group", type=int, help="documents translated in one turn, not all")
    parser.add_argument("--rounds", type=int, default=4, help="how often each translates all")
    parser.add_argument(
        "--no-argos", action="store_true", help="only babelwire and the limit: many rounds, soon"
    )
    parser.add_argument(
        "--beams", type=int, nargs="+", default=[4, 2, 1], help="widths of babelwire's beam"
    )
    parser.add_argument("--json", type=Path, help="write the table's figures here too")
    parser.add_argument(
        "--no-cold", action="store_true", help="leave out the start of each in a process of its own"
    )
    parser.add_argument("--cold", choices=["babelwire", "argos"], help=argparse.SUPPRESS)
    parser.add_argument("--packages", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    documents = load(args.data)[: args.documents]
    if args.cold:
        cold(args.cold, args.packages, [s for one in documents for s, _ in one])
        return
    with tempfile.TemporaryDirectory(prefix="babelwire-bench-") as folder:
        packages = Path(folder) / "packages"
        Models(packages).ensure_embedded()
        group = args.group or len(documents)
        contenders: dict[str, Run] = {} if args.no_argos else {ARGOS: argos(packages)}
        for width in args.beams:
            engine = beam(packages, width)
            contenders[f"babelwire, beam {width}"] = babelwire(engine)
            contenders[f"the limit, beam {width}"] = limit(engine)
        figures = compare(contenders, documents, group, args.rounds)
        if args.json:
            args.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
        if args.no_argos or args.no_cold:
            return
        print("\n| process | first words after start | peak memory, 10 documents |\n|---|---|---|")
        for name in ("babelwire", "argos"):
            command = [sys.executable, __file__, str(args.data), "--documents", "10"]
            command += ["--cold", name, "--packages", str(packages)]
            subprocess.run(command, check=True)


def compare(
    contenders: dict[str, Run],
    documents: list[list[tuple[str, str]]],
    size: int,
    rounds: int,
) -> dict[str, dict[str, float]]:
    """Print the table of all contenders over all documents; return its figures by contender."""
    import sacrebleu

    clock, cpu = dict.fromkeys(contenders, 0.0), dict.fromkeys(contenders, 0.0)
    words = dict.fromkeys(contenders, 0)
    outputs: dict[str, list[str]] = {name: [] for name in contenders}
    references: list[str] = []
    for run in contenders.values():
        run(["It rains today."])
    turns = range(0, len(documents), size)
    for round_ in range(rounds):
        for turn, at in enumerate(turns):
            pairs = [pair for one in documents[at : at + size] for pair in one]
            references += [reference for _, reference in pairs] if not round_ else []
            # Nobody always comes first, nor after the same one.
            order = [name for name in contenders if name != ARGOS or not round_]
            shift = (turn + round_) % len(order)
            for name in order[shift:] + order[:shift]:
                out, spent = contenders[name]([source for source, _ in pairs])
                outputs[name] += out if not round_ else []
                clock[name] += spent.clock
                cpu[name] += spent.cpu
                words[name] += sum(len(source.split()) for source, _ in pairs)
    print(
        f"{max(words.values()) // rounds} words in {len(documents)} documents × {rounds} rounds, "
        f"{cores()} CPUs, {size} documents a turn, load {os.getloadavg()[0]:.1f}\n"
    )
    figures: dict[str, dict[str, float]] = {}
    for name, out in outputs.items():
        width = name.rpartition("beam ")[2]
        figures[name] = row = {
            "words/s": words[name] / clock[name],
            "words per CPU second": words[name] / cpu[name],
        }
        for other, told in ((ARGOS, "Argos"), (f"the limit, beam {width}", "the limit")):
            if other in contenders:
                share = words[name] / words[other]
                row[f"× {told}"] = share * clock[other] / clock[name]
                row[f"× {told}, CPU"] = share * cpu[other] / cpu[name]
        if out:
            row["BLEU"] = sacrebleu.corpus_bleu(out, [references]).score
            row["chrF"] = sacrebleu.corpus_chrf(out, [references]).score
    columns = dict.fromkeys(column for row in figures.values() for column in row)
    print("| | " + " | ".join(columns) + " |\n|" + "---|" * (len(columns) + 1))
    for name, row in figures.items():
        cells = (
            f"{row[one]:,.{0 if one.startswith('words') else 2}f}" if one in row else ""
            for one in columns
        )
        print(f"| {name} | " + " | ".join(cells) + " |")
    return figures


if __name__ == "__main__":
    main()
