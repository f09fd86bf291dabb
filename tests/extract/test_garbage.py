"""The garbage collector is held back while a page is read, and never left so."""

import gc

import pytest

from pipeline.errors import NotAnArticle
from pipeline.extract import extract
from pipeline.extract.page.garbage import paused

PAGE = b"<body><p>" + b"The bridge was closed on Monday, and nobody knows for how long. " * 9


def test_it_runs_again_after_an_article_and_after_a_refusal() -> None:
    extract(PAGE, "https://x.example/n/1")
    assert gc.isenabled()
    with pytest.raises(NotAnArticle):
        extract(b"", "https://x.example/n/1")
    assert gc.isenabled()


def test_it_stays_off_for_whoever_turned_it_off() -> None:
    gc.disable()
    try:
        extract(PAGE, "https://x.example/n/1")
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_the_first_of_two_to_enter_turns_it_on() -> None:
    with paused():
        with paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
