"""Reading a page strictly: what a browser would forgive, these fixtures do not."""

from dataclasses import dataclass
from html.parser import HTMLParser

import html5lib
import pytest
from django.test import RequestFactory


@dataclass
class Tag:
    """An opening tag with its attributes and the text that follows it directly."""

    name: str
    attrs: dict[str, str]
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(Tag(tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data):
        if self.tags:
            self.tags[-1].text += data


class Page:
    """A page as a list of its tags in order."""

    def __init__(self, html):
        self.html = html
        reader = _Reader()
        reader.feed(html)
        self.tags = reader.tags
        for tag in self.tags:
            tag.text = tag.text.strip()

    def all(self, element="", /, **attrs):
        """Every tag of that name whose attributes have these values (True: has it at all)."""
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attrs.items()}
        return [
            tag
            for tag in self.tags
            if (not element or tag.name == element)
            and all(
                key in tag.attrs and (value is True or tag.attrs[key] == value)
                for key, value in wanted.items()
            )
        ]

    def one(self, element="", /, **attrs):
        """The only such tag."""
        found = self.all(element, **attrs)
        assert len(found) == 1, f"{len(found)} of <{element} {attrs}>"
        return found[0]

    def faults(self):
        """What is wrong with the page as HTML, as a form and under the content policy."""
        return [*self._markup(), *self._ids(), *self._references(), *self._inline()]

    def _markup(self):
        parser = html5lib.HTMLParser()
        text = self.html
        fragment = "<!doctype" not in text[:100].lower()
        parser.parseFragment(text) if fragment else parser.parse(text)
        return [code for _position, code, _data in parser.errors]

    def _ids(self):
        ids = [tag.attrs["id"] for tag in self.all(id=True)]
        return [f"id twice: {name}" for name in sorted({i for i in ids if ids.count(i) > 1})]

    def _references(self):
        ids = {tag.attrs["id"] for tag in self.all(id=True)}
        faults = []
        for tag in self.tags:
            for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
                for name in tag.attrs.get(attribute, "").split():
                    if name not in ids:
                        faults.append(f"{attribute} names no id: {name}")
            href = tag.attrs.get("href", "")
            if href.startswith("#") and href[1:] not in ids:
                faults.append(f"link to no id: {href}")
        labelled = {tag.attrs["for"] for tag in self.all("label", for_=True)}
        for tag in self.tags:
            machine = tag.attrs.get("type") in {"hidden", "submit", "button", "reset"}
            control = tag.name in {"select", "textarea"} or (tag.name == "input" and not machine)
            if control and tag.attrs.get("id") not in labelled and "aria-label" not in tag.attrs:
                faults.append(f"no label: {tag.attrs.get('name')}")
        return faults

    def _inline(self):
        faults = [f"style on <{tag.name}>" for tag in self.all(style=True)]
        faults += [f"<{tag.name}> in the page" for tag in self.all("style")]
        faults += ["script without src" for tag in self.all("script") if "src" not in tag.attrs]
        for tag in self.tags:
            faults += [f"{name} on <{tag.name}>" for name in tag.attrs if name.startswith("on")]
            for name in ("src", "href", "action"):
                strange = tag.attrs.get(name, "").startswith(("http", "//"))
                if strange and tag.name != "a":
                    faults.append(f"{tag.name} from another host: {tag.attrs[name]}")
        return faults


@pytest.fixture
def read():
    """A response, a text or markup as a `Page`."""

    def reader(source):
        return Page(source.content.decode() if hasattr(source, "content") else str(source))

    return reader


@pytest.fixture
def request_for(rf: RequestFactory):
    """A request as the middleware leaves it, for functions that take one."""

    def make(method="get", path="/", data=None, **extra):
        request = getattr(rf, method)(path, data or {}, **extra)
        request.id = "0" * 32
        return request

    return make
