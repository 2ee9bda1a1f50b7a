"""The pages as files: every link leads to a file of the folder, the pages are those of the server, and a browser is content with them."""

from __future__ import annotations

import functools
import http.server
import re
import threading
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from tests.built_sample import gongkai
from tests.explore.watched import watched

PLACE, UNIT = "990103000000", "u961af3357827"


@pytest.fixture(scope="module")
def folder(sample, tmp_path_factory) -> Path:
    """A published site of one district with three reports."""
    out = tmp_path_factory.mktemp("published") / "deep" / "site"
    where = ["--raw", sample / "data" / "raw", "--processed", sample / "data" / "processed"]
    told = gongkai("explore", "--static", out, "--county", "清岭区", "--url", "https://example.org/data", *where)
    assert "示例省明川市清岭区" in told
    return out


def contents(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def links(path: Path) -> list[str]:
    return re.findall(r'(?:href|src|action)="([^"]*)"', path.read_text("utf8"))


def test_every_link_leads_to_a_file_of_the_folder(folder):
    pages = sorted(folder.rglob("*.html"))
    assert len(pages) > 40
    for page in pages:
        for link in links(page):
            parts = urlsplit(link)
            if parts.scheme:
                assert link.startswith("https://example.org/data/"), f"{page}: {link}"
            elif parts.path:
                assert not parts.path.startswith("/")
                target = (page.parent / unquote(parts.path)).resolve()
                assert target.is_file(), f"{page}: {link}"
                assert target.is_relative_to(folder.resolve())


def test_a_link_to_a_cell_leads_to_a_cell(folder):
    page = folder / "zh" / "report" / f"{UNIT}-2021-own.html"
    cells = [link for link in links(page) if re.search(r"#c\d", link)]
    assert len(cells) >= 200
    for link in cells:
        path, _, mark = link.partition("#")
        assert f'id="{mark}"' in (page.parent / path).read_text("utf8")


def test_nothing_of_other_places_is_there(folder):
    text = "".join(path.read_text("utf8") for path in folder.rglob("*.html"))
    assert "云河县" not in text
    assert "南浦街道" in text


def test_what_needs_a_server_is_left_out(folder):
    for page in folder.rglob("*.html"):
        assert "<form" not in page.read_text("utf8")


def test_the_same_snapshot_gives_the_same_bytes_and_what_no_export_made_is_never_replaced(folder, sample, tmp_path):
    where = ["--raw", sample / "data" / "raw", "--processed", sample / "data" / "processed"]
    arguments = ["explore", "--static", tmp_path / "site", "--county", PLACE, "--url", "https://example.org/data", *where]
    gongkai(*arguments)
    assert contents(tmp_path / "site") == contents(folder)
    assert CliRunner().invoke(main, [str(one) for one in arguments]).exit_code == 2
    other = tmp_path / "mine"
    other.mkdir()
    (other / "thesis.txt").touch()
    refused = CliRunner().invoke(main, [str(one) for one in ["explore", "--static", other, "--county", PLACE, "--force", *where]])
    assert refused.exit_code == 2
    assert (other / "thesis.txt").exists()


def test_a_name_that_fits_several_places_is_refused_with_all_of_them(sample, tmp_path):
    where = ["--processed", str(sample / "data" / "processed")]
    result = CliRunner().invoke(main, ["explore", "--static", str(tmp_path / "x"), "--county", "明川市", *where])
    assert result.exit_code == 2
    assert "990121000000  示例省明川市云河县" in result.output
    assert not (tmp_path / "x").exists()


@contextmanager
def served(folder: Path):
    """A plain server of files, as anybody has one."""
    handler = functools.partial(Quiet, directory=str(folder.parent.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_the_files_are_the_servers_pages_and_a_browser_is_content(folder, browser, site):
    with served(folder) as files, watched(browser, files) as one, watched(browser, site) as live:
        one.go("/deep/site/index.html").get_by_role("link", name="中文").click()
        page = one.page
        page.get_by_role("link", name="示例省明川市清岭区").click()
        page.locator("table.matrix td a").first.click()
        assert page.url.endswith(f"/zh/report/{UNIT}-2021-own.html")
        printed = live.go(f"/zh/report/{UNIT}-2021-own").locator(".printed").inner_text()
        assert page.locator(".printed").inner_text() == printed
        page.locator('table.form a[data-figure="applications.new_received.total"]').click()
        frame = page.frame(name="archived")
        frame.wait_for_selector("td:target")
        assert (
            frame.locator("td:target").inner_text() == page.locator('a[data-figure="applications.new_received.total"]').first.inner_text()
        )
        assert "https://example.org/data/zh/report" in page.locator("#citation").inner_text()
