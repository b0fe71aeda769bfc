"""
What shapes can a network make?
===============================

The second essay, *What is it that neural networks actually learn?*, starts with a straight line and ends with
classifiers. Here are its pictures, from the line to the spirals, and the numbers behind them.
"""

from pathlib import Path

import nodewise as nw

line = nw.Network.from_weights([([[0.7]], [0.2], "identity")])
nw.figures.diagram(line, "operations")

# %%
# One line
# --------
# The smallest network has one feature and one output. It multiplies by a weight, adds a bias, and lets the sum pass
# through. As an equation that is y = m·x + b; as a picture, a line.

print(nw.equations(line, symbols=True))
print(nw.equations(line))

# %%
# Random weights and biases make random lines. Each picture has a number; with the seed it brings that network back.

lines = nw.family("1-1", "identity", count=9)
print(nw.equations(lines.networks[4]))
nw.figures.family(lines)

# %%
# A perceptron
# ------------
# An activation behind the sum bends the line. With tanh the output cannot leave the range from -1 to 1.

perceptron = nw.Network.from_weights([([[0.7]], [0.2], "tanh")])
print(nw.equations(perceptron))
print(nw.bounds(perceptron))
nw.figures.diagram(perceptron, "operations")

# %%
# Random perceptrons: steep or flat, rising or falling, moved left or right. Nothing else.

nw.figures.family(nw.family("1-1", "tanh", count=16))

# %%
# Lines on lines are lines
# ------------------------
# Without an activation, more nodes and more layers change nothing: what comes out is m·x + b again. Which m and b, and
# by how much the two networks differ at 1000 places, which is rounding:

for sizes in ("1-64-1", "1-16-16-1"):
    stack = nw.family(sizes, "identity", count=1).networks[0]
    equal = nw.collapse(stack)
    print(f"{stack.parameters} parameters, m = {equal.slope[0, 0]:.4f}, b = {equal.intercept[0]:.4f}")
    print(equal)

# %%
# Their families are families of lines, some of them steeper.

nw.figures.family(nw.family("1-16-16-1", "identity", count=16))

# %%
# Four ways to draw a network
# ---------------------------
# Every operation can have a box: each weight times its value (u), their sum (v), the activation of the sum (y).

small = nw.family("1-2-1", "tanh", count=1).networks[0]
nw.figures.diagram(small, "operations")

# %%
# People draw circles instead. A bias is the weight of a node that always says 1 …

nw.figures.diagram(small, "bias")

# %%
# … and is usually left out of the drawing, though not out of the network.

nw.figures.diagram(small, "nodes")

# %%
# Of wide layers only some nodes are drawn.

wide = nw.family("1-100-1", "tanh", count=1).networks[0]
nw.figures.diagram(wide, "short")

# %%
# Families of curves
# ------------------
# With an activation, more nodes do make other shapes. Here are random networks with 64 nodes in one layer, …

nw.figures.family(nw.family("1-64-1", "tanh", count=25))

# %%
# … and with 16 nodes in each of two. All weights and biases lie between -1 and 1.

deep = nw.family("1-16-16-1", "tanh", count=25)
nw.figures.family(deep)

# %%
# A curve of the gallery, alone:

nw.figures.family(deep, 14)

# %%
# Two outputs are two curves made of the same hidden nodes.

nw.figures.family(nw.family("1-16-16-2", "tanh", count=9))

# %%
# And three:

triples = nw.family("1-16-16-3", "tanh", count=9)
nw.figures.family(triples)

# %%
# How rich is a family?
# ---------------------
# One can count: how often does a curve cross zero, and how often does it turn? Counted before the output's tanh, on
# 2000 networks each, with the standard error of the mean:

networks = {sizes: nw.family(sizes, "tanh", count=2000) for sizes in ("1-100-1", "1-20-1", "1-11-9-1")}
print("            nodes  parameters  zero crossings  extrema")
for sizes, family in networks.items():
    rich = family.richness
    print(f"{sizes:12}{rich.nodes:5}{rich.parameters:12}   {rich.zero_crossings!s:16}{rich.extrema}")

# %%
# The essay finds two layers with 11 and 9 nodes about as rich as one layer with 100, at a fifth of the nodes. Counted,
# that is loose:
#
# - What is trained and stored are weights and biases, and of those two layers save less than of nodes.
# - One layer of 20 nodes is nearly as rich as one of 100: it is not the width that makes these curves turn.
# - The second layer brings more turns, but fewer crossings.
#
# Compared with 1-100-1:

whole = networks["1-100-1"].richness
print("            nodes  parameters  zero crossings  extrema")
for sizes in ("1-20-1", "1-11-9-1"):
    rich = networks[sizes].richness
    crossings = float(rich.zero_crossings) / float(whole.zero_crossings)
    turns = float(rich.extrema) / float(whole.extrema)
    nodes, parameters = rich.nodes / whole.nodes, rich.parameters / whole.parameters
    print(f"{sizes:12}{nodes:5.2f}{parameters:12.2f}{crossings:16.2f}{turns:9.2f}")

# %%
# The essay also notes that no curve leaves the range from -1 to 1. That is not because of the hidden nodes: its
# networks have a tanh on the output as well. Without it the bound is the output's bias and weights added up.

for output_activation in (True, False):
    family = nw.family("1-100-1", "tanh", count=9, output_activation=output_activation)
    print(nw.bounds(family.networks[0]))

# %%

nw.figures.family(family)

# %%
# Two features
# ------------
# Over two features a network is a surface. Its contours lie on the floor. A single node makes a plane …

nw.figures.family(nw.family("2-1", "identity", count=4))

# %%
# … and with an activation a slope between two levels. Its contours stay straight lines.

nw.figures.family(nw.family("2-1", "sigmoid", count=4))

# %%
# One layer of 64 nodes bends the contours.

nw.figures.family(nw.family("2-64-1", "tanh", count=4))

# %%
# Two layers of 16 nodes:

nw.figures.family(nw.family("2-16-16-1", "tanh", count=4))

# %%
# The same with ReLU is made of flat pieces, and never below 0. Where the highest value is 0, the ReLU of the output
# never opens.

relu = nw.family("2-16-16-1", "relu", count=4)
print("highest values", [round(float(relu.surface(i).max()), 2) for i in range(4)])
nw.figures.family(relu)

# %%
# A walk through a family, from network to network, is a movie.

Path("out").mkdir(exist_ok=True)
nw.figures.movie.walk(nw.family("1-16-16-1", "tanh", count=4), "out/family.gif", size=(400, 300))

# %%
# Before training: bring the features to one scale
# ------------------------------------------------
# All these shapes lie between -6 and 6. To a feature that runs to 1000 they look like one jump at 0, so before training
# nodewise brings each feature to mean 0 and standard deviation 1. What is that worth? The same 20 starts with and
# without, on the wines of three growers:

wine = nw.read_table("data/wine.csv", target="cultivar")
print("features reach from", wine.inputs.min(), "to", wine.inputs.max())
print(nw.scaling(wine, hidden=5, activation="tanh", learning_rate=0.05, steps=300))

# %%
# A classifier over one feature
# -----------------------------
# A classifier says which class, not how much. With one output it says one class below a threshold and the other above.
# The curve from above, as a classifier: it changes its mind wherever it crosses zero.

reading = nw.boundaries(deep.networks[14], low=-6, high=6)
print(reading)
nw.figures.boundaries(reading)

# %%
# A perceptron without its activation is a line. Where the line is above zero its tanh is, too. So both change their
# mind at the same place, and the activation only makes the answer look surer.

for network in (line, perceptron):
    print([crossing.x for crossing in nw.boundaries(network, low=-6, high=6).crossings])
nw.figures.boundaries(line, low=-6, high=6)

# %%

nw.figures.boundaries(perceptron, low=-6, high=6)

# %%
# With several outputs there is one per class, and the largest wins. It may win by very little.

three = triples.networks[3]
print(nw.boundaries(three, low=-6, high=6))
nw.figures.boundaries(three, low=-6, high=6)

# %%
# Straight boundaries
# -------------------
# Three kinds of iris, told apart by their petals. Without a hidden layer, which is logistic regression, classes meet in
# straight lines. Here are their equations.

iris = nw.read_table("data/iris.csv", target="species", features=["petal length (cm)", "petal width (cm)"])
straight = nw.fit(iris, hidden=(), solver="auto")
print(nw.boundaries(straight))
nw.figures.boundaries(straight)

# %%
# A hidden layer bends them.

bent = nw.fit(iris, hidden=5, activation="tanh", solver="auto", l2=1e-3)
print(nw.boundaries(bent))
nw.figures.boundaries(bent)

# %%
# Boundaries that no line can draw
# --------------------------------
# Two moons reach into each other.

samples = nw.problems.moons(noise=0.15)
nw.figures.problem(samples)

# %%
# Ten nodes tell them apart.

moons = nw.fit(samples, hidden=10, activation="tanh", solver="auto", l2=1e-3)
print(nw.boundaries(moons))
nw.figures.boundaries(moons)

# %%
# The same network as a surface: the boundary is the thick line at the threshold.

nw.figures.surface(moons)

# %%
# Before the sigmoid of the output, the surface has no limits and the boundary lies at level 0. It is the same line.

nw.figures.surface(moons.network.logits, moons.data, level=0)

# %%
# A circle in a circle: one class is an island in the other.

circles = nw.fit(nw.problems.circles(), hidden=10, activation="tanh", solver="auto", l2=1e-3)
print(nw.boundaries(circles))
nw.figures.boundaries(circles)

# %%
# True where exactly one of two features is positive (XOR). A perceptron cannot learn it …

xor = nw.problems.xor(noise=0.05)
print(nw.boundaries(nw.fit(xor, hidden=(), solver="auto")))

# %%
# … and a hidden layer can.

corners = nw.fit(xor, hidden=10, activation="tanh", solver="auto", l2=1e-3)
print(nw.boundaries(corners))
nw.figures.boundaries(corners)

# %%
# Two spirals need more nodes, or a second layer.

spirals = nw.fit(nw.problems.spirals(), hidden=(16, 16), activation="tanh", solver="auto", l2=1e-3)
print(nw.boundaries(spirals))
nw.figures.boundaries(spirals)

# %%
# More than two features
# ----------------------
# Thirteen features have no picture. A slice has one: two of them run, the others stay at their medians. A grower who
# wins nowhere in the slice is named; with other values of the other features he does.

growers = nw.fit(wine, hidden=5, activation="tanh", solver="auto", l2=1e-3)
print(nw.inspect(growers))
print(nw.boundaries(growers, features=["alcohol", "proline"]))
nw.figures.boundaries(growers, features=["alcohol", "proline"])
