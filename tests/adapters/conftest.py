"""What several tests of adapters share."""

import zipfile

import numpy as np
import pytest


@pytest.fixture(scope="session")
def entries(tmp_path_factory):
    """What a good .keras file holds, by entry."""
    from kerasfiles import FILES
    from kerasmodels import keras, layers, move

    model = keras.Sequential(
        [keras.Input((3,), name="x"), layers.Dense(4, "relu", name="first"), layers.Dense(2, name="last")]
    )
    move(model, np.random.default_rng(0))
    path = tmp_path_factory.mktemp("keras") / "good.keras"
    model.save(path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in FILES}
