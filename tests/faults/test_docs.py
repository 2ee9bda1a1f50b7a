"""Office files, zip files and PDFs made to do harm: refused with a reason; nothing is run, looked up or unpacked without end."""

import io
import zipfile

import pytest
from click.testing import CliRunner

from pipeline import limits, read_report
from pipeline.archive import read_index, read_page
from pipeline.cli import main
from pipeline.generator import make_spec
from pipeline.generator.pdf import render_pdf
from tests.faults import hostile


def codes(body):
    return [issue.code for issue in read_report(body).issues]


@pytest.fixture(scope="module", name="word")
def word_with_a_figure():
    return hostile.word()


@pytest.mark.fault("D01")
def test_an_office_file_that_unpacks_without_end_is_refused():
    bomb = hostile.word_bomb()
    assert len(bomb) < 200_000
    assert codes(bomb) == ["document.too_large"]


@pytest.mark.fault("D01")
def test_a_size_that_is_stated_is_not_believed():
    """The library gives no more than is stated, and then the sum does not fit."""
    report = read_report(hostile.lying(hostile.word_bomb(), b"word/document.xml", 1_000))
    assert report.issues[0].code in {"document.damaged", "document.too_large"}
    assert len(report.figures) == 0


@pytest.mark.fault("D01")
def test_parts_are_counted(word):
    many = hostile.with_parts(word, **{f"word__media__{number}_bin": b"" for number in range(limits.PACKAGE_PARTS + 1)})
    assert codes(many) == ["document.too_large"]


@pytest.mark.fault("D01")
def test_a_zip_in_an_office_file_is_not_opened(word):
    """Programs embed files; a reader of reports has no use for them."""
    inner = hostile.with_parts(word, word__embeddings__x_bin=b"\x00" * 10)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a", bytes(30_000_000))
    held = hostile.with_parts(inner, word__embeddings__bomb_bin=bomb.getvalue())
    assert read_report(held).figures.values() == read_report(word).figures.values()


@pytest.mark.fault("D01")
def test_a_zip_file_is_no_report():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("a.html", "<p>1")
    assert codes(made.getvalue()) == ["medium.unsupported"]


@pytest.mark.fault("D02")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("entity", ['SYSTEM "file:///etc/passwd"', 'PUBLIC "x" "http://127.0.0.1:9/x"', '"harmless"'])
def test_an_entity_is_refused_and_nothing_looked_up(entity, encoding):
    report = read_report(hostile.with_entity(entity, encoding))
    assert [issue.code for issue in report.issues] == ["document.refused"]
    assert "root:" not in repr(report)


@pytest.mark.fault("D02")
@pytest.mark.parametrize("part", ["word__numbering_xml", "word__styles_xml", "docProps__core_xml", "word___rels__document.xml.rels"])
def test_an_entity_in_any_part_that_is_read_is_refused(word, part):
    evil = b'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>'
    assert "document.refused" in codes(hostile.with_parts(word, **{part: evil}))


@pytest.mark.fault("D03")
def test_entities_that_unfold_are_refused():
    assert codes(hostile.laughs()) == ["document.refused"]


@pytest.mark.fault("D04")
def test_a_macro_is_no_part_of_a_report(word, tmp_path):
    """The file with a macro is read as the one without; what a macro would do is not done."""
    mark = tmp_path / "ran"
    macro = hostile.with_parts(word, word__vbaProject_bin=f'Sub AutoOpen()\nShell "touch {mark}"\nEnd Sub'.encode())
    assert read_report(macro).figures.values() == read_report(word).figures.values()
    assert not mark.exists()


@pytest.mark.fault("D04")
def test_what_lies_outside_of_the_file_is_not_fetched(word):
    """A picture, a template and a chart elsewhere: there is no server, and nobody asks for one."""
    target = 'Target="http://127.0.0.1:9/x" TargetMode="External"'
    kinds = ("image", "attachedTemplate", "chart")
    relations = "".join(f'<Relationship Id="rId{n}" Type="http://x/{kind}" {target}/>' for n, kind in enumerate(kinds))
    rels = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>'
    held = hostile.with_parts(word, **{"word___rels__document.xml.rels": rels.encode()})
    assert read_report(held).figures.values() == read_report(word).figures.values()


@pytest.mark.fault("D04")
def test_a_pdf_of_five_thousand_pages_is_refused():
    assert codes(hostile.pdf(5_000)) == ["document.too_large"]
    assert codes(hostile.pdf(3)) != ["document.too_large"]


@pytest.mark.fault("D04")
def test_scripts_of_a_pdf_are_no_part_of_a_report():
    spec = make_spec({"applications.new_received.total": 12}, forms={"applications": "2021"})
    plain = render_pdf(spec)
    action = b"/OpenAction<</S/JavaScript/JS(app.launchURL\\('http://127.0.0.1:9/'\\))>>"
    evil = plain.replace(b"/Type /Catalog", b"/Type /Catalog" + action, 1) if b"/Type /Catalog" in plain else plain
    evil = evil.replace(b"/Type/Catalog", b"/Type/Catalog" + action, 1)
    assert evil != plain
    assert read_report(evil).figures.values() == read_report(plain).figures.values()


@pytest.mark.fault("D04")
def test_a_pdf_stream_that_unpacks_without_end_costs_only_itself():
    assert len(read_report(hostile.pdf_bomb()).figures) == 0


NAMES = [
    *("../../etc/x.html", "C:\\x.html", "CON.html", "x.html.", "a\x1b[2J\nb.html", "年" * 80 + ".html", "é.html", "e\u0301.html"),
    *("/etc/passwd.html", "a/../../b.html", "-rf.html", "$(id).html"),
]


@pytest.mark.fault("D05")
def test_no_file_is_called_as_something_that_came_in(tmp_path):
    with zipfile.ZipFile(tmp_path / "pages.zip", "w") as file:
        for number, name in enumerate(NAMES):
            file.writestr(name, f"<p>规章 {number}")
    raw = tmp_path / "deep" / "er" / "raw"
    ran = CliRunner().invoke(main, ["import", str(tmp_path / "pages.zip"), "--raw", str(raw), "--all"])
    # One has no suffix, and is told.
    assert f"{len(NAMES) - 1} documents written" in ran.output, ran.output
    assert "1 no suffix" in ran.output
    assert "\x1b" not in ran.output
    made = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()} - {"pages.zip"}
    assert all(path.startswith("deep/er/raw/archive/") for path in made)
    assert all(
        part.isascii() and part.replace("-", "").replace(".", "").replace("_", "").isalnum() for path in made for part in path.split("/")
    )
    index = read_index(raw / "archive")
    assert len(index.documents) == len(NAMES) - 1
    bodies = {read_page(raw / "archive", one).body.decode() for one in index.documents}
    assert bodies == {f"<p>规章 {number}" for number, name in enumerate(NAMES) if not name.endswith(".")}
