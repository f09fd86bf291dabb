"""The output folder behind somebody else's web server: the same addresses, types and bytes.

The server is Debian's nginx with the settings that docs/feeds.md gives.
"""

import contextlib
import os
import shutil
import subprocess
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest
import requests

from pipeline.syndicate import FORMATS, Archive, front_page, opml, path, stylesheet
from pipeline.syndicate.pages import channel
from pipeline.web import Server, application
from tests.conftest import ROOT
from tests.syndicate.test_feed_rules import ENTRY, FEED
from tests.waiting import LONG, held_port, until

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
AROUND = """
daemon off; pid {folder}/nginx.pid; error_log stderr error; {user}
events {{ }}
http {{
    access_log off; include /etc/nginx/mime.types;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
{documented}
}}
"""
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture
def output(tmp_path):
    folder = tmp_path / "output"
    (folder / FEED.id).mkdir(parents=True)
    feed = replace(FEED, languages=("pt",))
    for form in FORMATS:
        for archive in (Archive(0, 1), Archive(1, 1)):
            file = folder / path(feed, "pt", form.suffix, archive.number)
            file.write_bytes(form.build(feed, "pt", [ENTRY], archive))
    (folder / "feeds.opml").write_bytes(opml([feed]))
    (folder / "feed.css").write_bytes(stylesheet())
    (folder / "index.html").write_bytes(front_page([channel(feed, "pt")], lists=True))
    past = time.time() - 60
    for file in folder.rglob("*.*"):
        os.utime(file, (past, past))
    return folder


@pytest.fixture
def nginx(output, tmp_path):
    with running(output, tmp_path) as address:
        yield address


@contextmanager
def running(output, tmp_path, *, documented=True):
    """nginx over the output folder, with the settings of the documentation or as it comes."""
    if not NGINX:
        pytest.skip("nginx is not installed (Debian: apt-get install nginx-light)")
    text = (ROOT / "docs" / "feeds.md").read_text("utf-8")
    lines = text.split("```nginx\n", 1)[1].split("```", 1)[0]
    if not documented:
        lines = "default_type application/octet-stream; server { root /srv/babelwire/output; }"
    user = "user root;" if os.geteuid() == 0 else ""
    settings, log = tmp_path / "nginx.conf", tmp_path / "nginx.log"
    with held_port() as port:
        lines = lines.replace("root /srv/babelwire/output;", f"root {output};")
        lines = lines.replace("server {", f"server {{ listen 127.0.0.1:{port};")
        assert str(output) in lines
        settings.write_text(AROUND.format(folder=tmp_path, documented=lines, user=user))
        process = subprocess.Popen([NGINX, "-c", settings, "-p", tmp_path], stderr=log.open("w"))

        def answers():
            assert process.poll() is None, log.read_text()
            with contextlib.suppress(requests.ConnectionError):
                return requests.get(f"http://127.0.0.1:{port}/", timeout=LONG)
            return None

        try:
            # An answer of 404 is one, and is false.
            until(lambda: answers() is not None, "an answer of nginx")
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()
            process.wait(LONG)


@pytest.mark.parametrize("accept", ["*/*", BROWSER, f"application/rss+xml, {BROWSER}"])
def test_nginx_answers_as_the_server_does(output, nginx, accept):
    files = [file.relative_to(output).as_posix() for file in output.rglob("*.*")]
    assert len(files) == 9
    headers = {"accept": accept, "accept-encoding": "identity"}
    with Server(application(output), port=0) as server:
        for name in files:
            ours = requests.get(f"{server.url}{name}", headers=headers, timeout=LONG)
            theirs = requests.get(f"{nginx}{name}", headers=headers, timeout=LONG)
            assert (ours.status_code, theirs.status_code) == (200, 200), name
            if (accept, name.endswith((".rss", ".atom"))) == (BROWSER, True):
                assert b"feed-page" in ours.content  # which a browser can read: see feedview
                continue
            assert ours.content == theirs.content
            kinds = [one.headers["content-type"].lower() for one in (ours, theirs)]
            assert kinds[0] == kinds[1], name
            since = {**headers, "if-modified-since": ours.headers["last-modified"]}
            again = [
                requests.get(f"{root}{name}", headers=since, timeout=LONG)
                for root in (server.url, nginx)
            ]
            assert [one.status_code for one in again] == [304, 304], name
            assert ("accept" in theirs.headers.get("vary", "").lower()) == name.endswith(
                (".rss", ".atom")
            )
    assert "World" in requests.get(nginx, timeout=LONG).text  # the page that lists the feeds
