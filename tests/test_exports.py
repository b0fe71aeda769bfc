"""The table of exporters: every `Network.to_X` has its row, and a row loads no framework before it is used."""

from nodewise.exports import HOMES
from nodewise.network import Network


def test_each_method_has_a_row():
    own = {"to_bytes"}  # what a .nodewise file holds
    assert {name for name in vars(Network) if name.startswith("to_")} - own == set(HOMES)


def test_a_method_calls_what_its_row_names(monkeypatch):
    network = Network.from_weights([([[2.0]], [1.0], "identity")])
    monkeypatch.setitem(HOMES, "to_keras", "builtins")
    monkeypatch.setattr("builtins.to_keras", lambda *given, **options: (given, options), raising=False)
    assert network.to_keras(precision="float32") == ((network,), {"precision": "float32"})
