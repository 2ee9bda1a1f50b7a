"""Runs inside an extractor's own environment: pages in, texts out, as JSON arrays. It imports nothing of this project.

``python extract_text.py MODE < pages.json > texts.json``; each mode is one way in which crawlers call an extractor.
"""

import json
import sys


def _trafilatura(**options):
    from trafilatura import extract
    from trafilatura.settings import use_config

    config = use_config()
    # The guard against slow pages works with signals, and pages differ in time from run to run.
    config.set("DEFAULT", "EXTRACTION_TIMEOUT", "0")
    return lambda page: extract(page, config=config, include_comments=False, **options) or ""


def trafilatura():
    return _trafilatura()


def trafilatura_markdown():
    return _trafilatura(output_format="markdown")


def resiliparse():
    from resiliparse.extract.html2text import extract_plain_text

    return lambda page: extract_plain_text(page, main_content=True, alt_texts=False)


def html2text():
    from html2text import HTML2Text

    def convert(page):
        converter = HTML2Text()
        converter.body_width = 0
        return converter.handle(page)

    return convert


def _soup(parser, separator, *, strip):
    from bs4 import BeautifulSoup

    return lambda page: BeautifulSoup(page, parser).get_text(separator, strip=strip)


def soup():
    return _soup("html.parser", "", strip=False)


def soup_lines():
    return _soup("lxml", "\n", strip=False)


def soup_stripped():
    return _soup("html.parser", "\n", strip=True)


def soup_pipes():
    return _soup("lxml", "|", strip=True)


def soup_pipes_kept():
    return _soup("lxml", "|", strip=False)


def inscriptis():
    from inscriptis import get_text

    return get_text


def markdownify():
    from markdownify import markdownify as convert

    return lambda page: convert(page, strip=["script", "style"])


def html_text():
    from html_text import extract_text

    return extract_text


def selectolax_lines():
    from selectolax.lexbor import LexborHTMLParser

    return lambda page: LexborHTMLParser(page).text(separator="\n", strip=True)


def justext_chinese():
    """Chinese has no spaces between words: its stop words count for nothing, so none are asked for."""
    from justext import justext

    def convert(page):
        paragraphs = justext(page, frozenset(), stopwords_low=0, stopwords_high=0, length_low=10, length_high=40)
        return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)

    return convert


MODES = (
    trafilatura,
    trafilatura_markdown,
    resiliparse,
    html2text,
    soup,
    soup_lines,
    soup_stripped,
    soup_pipes,
    soup_pipes_kept,
    inscriptis,
    markdownify,
    html_text,
    selectolax_lines,
    justext_chinese,
)


def main():
    convert = {mode.__name__: mode for mode in MODES}[sys.argv[1]]()
    pages = json.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps([convert(page) for page in pages]).encode())


if __name__ == "__main__":
    main()
