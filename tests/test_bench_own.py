"""The figures of the README, of the pages and sentences in bench/data."""

import re
import subprocess
import sys

from tests.conftest import ROOT

BENCH = ROOT / "bench"


def run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        env={"PYTHONPATH": f"{ROOT}:{BENCH}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_text_of_our_own_pages_is_found_and_nothing_of_their_consent():
    said = run("-c", "import own; own.extraction()")
    f1 = re.search(r"text of 12 pages: F1 (\d\.\d+)", said)
    assert f1 and float(f1[1]) > 0.98, said
    assert "consent notices in it: 0 of 12" in said
    assert "7 of 7 dates, 12 of 12 languages" in said


def test_no_two_sentences_of_a_bench_are_the_same_and_few_repeat_a_template():
    program = (
        "import sentences, itertools as i\n"
        "texts = list(i.islice(sentences.news(), 800))\n"
        "print(len(set(texts)), len(sentences.pairs()), sum(map(len, texts)) // 800)"
    )
    different, pairs, length = map(int, run("-c", program).split())
    assert (different, pairs) == (800, 40)
    assert length > 60, "sentences as long as those of news"
