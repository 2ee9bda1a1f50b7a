"""Older Word and WPS files (.doc, .wps, .rtf): turned into .docx by LibreOffice where it is installed, each in a profile of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from pipeline import limits
from pipeline.documents.content import Blocks, DocumentError
from pipeline.documents.office.word import read_word

_MISSING = (
    "older Word and WPS files are read through LibreOffice, which is not installed "
    "(Debian: apt-get install libreoffice-writer-nogui); or save the file as .docx"
)
_PROGRAMS = ("soffice", "libreoffice", "lowriter")
#: What LibreOffice must not do with a stranger's file: run its macros, take in what it links to. Whatever it asks of the network goes to a
#: proxy that does not exist (port 9 discards), as it fetches linked pictures whatever its settings say.
_SETTINGS = {
    "org.openoffice.Office.Common/Security/Scripting": {
        "DisableMacrosExecution": "true",
        "MacroSecurityLevel": "3",
        "BlockUntrustedRefererLinks": "true",
    },
    "org.openoffice.Office.Writer/Content/Update": {"Link": "0"},
    "org.openoffice.Inet/Settings": {
        "ooInetProxyType": "2",
        "ooInetNoProxy": "",
        **{f"ooInet{kind}ProxyName": "127.0.0.1" for kind in ("HTTP", "HTTPS", "FTP")},
        **{f"ooInet{kind}ProxyPort": "9" for kind in ("HTTP", "HTTPS", "FTP")},
    },
}


def read_older_word(body: bytes) -> Blocks:
    """Paragraphs and tables of a .doc, .wps or .rtf file. Raises ``DocumentError``, also where LibreOffice is not installed."""
    program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise DocumentError("medium.unsupported", _MISSING)
    with tempfile.TemporaryDirectory(prefix="gongkai-") as name:
        folder = Path(name)
        source = folder / ("report.rtf" if body.startswith(b"{\\rtf") else "report.doc")
        source.write_bytes(body)
        _forbid(folder / "profile")
        _convert(program, folder, source)
        made = folder / "out" / "report.docx"
        if not made.is_file():
            raise DocumentError("document.damaged", "LibreOffice made no document of the file; fetch it again")
        return read_word(made.read_bytes())


def _forbid(profile: Path) -> None:
    """Write the settings of a profile before LibreOffice starts with it."""
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, values in _SETTINGS.items()
        for name, value in values.items()
    )
    settings = f'<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(settings, "utf8")


def _convert(program: str, folder: Path, source: Path) -> None:
    command = [
        *(program, "--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation={(folder / 'profile').as_uri()}"),
        *("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder / "out"), str(source)),
    ]
    environment = {"HOME": str(folder), "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}
    # A session of its own, so that what LibreOffice starts ends with it.
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(limits.CONVERSION_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise DocumentError("document.timeout", f"LibreOffice did not read the file within {limits.CONVERSION_SECONDS} s") from error
    finally:
        if process.poll() is None:
            os.killpg(process.pid, 9)
            process.wait()
