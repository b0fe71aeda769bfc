"""The sections of the report for networks of several features."""

import numpy as np
import pytest

import nodewise as nw
from networks import random_network
from nodewise.viewer.telling import telling

NAMES = ("effects", "directions", "explanation")


@pytest.fixture(scope="module")
def inspection():
    network = random_network(0, [20, 6, 5, 2], ["tanh", "relu"])
    x = np.random.default_rng(0).normal(size=(150, 20))
    return nw.inspect(network, nw.Dataset(x, network(x) + 0.1 * x[:, :2]))


def test_the_readings_are_those_of_the_public_functions(inspection):
    network, data = inspection.network, inspection.data
    sample = data.inputs[telling(network, data)]
    known = nw.explanation(network, sample, data, base="mean")
    np.testing.assert_array_equal(inspection.readings["explanation"].parts, known.parts)
    np.testing.assert_array_equal(
        inspection.readings["directions"].direction, nw.directions(network, data, samples=100).direction
    )
    assert len(inspection.readings["effects"].curves) == 20


@pytest.mark.slow
def test_the_page_shows_the_features_that_matter_most(inspection, tmp_path):
    page = inspection.save(tmp_path / "report.html").read_text(encoding="utf-8")
    section = page.split("<h2>Along each feature</h2>")[1].split("</section>")[0]
    assert section.count("<img ") == 2
    assert section.count("<tr>") == 1 + 2 * 12
    section = page.split("<h2>Why it says that of one sample</h2>")[1].split("</section>")[0]
    assert section.count("<img ") == 1
    assert section.count("<tr>") == 1 + 2 * (12 + 2)


def test_two_features_have_pictures_of_their_own():
    data = nw.problems.multiplication()
    network = random_network(0, [2, 3, 1], ["tanh"])
    assert not set(NAMES) & set(nw.inspect(network, data).readings)


def test_several_layers_with_jumps_have_no_explanation():
    network = random_network(0, [3, 4, 4, 1], ["step", "step"])
    x = np.random.default_rng(0).normal(size=(30, 3))
    readings = nw.inspect(network, nw.Dataset(x, x[:, :1])).readings
    assert set(NAMES) & set(readings) == {"effects", "directions"}
