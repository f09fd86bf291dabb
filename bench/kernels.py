#!/usr/bin/env python3
"""Fidelity and speed with int8 kernels of other processors, and what requantised weights change.

In go news documents with references (see translation.py), out comes a table: for each kernel BLEU,
chrF and words per second of CPU time with the package's own weights and with smaller ones (see
pipeline/translate/packages/requantise.py), which take turns in one process. A kernel is chosen by
variables of CTranslate2, oneDNN and MKL; one that the processor does not have is replaced by the
next best. CTranslate2 prefers MKL on processors of Intel.

    pip install sacrebleu
    PYTHONPATH=. python bench/kernels.py ../shared/bench/translation/news.en-pt.jsonl
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipeline.options import TranslateOptions
from pipeline.translate import Translator

KERNELS = {
    "as it comes": {},
    "oneDNN AVX-512 without VNNI": {"CT2_USE_MKL": "0", "ONEDNN_MAX_CPU_ISA": "AVX512_CORE"},
    "oneDNN AVX2": {"CT2_USE_MKL": "0", "ONEDNN_MAX_CPU_ISA": "AVX2"},
    "oneDNN SSE4.1": {"CT2_USE_MKL": "0", "ONEDNN_MAX_CPU_ISA": "SSE41"},
    "CTranslate2 GENERIC": {"CT2_FORCE_CPU_ISA": "GENERIC"},
    "CTranslate2 AVX2": {"CT2_FORCE_CPU_ISA": "AVX2"},
    "MKL": {"CT2_USE_MKL": "1"},
}


def main() -> None:
    """Measure with each kernel in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--kernel", action="append", choices=KERNELS, help="only these")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.here:
        measure(asked.data, asked.rounds)
        return
    print("| kernel | BLEU, chrF | requantised | words/CPU s, requantised to not |")
    print("|---|---|---|---|")
    for name in asked.kernel or KERNELS:
        command = [sys.executable, __file__, str(asked.data), "--rounds", str(asked.rounds)]
        done = subprocess.run(
            [*command, "--here"],
            env=os.environ | KERNELS[name],
            check=True,
            text=True,
            stdout=subprocess.PIPE,
        )
        print(f"| {name} | {done.stdout.strip()} |", flush=True)


def measure(data: Path, rounds: int) -> None:
    """Print the figures of this process's kernel."""
    import sacrebleu

    documents = [json.loads(line) for line in data.read_text("utf-8").splitlines()]
    texts = [" ".join(one.split()) for document in documents for one in document["source"]]
    references = [one for document in documents for one in document["reference"]]
    spent = {False: 0.0, True: 0.0}
    said: dict[bool, list[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            for requantise in (False, True) if number % 2 else (True, False):
                options = TranslateOptions(packages_dir=Path(folder), requantise=requantise)
                translator = Translator(options)
                translator.texts(["Warm up."], "en", "pt")
                start = time.process_time()
                said[requantise] = translator.texts(texts, "en", "pt")
                spent[requantise] += time.process_time() - start
    scores = [
        f"{sacrebleu.corpus_bleu(said[one], [references]).score:.2f}, "
        f"{sacrebleu.corpus_chrf(said[one], [references]).score:.2f}"
        for one in (False, True)
    ]
    print(" | ".join([*scores, f"{spent[False] / spent[True]:.3f}"]))


if __name__ == "__main__":
    main()
