"""Recordings: what is asked once is answered ever after, and what was not is never made up."""

from types import SimpleNamespace

import pytest

from pipeline.options import TranslateOptions
from tests.translate.recorded import COMMAND, NotRecorded, RecordedTranslator, Recording

HTML = ["<p>The <b>red</b> house</p>"]


class Scripted:
    """A model and a tokeniser of words: it turns the words round, and attends to what it turned."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.translator = self.tokeniser = self

    def encode(self, text: str) -> list[str]:
        return [f"▁{word}" for word in text.split()]

    def knows(self, letter: str) -> bool:
        return letter != "~"

    def score(self, word: str) -> tuple[float, int]:
        return -len(word) / 3, 1

    def translate_batch(self, batch, **options):
        self.asked += batch
        [tokens] = batch
        size = len(tokens)
        rows = [[float(at == size - 1 - row) for at in range(size + 1)] for row in range(size)]
        return [SimpleNamespace(scores=[-1.0], hypotheses=[tokens[::-1]], attention=[rows])]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "some" / "test_x.json"


def html(recording, small_packages):
    options = TranslateOptions(packages_dir=small_packages)
    return RecordedTranslator(recording, options).html(HTML, "en", "pt")


def test_what_is_recorded_is_answered_without_the_model(file, small_packages):
    model = Scripted()
    making = Recording(file, lambda: model)
    made = html(making, small_packages)
    assert made == ["<p>house <b>red</b> The</p>"]
    assert model.asked == [["▁The", "▁red", "▁house"]]
    making.write(whole=True)
    assert html(Recording(file), small_packages) == made
    # Nothing new is asked, so nothing changes.
    before = file.read_text()
    again = Recording(file, lambda: model)
    html(again, small_packages)
    again.write(whole=True)
    assert (len(model.asked), file.read_text()) == (1, before)


def test_what_is_not_recorded_fails_and_names_the_command(file, small_packages):
    with pytest.raises(NotRecorded, match=COMMAND):
        html(Recording(file), small_packages)
    model = Scripted()
    making = Recording(file, lambda: model)
    assert [making.knows("a"), making.knows("~")] == [True, False]
    assert making.score("abc") == (-1.0, 1)
    decoding = {"beam_size": 1}
    making.said(making.pieces("One two"), decoding, attention=False)
    making.write(whole=True)
    there = Recording(file)
    assert [there.knows("a"), there.knows("~"), there.score("abc")] == [True, False, (-1.0, 1)]
    assert there.said(["▁One", "▁two"], decoding, attention=False).hypotheses == [["▁two", "▁One"]]
    for ask in (
        lambda: there.knows("b"),
        lambda: there.score("b"),
        lambda: there.pieces("One"),
        lambda: there.said(["▁One"], decoding, attention=False),
        lambda: there.said(["▁One", "▁two"], {"beam_size": 2}, attention=False),
        lambda: there.said(["▁One", "▁two"], decoding, attention=True),
    ):
        with pytest.raises(NotRecorded, match=COMMAND):
            ask()


def test_what_no_test_asks_any_more_goes_when_all_of_them_ran(file):
    model = Scripted()
    making = Recording(file, lambda: model)
    for text in ("One", "Two"):
        making.pieces(text)
    making.write(whole=True)
    for whole, left in ((False, ["One", "Two"]), (True, ["Two"])):
        recording = Recording(file, lambda: model)
        recording.pieces("Two")
        recording.write(whole=whole)
        there = Recording(file)
        assert [text for text in ("One", "Two") if text in there._texts] == left
