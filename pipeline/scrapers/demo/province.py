"""The portals of 示例省: which reports lie where, what stands in their way, and what a collection must find."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.generator.sample import SampleReport, sample_reports
from pipeline.generator.spec import ReportSpec
from pipeline.scrapers.crawl.guard import Guard
from pipeline.scrapers.demo.lists import STYLES, Entry
from pipeline.scrapers.demo.media import entry_path, publish
from pipeline.scrapers.demo.server import Asked, LocalServer, Served, missing, page
from pipeline.scrapers.demo.troubles import TRAPS, TROUBLES, Answer, challenge
from pipeline.scrapers.model import Source

SECRET = "/internal/"
_PDF = """%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj
4 0 obj<</Length 60>>stream
BT /F1 12 Tf 20 50 Td (A made-up attachment: {name}) Tj ET
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R>>
"""


@dataclass(frozen=True, slots=True)
class Planted:
    """A report, or what belongs to one, that a collection must bring home from ``url``. ``versions`` are its bytes, first to last.

    ``spec`` says what is printed in a report of which every figure must be in the datasets, wherever its tables stand.
    """

    url: str
    unit: str
    year: int
    versions: tuple[bytes, ...]
    media_type: str = "text/html"
    kind: str = "report"
    withdrawn: bool = False
    spec: ReportSpec | None = None


@dataclass(frozen=True, slots=True)
class Trap:
    """An entry of a list behind which no report is, and the outcome that the run report must name."""

    url: str
    unit: str
    outcome: str


class Province:
    """All portals together, as one site for a local server. ``later()`` lets a year pass: one report is corrected, one taken back."""

    def __init__(self) -> None:
        data = tomllib.loads(Path(__file__).with_name("demo.toml").read_text("utf8"))
        first, last = data["years"]
        self.years = range(first, last + 1)
        self.sources = tuple(_source(one) for one in (*data["host"], *data["closed"]))
        self.closed: Mapping[str, str] = {one["id"]: one["outcome"] for one in data["closed"]}
        self.planted: list[Planted] = []
        self.traps: list[Trap] = []
        #: Why a picture that was to be published could not be made.
        self.unmade: list[str] = []
        self._hosts = {one["host"]: one for one in (*data["host"], *data["closed"])}
        self._robots = _robots(data)
        self._lists: dict[str, list[Entry]] = {one["host"]: [] for one in data["host"]}
        self._pages: dict[tuple[str, str], Answer] = {}
        self._act = 0
        self._plant(data)

    def guard(self, server: LocalServer) -> Guard:
        """Lets requests through to the province's hosts, and to nothing else on this machine."""
        return Guard(local=dict.fromkeys(self._hosts, server.place))

    def later(self) -> None:
        """Go on to the second act."""
        self._act = 1

    def site(self, asked: Asked) -> Served:
        """Answer one request."""
        host = self._hosts.get(asked.host)
        if host is None:
            return missing()
        if asked.path == "/robots.txt":
            return self._robots[asked.host]
        if "family" not in host:
            return challenge()
        found = self._pages.get((asked.host, asked.path))
        if found is not None:
            return found(asked)
        style = STYLES[host["family"]]
        return style.answer(asked, host["name"], self._lists[asked.host], host["page_size"]) or missing()

    def _plant(self, data: Mapping[str, Any]) -> None:
        troubles = {(one["unit"], one["year"]): one["kind"] for one in data["trouble"]}
        for number, versions in enumerate(_versions(self.years), 1001):
            report = versions[0]
            host = next(one for one in data["host"] if re.search(one["units"], report.spec.unit_name))
            path = STYLES[host["family"]].path(number, report.spec.published_on)
            kind = next((kind for (unit, year), kind in troubles.items() if _is(report, unit, year)), None)
            told = next((one for one in data["file"] if _is(report, one["unit"], one["year"])), None)
            if told is not None:
                self._plant_file(host["host"], path, number, report.spec, told)
                continue
            self._plant_report(host["host"], path, versions, kind, data)
        for number, one in enumerate(data["trap"], 9001):
            self._plant_trap(number, one)
        for entries in self._lists.values():
            entries.sort(key=lambda entry: (entry.day, entry.path), reverse=True)

    def _plant_report(self, host: str, path: str, versions: list[SampleReport], trouble: str | None, data: Mapping[str, Any]) -> None:
        spec, media_type = versions[0].spec, "text/plain; charset=utf-8" if versions[0].name.endswith(".txt") else "text/html"
        bodies = [one.body for one in versions]
        for attachment in data["attachment"]:
            if _is(versions[0], attachment["unit"], attachment["year"]):
                bodies = [self._attach(host, body, attachment) for body in bodies]
        withdrawn = _is(versions[0], data["withdrawn"]["unit"], data["withdrawn"]["year"])

        def report(asked: Asked) -> Served:
            return missing() if withdrawn and self._act else page(bodies[min(self._act, len(bodies) - 1)], media_type)

        answer = TROUBLES[trouble](report, path) if trouble else report
        there = path.replace(".htm", "_new.htm") if trouble == "moved" else path
        self._pages[host, path] = self._pages[host, there] = answer
        self._lists[host].append(Entry(path, spec.title, spec.unit_name, spec.published_on))
        self.planted.append(
            Planted(f"http://{host}{there}", spec.unit_name, spec.report_year, tuple(bodies), media_type, "report", withdrawn)
        )

    def _plant_file(self, host: str, path: str, number: int, spec: ReportSpec, told: Mapping[str, Any]) -> None:
        """A report that is published as a file, or with one."""
        lies, path = f"/files/{spec.report_year}/{number}.{told['medium']}", entry_path(path, told)
        made = publish(spec, told, lies)
        self._lists[host].append(Entry(path, spec.title, spec.unit_name, spec.published_on))
        self._serve(host, path, spec, made.body, made.media_type)
        if made.file:
            self._serve(host, lies, spec, made.file, made.file_type, kind="attachment")
        if made.unmade:
            self.unmade.append(f"{spec.unit_name} {spec.report_year}: {made.unmade}")

    def _serve(self, host: str, path: str, spec: ReportSpec, body: bytes, media_type: str, *, kind: str = "report") -> None:
        self._pages[host, path] = lambda asked: page(body, media_type)
        told = spec if kind == "report" else None
        self.planted.append(Planted(f"http://{host}{path}", spec.unit_name, spec.report_year, (body,), media_type, kind, spec=told))

    def _attach(self, host: str, body: bytes, told: Mapping[str, Any]) -> bytes:
        """The report with a link to a file, and the file."""
        path, file = f"/files/{told['year']}/{told['file']}", _PDF.format(name=told["file"]).encode()
        self._pages[host, path] = lambda asked: page(file, "application/pdf")
        self.planted.append(Planted(f"http://{host}{path}", told["unit"], told["year"], (file,), "application/pdf", "attachment"))
        charset = "gb18030" if b"charset=gb" in body.lower() or b'charset="gb' in body.lower() else "utf-8"
        link = f'<p class="attachment"><a href="{path}">{told["title"]}</a></p></body>'
        return body.replace(b"</body>", link.encode(charset), 1)

    def _plant_trap(self, number: int, one: Mapping[str, Any]) -> None:
        style, year = STYLES[self._hosts[one["host"]]["family"]], self.years[-2]
        day = f"{year + 1}-01-15"
        path = (SECRET if one["kind"] == "disallowed" else "") + style.path(number, day).lstrip("/" if one["kind"] == "disallowed" else "")
        self._pages[one["host"], path] = TRAPS[one["kind"]]
        self._lists[one["host"]].append(Entry(path, f"{one['unit']}{year}年政府信息公开工作年度报告", one["unit"], day))
        self.traps.append(Trap(f"http://{one['host']}{path}", one["unit"], one["outcome"]))


def _source(one: Mapping[str, Any]) -> Source:
    return Source(
        id=one["id"],
        name=one["name"],
        division_code=one.get("division_code", ""),
        family=one.get("family", "links"),
        lists=(f"http://{one['host']}{one.get('list', '/nb/')}",),
        site=one.get("site", {}),
        fewest=one.get("fewest", 0),
        http_only=True,
    )


def _robots(data: Mapping[str, Any]) -> dict[str, Served]:
    usual = f"User-agent: *\nDisallow: {SECRET}\nCrawl-delay: {data['crawl_delay']}\n"
    robots = {one["host"]: page(one.get("robots", usual).encode(), "text/plain") for one in (*data["host"], *data["closed"])}
    down = {one["host"]: Served(status=one["robots_status"]) for one in data["closed"] if "robots_status" in one}
    return robots | down


def _versions(years: range) -> Iterator[list[SampleReport]]:
    """The made-up reports about these years, each with its later versions behind it."""
    found: dict[tuple[str, int], list[SampleReport]] = {}
    for one in sample_reports():
        if one.spec.synthetic and one.spec.unit_name.startswith("示例省") and one.spec.report_year in years:
            found.setdefault((one.spec.unit_name, one.spec.report_year), []).append(one)
    yield from found.values()


def _is(report: SampleReport, unit: str, year: int) -> bool:
    return report.spec.unit_name.endswith(unit) and report.spec.report_year == year
