"""
A network in an ONNX file
=========================

ONNX is what frameworks write for each other. nodewise reads what they write, and writes it.
"""

from pathlib import Path

import numpy as np
from skl2onnx import to_onnx
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import nodewise as nw

data = nw.read_table("data/wine.csv", target="cultivar")
perceptron = MLPClassifier(hidden_layer_sizes=(6,), activation="tanh", solver="lbfgs", alpha=0.1, random_state=0)
model = make_pipeline(StandardScaler(), perceptron).fit(data.inputs, data.labels)
Path("out").mkdir(exist_ok=True)
Path("out/wine.onnx").write_bytes(to_onnx(model, data.inputs[:1].astype(np.float32)).SerializeToString())

# %%
# The file keeps its weights with 7 digits (float32), and the comparison shows it. The classes are in the file, too.

network = nw.open_model("out/wine.onnx", data)
print(network, network.origin, network.classes, sep="\n")

# %%

inspection = nw.inspect(network, data)
print(inspection)
inspection.save("out/onnx.html")

# %%
# Written by nodewise, with all digits:

network.to_onnx("out/again.onnx")
again = nw.open_model("out/again.onnx")
print("largest difference", np.abs(again(data.inputs) - network(data.inputs)).max())
