"""Draws docs/images/sine.png: the essay's noisy sine, opened up node by node, and what a network of waves does outside.

python docs/images/make.py
"""

from pathlib import Path

from matplotlib.figure import Figure

import nodewise as nw
from nodewise import figures

data = nw.problems.sine()
sigmoid = nw.fit(data, hidden=10, activation="sigmoid", solver="auto", seed=0)
cosine = nw.fit(data, hidden=3, activation="cosine", solver="auto", seed=0)

figure = Figure((9, 8), dpi=100, facecolor="white", layout="constrained")
top, bottom = figure.subplots(2, 1, height_ratios=(1.25, 1))
figures.contributions(sigmoid, ax=top)
figures.extrapolation(cosine, ax=bottom)
top.set_title("10 sigmoid nodes, each with the curve it adds: together with the bias they are the output", loc="left")
bottom.set_title("3 cosine nodes, trained on the shaded range, go on as the wave they found", loc="left")
figures.save(figure, Path(__file__).with_name("sine.png"))
