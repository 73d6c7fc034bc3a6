"""Whether what a stranger wrote stays text on a page: read as a browser reads it."""

import html5lib

MARK = "xssmark"
PAYLOADS = [
    f"<script>{MARK}()</script>",
    f'"><img src=x onerror={MARK}()>',
    f"'><svg/onload={MARK}()>",
    f"</textarea><script>{MARK}()</script>",
    f"</title><iframe srcdoc='<script>{MARK}()</script>'>",
    f"javascript:{MARK}()",
    f'<a href="javascript:{MARK}()">{MARK}</a>',
    f"{{{{ {MARK} }}}}{{% {MARK} %}}",
    f'<!--<img src="--><img src=x onerror={MARK}()//">',
    f"&lt;img src=x onerror={MARK}()&gt;",
    f"]]><style>@import 'data:,{MARK}'</style>",
]
SHORT = [f"<b onclick={MARK}()>", f"<{MARK}>"]
_ADDRESSES = {"href", "src", "action", "formaction", "srcdoc", "data", "poster"}


def live(html: str) -> list[str]:
    """Elements and attributes through which the mark would run or build something."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    found = []
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        if MARK in element.tag:
            found.append(f"<{element.tag}>")
        if element.tag in {"script", "style"} and MARK in (element.text or ""):
            found.append(f"{element.tag}: {element.text}")
        for name, value in element.attrib.items():
            handler = str(name).startswith("on")
            leads = str(name) in _ADDRESSES and value.strip().lower().startswith("javascript:")
            if handler or leads or MARK in str(name) or (name == "srcdoc" and MARK in value):
                found.append(f'<{element.tag} {name}="{value}">')
    return found


def shown(html: str) -> str:
    """All text and values of a page, to see that the words did arrive."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    values = [str(value) for element in tree.iter() for value in element.attrib.values()]
    return " ".join([*tree.itertext(), *values])
