"""What a worker answers where pages of its bundle raise."""

from pipeline.compute import tasks
from pipeline.compute.pages import PageWork


def test_an_error_that_its_text_alone_does_not_make_stops_no_other_page(tmp_path, monkeypatch):
    def broken(work):
        if work.url == "a":
            return work.content.decode("utf-8")
        if work.url == "c":
            raise Odd(work)
        return work.url

    class Odd(Exception):
        pass

    monkeypatch.setattr(tasks, "extract_here", broken)
    tasks.serve(tasks.Host(tmp_path, 1))
    try:
        works = [PageWork(b"\xff", "a"), PageWork(b"", "b"), PageWork(b"", "c")]
        found = tasks.extract(tasks.__version__, works).articles
    finally:
        monkeypatch.setattr(tasks, "_host", None)
    assert str(found[0]).startswith("UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff")
    assert found[1] == "b"
    assert str(found[2]).startswith("Odd: ")
    assert [type(one) for one in found] == [RuntimeError, str, RuntimeError]
