"""The report is one safe page that loads nothing."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from io import BytesIO

import pytest
from PIL import Image

import nodewise as nw
from nodewise.errors import NodewiseError
from nodewise.viewer.document import pack

EVIL = "<img src=x onerror=alert(1)>"


class Tags(HTMLParser):
    """Collect the tags, their attributes and the text of a page."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.text, self.open = [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        if tag not in ("meta", "br", "use", "path", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]

    def handle_endtag(self, tag):
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data):
        self.text.append(data)


def page(tmp_path, inspection):
    text = inspection.save(tmp_path / "report.html").read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(text)
    return text, tags


@pytest.fixture(scope="module")
def cosine():
    return nw.inspect(nw.fit(nw.problems.sine(), 3, "cosine", steps=100, starts=2))


def test_it_shows_verdict_viewer_and_tables(tmp_path, cosine):
    text, tags = page(tmp_path, cosine)
    words = " ".join(tags.text)
    assert cosine.verdict in words
    titles = re.findall(r"<h2>(.*?)</h2>", text)
    assert titles == [
        "Where it turns and crosses 0", "What each node contributes", "What each node stands for", "What it remembers of one sample",
        "The samples behind that prediction", "Samples far from the rest", "Outside the data", "The waves", "The state of the nodes",
        "What the outputs do in the range of the data", "What the outputs can do", "How many nodes it takes", "The training",
    ]  # fmt: skip
    assert ("div", "id", "nodewise-report") in tags.attributes
    assert tags.tags.count("table") == 12
    assert all(reading.summary in words for reading in cosine.readings.values())
    document = re.search(r'id="nodewise-document">([^<]*)</script>', text)[1]
    assert base64.b64decode(document) == pack(cosine)


def test_without_scripts_there_is_a_still_picture(tmp_path, cosine):
    text, _ = page(tmp_path, cosine)
    still = re.search(r'<noscript><figure><img src="data:image/png;base64,([^"]*)"', text)[1]
    with Image.open(BytesIO(base64.b64decode(still))) as picture:
        assert picture.size == (792, 440)


def test_it_asks_for_nothing_and_runs_the_viewer_alone(tmp_path, cosine):
    text, tags = page(tmp_path, cosine)
    assert not {"link", "iframe", "object", "embed"} & set(tags.tags)
    for tag, name, value in tags.attributes:
        assert not name.startswith("on"), (tag, name)
        if name in ("src", "href", "xlink:href"):
            assert value.startswith("data:image/"), (tag, name, value)
    policy = next(value for tag, name, value in tags.attributes if name == "content" and "default-src" in value)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    script = text[text.index('<script type="module">') + len('<script type="module">') : text.rindex("</script>")]
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    for name, source in (("script-src", script), ("style-src", style)):
        assert rules[name] == f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"
    assert rules["default-src"] == "'none'"


def test_names_from_the_data_are_text(tmp_path):
    data = nw.problems.sine()
    data = nw.Dataset(
        data.inputs, data.targets, feature_names=[EVIL], target_names=[EVIL + "2"], target_units=["</style>"], name=EVIL,
        notes=[EVIL],
    )  # fmt: skip
    text, tags = page(tmp_path, nw.inspect(nw.fit(data, steps=20)))
    assert "<img src=x" not in text
    assert text.count("</style>") == text.count("<style>") == 1
    assert EVIL in "".join(tags.text)


@pytest.mark.slow
def test_the_same_fit_makes_the_same_page(tmp_path, cosine):
    first = cosine.save(tmp_path / "a.html").read_bytes()
    assert cosine.save(tmp_path / "b.html").read_bytes() == first


def test_a_network_without_a_training_has_a_page_too(tmp_path, cosine):
    text, _ = page(tmp_path, nw.inspect(cosine.network, cosine.data))
    assert "The training" not in text


@pytest.mark.slow
@pytest.mark.parametrize("hidden", [(), (4,), (3, 2)])
def test_many_features_and_outputs_have_a_page(tmp_path, hidden):
    data = nw.problems.multiplication()
    both = nw.Dataset(data.inputs, [[y, -y] for (y,) in data.targets.tolist()])
    text, tags = page(tmp_path, nw.inspect(nw.fit(both, hidden, "tanh", steps=30)))
    assert "nan" not in " ".join(words for words in tags.text if len(words) < 10_000).split()
    assert "y2" in " ".join(tags.text)
    assert text.endswith("</html>\n")


def test_places_that_cannot_be(tmp_path, cosine):
    with pytest.raises(NodewiseError) as caught:
        cosine.save(tmp_path / "report.pdf")
    assert str(caught.value) == "a report's name must end in .html. Got report.pdf."
    with pytest.raises(NodewiseError, match=r"could not be written: No such file or directory"):
        cosine.save(tmp_path / "no" / "report.html")
