"""What answers are: known challenges and soft 404s are told apart from pages, and no report is ever taken for one of them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pipeline.generator import random_flavour, random_spec, render_html
from pipeline.scrapers.judge import Answer, judge
from pipeline.scrapers.model import AskKind

URL = "https://www.shili.gov.cn/nb/1.html"
SAMPLE = Path(__file__).resolve().parents[2] / "data" / "raw" / "sample"


def answer(
    body: str | bytes = b"", status: int = 200, *, url: str = URL, asked: str = URL, unframed: bool = False, **headers: str
) -> Answer:
    content = body.encode() if isinstance(body, str) else body
    lines = {"content-type": "text/html; charset=utf-8"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(asked, url, status, lines, content, unframed)


def verdict(one: Answer, kind: AskKind = "report") -> str:
    return judge(one, kind).verdict


def html(text: str, title: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{text}</body></html>"


CHALLENGES = {
    "Ruishu 412": answer(html('<meta content="x" id="9DhefwqGPrzGxEp9hPaoag"><script>$_ts=window[\'$_ts\'];</script>'), 412),
    "Ruishu 202": answer(html("<script>$_ts=window['$_ts'];if(!$_ts)$_ts={};</script>"), 202),
    "Jiasule 521": answer("<script>document.cookie=('_')+('_jsl_clearance_s=1')+';';location.href=location.pathname</script>", 521),
    "Jiasule 200": answer("<script>document.cookie='__jsl_clearance=17';location.reload()</script>"),
    "Alibaba": answer(html("<script>var arg1='A';setCookie('acw_sc__v2',x);document.location.reload()</script>")),
    "Yunsuo": answer(html('<script>self.location="/?security_verify_data="+x</script>')),
    "Cloudflare": answer(html("Just a moment...", "Just a moment..."), 403, cf_mitigated="challenge"),
    "word 403": answer(html("您的请求已被拦截，可能对网站造成威胁。"), 403),
    "word 200": answer(html("请完成安全验证后继续访问", "访问验证")),
    "word 405": answer(html("很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。"), 405),
    "plain script": answer("<html><head><script>document.cookie='k=1';window.location.reload();</script></head><body></body></html>"),
}


@pytest.mark.fault("N11")
@pytest.mark.parametrize("one", CHALLENGES.values(), ids=CHALLENGES)
@pytest.mark.parametrize("kind", ["list", "report", "attachment"])
def test_a_challenge_is_told_as_one(one: Answer, kind: AskKind) -> None:
    found = judge(one, kind)
    assert (found.verdict, found.transient, found.is_page) == ("challenge", False, False)
    assert found.reason


SOFT = {
    "words": answer(html("<div>对不起，您访问的页面不存在或已被删除！</div>", "示例县人民政府")),
    "title": answer(html("<a href='/'>返回首页</a>", "404 - 示例县人民政府")),
    "english": answer(html("<h1>404 Not Found</h1>", "nginx")),
    "front page": answer(html("示例县人民政府 " * 500), url="https://www.shili.gov.cn/"),
    "error page": answer(html("示例县人民政府 " * 500), url="https://www.shili.gov.cn/404.html"),
    "in GB18030": answer(html("该信息不存在").encode("gb18030"), content_type="text/html; charset=gbk"),
}


@pytest.mark.fault("N11")
@pytest.mark.parametrize("one", SOFT.values(), ids=SOFT)
def test_a_page_that_says_it_is_not_there_is_a_soft_404(one: Answer) -> None:
    assert verdict(one) == "soft_404"


@pytest.mark.parametrize(
    ("one", "expected", "transient"),
    [
        (answer(status=304), "not_modified", False),
        (answer(status=302, location="/x"), "redirect", False),
        (answer(status=302), "error", False),
        (answer(html("页面不存在"), 404), "gone", False),
        (answer(status=410), "gone", False),
        (answer(status=403), "refused", False),
        (answer(html("请登录"), 401), "refused", False),
        (answer(html("Too Many Requests"), 429), "busy", True),
        (answer(html("Bad Gateway"), 502), "busy", True),
        (answer(status=503), "busy", True),
        (answer(status=521), "error", True),
        (answer(status=400), "error", False),
        (answer(status=206), "error", False),
        (answer(b" \n"), "empty", True),
        (answer(html("一份报告")[:-14], unframed=True), "truncated", True),
        (answer(html("一份报告"), unframed=True), "ok", False),
        (answer(html("一、总体情况 二、主动公开政府信息情况")[:-14], unframed=True), "ok", False),
    ],
)
def test_statuses_and_ends(one: Answer, expected: str, transient: bool) -> None:
    found = judge(one, "report")
    assert (found.verdict, found.transient) == (expected, transient)


def test_an_attachment_is_the_file_that_was_asked_for() -> None:
    pdf = "https://www.shili.gov.cn/P1.pdf"
    assert verdict(answer(b"%PDF-1.7 ...", asked=pdf, url=pdf, content_type="application/pdf"), "attachment") == "ok"
    assert verdict(answer(html("登录" * 300), asked=pdf, url=pdf), "attachment") == "not_the_file"
    assert verdict(answer(html("文件不存在"), asked=pdf, url=pdf), "attachment") == "soft_404"


def test_lists_are_no_soft_404_for_being_on_the_front_page() -> None:
    assert verdict(answer(html("栏目"), url="https://www.shili.gov.cn/index.html"), "list") == "ok"
    assert verdict(answer(b'{"articles": []}', content_type="application/json"), "list") == "ok"


def test_a_page_that_speaks_of_challenges_is_none() -> None:
    long = html("政务服务 " * 200 + "请输入验证码" + "<script>var a='__jsl_clearance';document.cookie;location.reload</script>")
    assert verdict(answer(long)) == "ok"
    short_report = html("一、总体情况 六、其他需要报告的事项 本页面不存在涉密信息 请输入验证码 <script>acw_sc__v2</script>", "404")
    assert verdict(answer(short_report)) == "ok"


def test_no_report_is_taken_for_anything_else() -> None:
    for name in SAMPLE.glob("*.html"):
        assert verdict(answer(name.read_bytes(), content_type="text/html")) == "ok", name.name
    for seed in range(60):
        rng = random.Random(seed)
        body = render_html(random_spec(rng, forms="mix", figures="consistent"), random_flavour(rng, 0.5), rng=rng)
        assert verdict(answer(body, unframed=seed % 2 == 0)) == "ok", seed


def test_markup_that_nests_without_end_takes_no_time() -> None:
    deep = b"<html>" + b"<div>" * 30_000 + "页面不存在".encode()
    assert judge(answer(deep), "report").verdict in {"ok", "soft_404"}
