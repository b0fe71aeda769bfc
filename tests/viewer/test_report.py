"""The report is one safe page that loads nothing."""

import re
from html.parser import HTMLParser

import pytest

import nodewise as nw
from nodewise.errors import NodewiseError

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


def test_it_shows_verdict_pictures_and_tables(tmp_path, cosine):
    text, tags = page(tmp_path, cosine)
    words = " ".join(tags.text)
    assert cosine.verdict in words
    titles = re.findall(r"<h2>(.*?)</h2>", text)
    assert titles == [
        "The fit", "What each node contributes", "Outside the data", "The waves", "The state of the nodes",
        "What the outputs can do", "The training", "The network",
    ]  # fmt: skip
    assert tags.tags.count("figure") == 7
    assert tags.tags.count("table") == 6
    assert all(reading.summary in words for reading in cosine.readings.values())


def test_it_asks_for_nothing_and_runs_nothing(tmp_path, cosine):
    _, tags = page(tmp_path, cosine)
    assert not {"script", "link", "iframe", "img", "object", "embed"} & set(tags.tags)
    for tag, name, value in tags.attributes:
        assert not name.startswith("on"), (tag, name)
        if name in ("src", "href", "xlink:href"):
            assert value.startswith("#"), (tag, name, value)
    assert ("meta", "content", "default-src 'none'; style-src 'unsafe-inline'; img-src data:") in tags.attributes


def test_ids_are_unique_though_many_pictures_share_the_page(tmp_path, cosine):
    text, _ = page(tmp_path, cosine)
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_names_from_the_data_are_text(tmp_path):
    data = nw.problems.sine()
    data = nw.Dataset(
        data.inputs, data.targets, feature_names=[EVIL], target_names=[EVIL + "2"], target_units=["</style>"], name=EVIL,
        notes=[EVIL],
    )  # fmt: skip
    text, tags = page(tmp_path, nw.inspect(nw.fit(data, steps=20)))
    assert "<img" not in text
    assert text.count("</style>") == text.count("<style")
    assert EVIL in "".join(tags.text)


def test_the_same_fit_makes_the_same_page(tmp_path, cosine):
    first = cosine.save(tmp_path / "a.html").read_bytes()
    assert cosine.save(tmp_path / "b.html").read_bytes() == first


def test_a_network_without_a_training_has_a_page_too(tmp_path, cosine):
    text, _ = page(tmp_path, nw.inspect(cosine.network, cosine.data))
    assert "The training" not in text


@pytest.mark.parametrize("hidden", [(), (4,), (3, 2)])
def test_many_features_and_outputs_have_a_page(tmp_path, hidden):
    data = nw.problems.multiplication()
    both = nw.Dataset(data.inputs, [[y, -y] for (y,) in data.targets.tolist()])
    text, tags = page(tmp_path, nw.inspect(nw.fit(both, hidden, "tanh", steps=30)))
    assert "nan" not in " ".join(tags.text).split()
    pictures = re.findall(r"<figure>(.*?)</figure>", text, re.DOTALL)
    assert len(set(pictures)) == len(pictures) == 8
    assert text.endswith("</html>\n")


def test_places_that_cannot_be(tmp_path, cosine):
    with pytest.raises(NodewiseError) as caught:
        cosine.save(tmp_path / "report.pdf")
    assert str(caught.value) == "a report's name must end in .html. Got report.pdf."
    with pytest.raises(NodewiseError, match=r"could not be written: No such file or directory"):
        cosine.save(tmp_path / "no" / "report.html")
