"""A large table: numbers over all rows, pictures of a sample, and the page and the command line say which is which."""

import json

import numpy as np
import polars as pl
import pytest
from tests.networks import random_network

import nodewise as nw
from nodewise.cli.main import main
from nodewise.data import batches
from nodewise.viewer import inspect as module
from nodewise.viewer.report import html

ROWS = 900


@pytest.fixture
def network():
    return random_network(0, [4, 5, 1], ["tanh"])


@pytest.fixture
def path(tmp_path, network):
    x = np.random.default_rng(0).normal(size=(ROWS, 4))
    columns = {f"x{i + 1}": x[:, i] for i in range(4)} | {
        "y": network(x)[:, 0] + np.random.default_rng(1).normal(size=ROWS)
    }
    path = tmp_path / "large.parquet"
    pl.DataFrame(columns).write_parquet(path, row_group_size=100)
    return path


@pytest.mark.slow
def test_the_report_begins_with_all_rows_and_says_what_is_drawn(network, path):
    whole = nw.statistics(network, path, sample=100)
    page = nw.inspect(network, whole)
    assert page.readings["statistics"] is whole
    assert page.data.samples == 100
    text = html(page)
    assert "<h2>Over all rows</h2>" in text
    assert (
        "Pictures show 100 of 900 rows, drawn at random with seed 0; numbers of this table are over all rows." in text
    )
    assert "are of 100 of 900 rows, drawn at random with seed 0." in text
    assert f"fits to {whole.error.rmse[0]:.3g}" in str(page)
    assert "on all 900 rows" in str(page)
    assert "sample" not in page.as_dict()["readings"]["statistics"]
    assert json.dumps(page.as_dict(), allow_nan=False)


def test_a_large_dataset_is_read_so_too(network, monkeypatch):
    monkeypatch.setattr(module, "LARGE_ROWS", 500)
    data = nw.Dataset(np.random.default_rng(0).normal(size=(501, 4)))
    assert nw.inspect(network, data).readings["statistics"].rows == 501
    assert "statistics" not in nw.inspect(network, data.rows(slice(500))).readings


@pytest.mark.slow
def test_open_reads_a_large_file_by_batches(network, path, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(batches, "LARGE_ROWS", 500)
    model = network.save(tmp_path / "model.nodewise")
    assert main(["open", str(model), str(path), "--json", "--target", "y", "--out", str(tmp_path / "out")]) == 0
    out, talk = capsys.readouterr()
    found = json.loads(out)["readings"]["statistics"]
    frame = pl.read_parquet(path)
    assert found["rows"] == ROWS
    np.testing.assert_allclose(found["features"]["mean"], frame.select("x1", "x2", "x3", "x4").mean().row(0))
    assert "Over all 900 rows" in talk
    assert (tmp_path / "out" / "report.html").exists()
