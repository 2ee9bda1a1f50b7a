"""The addresses of a source's lists, filled in with the years that are asked for."""

from __future__ import annotations

from pipeline.scrapers.model import Ask, Source

#: What a list address may hold: the year that the reports describe, and the year after, in which they appear.
PLACES = ("{year}", "{next_year}")


def list_asks(source: Source, years: range) -> tuple[Ask, ...]:
    """The first page of every list; a list that has the year in its address once per year, the latest year first."""
    urls = [url for address in source.lists for url in filled(address, years)]
    return tuple(Ask(url, "list") for url in dict.fromkeys(urls))


def filled(address: str, years: range) -> list[str]:
    """The address once per year if a year stands in it, else as it is.

    >>> filled("https://www.example.gov.cn/nb{year}/", range(2022, 2024))
    ['https://www.example.gov.cn/nb2023/', 'https://www.example.gov.cn/nb2022/']
    """
    if not any(place in address for place in PLACES):
        return [address]
    return [address.replace("{year}", str(year)).replace("{next_year}", str(year + 1)) for year in sorted(years, reverse=True)]
