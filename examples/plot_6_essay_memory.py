"""
A hidden layer is a memory
==========================

The third essay, *How do neural networks work?*, reads a hidden layer as a memory that is asked by its content: the
rows of weights are what it remembers, the hidden values say how similar the input is to each, and the output layer
answers by analogy. Here are its examples, what it gets wrong, and the same questions on real data.
"""

import numpy as np
from sklearn.datasets import load_digits

import nodewise as nw

# %%
# The essay's network
# -------------------
# It is written by hand, to multiply two numbers, from three examples: 1·0 = 0, 1/√2·1/√2 = 1/2 and 0·2 = 0.

examples = nw.problems.product()
essay = nw.problems.product_network()
print(nw.equations(essay))

# %%
# Asked about the second example, the node that remembers it fires, the two others are silent, and the answer is 1/2.

half = np.sqrt(0.5)
answer = nw.memories(essay, examples, [half, half])
print(answer)
nw.figures.similarity(answer)

# %%
# The votes and the bias add up to the output.

nw.figures.votes(answer)

# %%
# A new question, 5/6·1/3. The right answer is 5/18 = 0.278; by analogy the network says 0.201. The essay prints a
# negative third hidden value here: behind a ReLU it is 0.

print(nw.memories(essay, examples, [5 / 6, 1 / 3]))
print("hidden values", nw.memories(essay, examples, [5 / 6, 1 / 3]).activation.round(3))

# %%
# Does it know its own examples?
# ------------------------------
# Written by the essay's recipe, with every input as a row, brought to length 1. The program asks it its own examples
# and finds that the third goes wrong: 0·2 is said to be 1.207. A dot product is a similarity only among rows and inputs
# of one length, and (0, 2) is twice as long as the row (0, 1) that stands for it.

print(nw.memories(essay, examples, [0, 2]))
print(f"f(0, 2) = {essay([0, 2])[0, 0]:.7f}")

# %%

by_hand = nw.memory_network(examples.inputs, examples.targets)
print(by_hand)

# %%
# With inputs of length 1 the recipe works whenever no two rows are more similar than the threshold. The essay's second
# part writes numbers from 0 to 256 on a half circle, which does that. Asked for 32, the neighbours answer.

circle = nw.problems.half_circle()
numbers = nw.memory_network(circle)
print(numbers)
reading = nw.memories(numbers, circle, nw.problems.encode([32])[0])
print("similarities", np.maximum(reading.dot, 0).round(3))
nw.figures.similarity(reading)

# %%
# Written by hand against trained
# -------------------------------
# On the same three examples, and on 400 of the same product.

places = np.random.default_rng(0).uniform(0, 1, (400, 2))
dense = nw.Dataset(places, places[:, 0] * places[:, 1], target_names="product", name="products")
print(nw.hand_against_trained(examples, dense))

# %%
# Fewer nodes than samples
# ------------------------
# A trained network does not keep every sample. Its rows are prototypes that many samples share: here every moon's
# samples are coloured by the node that answers for them.

moons = nw.fit(nw.problems.moons(noise=0.15), hidden=6, activation="relu", solver="auto", l2=1e-3, seed=1)
shared = nw.prototypes(moons, moons.data)
print(shared)
nw.figures.prototypes(shared, moons.data)

# %%
# Handwritten digits: rows as images
# ----------------------------------
# 1797 images of 8 × 8 dots. Dots that are always white teach nothing and are left out.

digits = load_digits()
dots = np.flatnonzero(digits.data.std(axis=0))
data = nw.Dataset(digits.data[:, dots], labels=digits.target, name="digits", label="digit")
fit = nw.fit(data, hidden=16, activation="relu", solver="auto", starts=1, l2=1e-2, validation=0.3)
print(nw.inspect(fit))

# %%
# What each node looks for (left), and the mean of the digits it serves (right).

rows = nw.prototypes(fit, data)
print(rows)
nw.figures.prototypes(rows, data, shape=(8, 8), pixels=dots)

# %%
# Which digits stand behind an answer?
# ------------------------------------
# The answer is a weighted sum of what the network was taught. These weights can be written down, one per sample, and
# they add up to the prediction.

asked = 4
behind = nw.attribution(fit, data.inputs[asked])
print(behind)

# %%
# The question, and the eight digits with the largest part in it:

first = [asked, *(int(i) for i in behind.order(output=behind.main) if i != asked)][:9]
captions = ["asked", *(f"a {data.labels[i]}" for i in first[1:])]
nw.figures.samples_as_images(data, first, (8, 8), captions, pixels=dots)

# %%
# The patients behind a prediction
# --------------------------------
# The same for numbers: the progression of diabetes. First by the last layer, which asks what each patient adds …

diabetes = nw.read_table("data/diabetes.csv", target="progression")
patients = nw.fit(diabetes, hidden=3, activation="tanh", solver="auto", l2=1e-2)
reading = nw.attribution(patients, diabetes.inputs[0])
print(reading)
nw.figures.attribution(reading)

# %%
# … then along the path of training: what did each patient do to this prediction, step by step? That is exact for
# gradient descent.

slow = nw.fit(diabetes, hidden=3, activation="tanh", solver="gradient_descent", learning_rate=0.1, steps=300)
path = nw.attribution(slow, diabetes.inputs[0], kind="path")
print(path)
nw.figures.attribution(path)

# %%
# An outlier
# ----------
# The essay trains on the sign of x, and adds one wrong example far away: 9804 is said to be negative.

wrong = nw.problems.sign_with_outlier()
signs = nw.fit(wrong, hidden=10, activation="relu", solver="auto")
print(nw.outliers(signs, wrong))

# %%
# It says that inputs of mean 0 and L2 protect. Side by side, they do not: an outlier makes its own scale.

protected = nw.robustness(wrong, hidden=10, activation="relu", solver="auto")
print(protected)
nw.figures.outliers(protected)

# %%
# What L2 does to the rows:

strengths = nw.regularisation(nw.problems.sine(), hidden=20, activation="relu", solver="auto")
print(strengths)
nw.figures.regularisation(strengths)

# %%
# For a ReLU network the outlier is nearly free, which is why no penalty on weights keeps it out.

print(nw.minimum_norm(wrong))

# %%
# Recall from a part
# ------------------
# A memory can also give back what it remembers. Shown the upper half of a digit, the network recalls the lower one.

images = digits.images[:60]
cue = images[7].copy()
cue[4:] = np.nan
recalled = nw.recall(images, cue)
print(recalled)
nw.figures.recall(recalled)

# %%
# Hopfield's network of 1982 has units that say yes or no, and takes its time: of a digit with every fourth dot wrong,
# one unit after the other gives way, and the energy falls with each.

black = np.where(digits.data[:10, dots] > 7, 1, -1)
noisy = np.where(np.arange(len(dots)) % 4 == 0, -1, 1) * black[3]
step_by_step = nw.recall(black, noisy, rule="pseudo-inverse")
print(step_by_step)
nw.figures.recall(step_by_step)

# %%
# With Hebb's rule it remembers few patterns: beyond about 0.138 per unit it fails.

print(nw.capacity(features=200))
nw.figures.capacity(nw.capacity(features=200))
