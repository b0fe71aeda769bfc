"""
A network trained in Keras
==========================

Keras's live models are read layer by layer, and its ``.keras`` files without Keras: a file is a zip with a description
and weights, and nothing in it is run.
"""

import os
import warnings
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras

import nodewise as nw

data = nw.read_table("data/co2.csv", target="ppm", features=["year"])
keras.utils.set_random_seed(0)
middle = keras.layers.Normalization()
middle.adapt(data.inputs)
model = keras.Sequential([keras.Input((1,)), middle, keras.layers.Dense(8, activation="tanh"), keras.layers.Dense(1)])
model.compile(keras.optimizers.Adam(0.05), "mse")
scaled = (data.targets - data.targets.mean()) / data.targets.std()
model.fit(data.inputs, scaled, epochs=20, batch_size=256, verbose=0)

# %%
# Its targets were scaled by hand, so its output is in standard deviations.

network = nw.open_model(model, data)
print(network, network.origin, sep="\n")

# %%

trained = nw.Dataset(data.inputs, scaled, feature_names=["year"], target_names=["ppm, scaled"], name="co2")
inspection = nw.inspect(network, trained)
print(inspection)
nw.figures.fit(network, trained)

# %%

Path("out").mkdir(exist_ok=True)
inspection.save("out/keras.html")

# %%
# The same from the file:

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of NumPy, at what Keras does with JAX's arrays
    model.save("out/co2.keras")
print(nw.open_model("out/co2.keras").origin)
