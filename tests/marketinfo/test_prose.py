"""Markdown that officers type: readable, and nothing in it can act."""

import pytest

from marketinfo import prose

DANGEROUS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://example.org/x.png)",
    '<a href="https://x" style="position:fixed">x</a>',
    "<iframe src=//example.org></iframe>",
    "<form action=//example.org><input name=a></form>",
    "[x](vbscript:x 'onmouseover=alert(1)')",
    '<https://example.org/"onclick=alert(1)>',
    "<svg><a xlink:href='javascript:alert(1)'>x</a></svg>",
]


def harm(html):
    """Elements and attributes that no text of ours may have."""
    import html5lib

    found = []
    for element in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        if element.tag in {"script", "img", "iframe", "form", "input", "svg", "style", "object"}:
            found.append(element.tag)
        for name, value in element.attrib.items():
            strange = value.strip().lower().startswith(("javascript:", "data:", "vbscript:"))
            if name.startswith("on") or name in {"style", "src", "id"} or strange:
                found.append(name)
    return found


@pytest.mark.parametrize("text", DANGEROUS)
def test_markdown_is_inert(text):
    assert harm(prose.html(text)) == []


def test_harm_is_seen_without_the_sanitiser():
    from markdown_it import MarkdownIt

    careless = MarkdownIt("commonmark", {"html": True})
    careless.validateLink = lambda url: True
    seen = [bool(harm(careless.render(text))) for text in DANGEROUS]

    assert seen == [True, True, True, True, True, True, True, True, True, False, True]


def test_headings_start_below_the_title_of_the_page():
    assert prose.html("# 가\n\n### 나") == "<h2>가</h2>\n<h4>나</h4>\n"
    assert prose.html("## 가", 3) == "<h3>가</h3>\n"


def test_table_scrolls_by_itself_and_names_its_heads():
    html = prose.html("| 가 |\n|:--|\n| 1 |")

    assert html.count('<th scope="col">가</th>') == 1
    assert html.count('class="table-scroll" role="group" tabindex="0" aria-label=') == 1


def test_link_keeps_its_address():
    assert prose.html("[가](https://example.org/a)") == (
        '<p><a href="https://example.org/a" rel="noopener">가</a></p>\n'
    )


def test_plain_words_have_no_markup():
    text = "## 제목\n\n- **굵게** [링크](https://x)\n\n| 가 | 4~8주 |\n|---|---|\n> 인용"

    assert prose.plain(text) == "제목 굵게 링크 가 4~8주 인용"
