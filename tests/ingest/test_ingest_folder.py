"""Folders of saved pages on a real disk."""

import gzip
import os
from pathlib import Path

import pytest

from pipeline.article import Reference, Source
from pipeline.errors import FetchError, SourceError
from pipeline.ingest import Client, discover, fetch
from pipeline.ingest.kinds.folder import file_path
from pipeline.options import FetchOptions

PAGE = "<html><body><p>Ein Absatz über Bücher.</p></body></html>".encode()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "b.html").write_bytes(PAGE)
    (tmp_path / "A.HTM").write_bytes(PAGE)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "c ü#?.html.gz").write_bytes(gzip.compress(PAGE))
    (tmp_path / "notes.txt").write_bytes(b"no page")
    (tmp_path / ".hidden.html").write_bytes(PAGE)
    return Source(id="saved", kind="folder", path=str(tmp_path), language="de")


@pytest.fixture
def reader():
    with Client(FetchOptions(max_bytes=100_000)) as running:
        yield running


def ref(path: Path) -> Reference:
    return Reference(source="saved", url=path.as_uri())


def test_pages_are_found_in_sorted_order_and_read(folder, reader):
    found = discover(folder, reader)
    names = [file_path(one.url).name for one in found.references]
    assert names == ["A.HTM", "b.html", "c ü#?.html.gz"]
    assert [fetch(one, reader).content for one in found.references] == [PAGE] * 3
    assert {one.language for one in found.references} == {"de"}
    assert not found.problems


def test_an_unchanged_folder_says_so_and_a_touched_one_does_not(folder, reader, tmp_path):
    first = discover(folder, reader)
    again = discover(folder, reader, first.validators)
    assert again.unchanged
    assert again.references == first.references
    (tmp_path / "d.html").write_bytes(PAGE)
    assert not discover(folder, reader, first.validators).unchanged


def test_a_known_page_is_not_read_again_until_it_changes(folder, reader, tmp_path):
    reference = ref(tmp_path / "b.html")
    first = fetch(reference, reader)
    assert fetch(reference, reader, first.validators) is None
    os.utime(tmp_path / "b.html", ns=(1, 1))
    assert fetch(reference, reader, first.validators) is None, "same bytes, new time"
    (tmp_path / "b.html").write_bytes(PAGE + b"<p>more</p>")
    assert fetch(reference, reader, first.validators).content.endswith(b"<p>more</p>")


def test_the_limit_of_a_pass_hides_no_page(folder, reader):
    limited = Source(id="saved", kind="folder", path=folder.path, limit=2)
    assert len(discover(limited, reader).references) == 3


@pytest.mark.parametrize("content", [b"", b" \n "])
def test_an_empty_file_is_an_error_of_its_own(reader, tmp_path, content):
    path = tmp_path / "e.html"
    path.write_bytes(content)
    with pytest.raises(FetchError, match=r"e\.html: is empty"):
        fetch(ref(path), reader)


def test_a_cut_gzip_file_is_an_error(reader, tmp_path):
    path = tmp_path / "cut.html.gz"
    path.write_bytes(gzip.compress(PAGE * 50)[:-9])
    with pytest.raises(FetchError, match="breaks off"):
        fetch(ref(path), reader)


def test_a_gzip_bomb_on_disk_is_refused(reader, tmp_path):
    path = tmp_path / "bomb.html.gz"
    path.write_bytes(gzip.compress(b" " * 40_000_000))
    with pytest.raises(FetchError, match="larger than 100,000 bytes"):
        fetch(ref(path), reader)


def test_a_vanished_file_is_an_error(reader, tmp_path):
    with pytest.raises(FetchError, match="cannot be read"):
        fetch(ref(tmp_path / "gone.html"), reader)


def test_a_pipe_is_refused_without_waiting_for_it(reader, tmp_path):
    os.mkfifo(tmp_path / "pipe.html")
    with pytest.raises(FetchError, match="no regular file"):
        fetch(ref(tmp_path / "pipe.html"), reader)


def test_an_unreadable_page_stops_neither_the_listing_nor_the_others(folder, reader, tmp_path):
    (tmp_path / "broken.html").symlink_to(tmp_path / "nowhere")
    found = discover(folder, reader)
    assert len(found.references) == 4
    assert len(found.problems) == 1


@pytest.mark.parametrize("name", ["missing", "file.html"])
def test_a_folder_that_is_none_is_a_source_error(reader, tmp_path, name):
    (tmp_path / "file.html").write_bytes(PAGE)
    source = Source(id="saved", kind="folder", path=str(tmp_path / name))
    with pytest.raises(SourceError, match="correct the path of source 'saved'"):
        discover(source, reader)


@pytest.mark.parametrize("url", ["file://server/share/a.html", "file:///a%00b.html"])
def test_file_addresses_of_other_machines_are_refused(reader, url):
    with pytest.raises(FetchError):
        fetch(Reference(source="saved", url=url), reader)
