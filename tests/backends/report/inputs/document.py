"""What the tests of pages have in common."""
import json
from html.parser import HTMLParser

VOID = {"meta", "input", "br", "link", "img"}


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.blocks, self.ids = [], {}, set()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        assert tag not in {"link", "img", "iframe", "object"} and "src" not in attributes, tag
        assert attributes.get("href", "#").startswith("#"), attributes
        if "id" in attributes:
            assert attributes["id"] not in self.ids, attributes["id"]
            self.ids.add(attributes["id"])
        if tag not in VOID:
            self.open.append((tag, attributes.get("id")))

    def handle_endtag(self, tag):
        assert self.open and self.open.pop()[0] == tag, (tag, self.getpos())

    def handle_data(self, data):
        if self.open and self.open[-1][0] == "script" and self.open[-1][1]:
            self.blocks[self.open[-1][1]] = self.blocks.get(self.open[-1][1], "") + data


def read(path):
    """The blocks of data of a page, which is well formed and asks for nothing from elsewhere."""
    page = Page()
    page.feed(open(path).read())
    page.close()
    assert not page.open, page.open
    return {name: json.loads(text) for name, text in page.blocks.items()}
