"""
Three networks learn a noisy sine
=================================

The first essay, *What neural networks actually do?*, fits 50 noisy samples of a sine three times: with 10 sigmoid
nodes, with 100 ReLU nodes, and with 3 cosine nodes. All three fit. Only one of them knows what a wave is.
"""

from pathlib import Path

import nodewise as nw

data = nw.problems.sine(samples=50, noise=0.1, low=-10, high=10, seed=0)
nw.figures.problem(data)

# %%
# Ten sigmoid nodes
# -----------------
# Each node makes one soft step. The ten steps, each with its own height, add up to the curve; the bias lifts it.

sigmoid = nw.fit(data, hidden=10, activation="sigmoid", steps=1000)
print(nw.inspect(sigmoid))
nw.figures.contributions(sigmoid)

# %%
# Stacked, one can see how much of what is piled up only cancels something else.

nw.figures.contributions(sigmoid, stacked=True)

# %%
# Far away every sigmoid is flat, so the network is flat as well, at a height that follows from the weights.

nw.figures.extrapolation(sigmoid)

# %%
# A hundred ReLU nodes
# --------------------
# Each node makes one kink. Beyond the last kink the network is a straight line for ever.

relu = nw.fit(data, hidden=100, activation="relu", steps=1000)
print(nw.inspect(relu))
nw.figures.contributions(relu)

# %%
# It continues with the slope that it happens to have at the edge.

nw.figures.extrapolation(relu)

# %%
# Three cosine nodes
# ------------------
# Each node makes one wave. This is the right prior: the network goes on as the sine does.

cosine = nw.fit(data, hidden=3, activation="cosine", steps=1000)
print(nw.inspect(cosine))
nw.figures.contributions(cosine)

# %%
# How far can its phase be trusted? The samples fix the frequency only so well; the horizon is where the error of the
# phase has grown to one radian.

print(nw.extrapolation(cosine, data).horizon)
nw.figures.extrapolation(cosine)

# %%
# The network says which waves it is made of, next to the periodogram of the data.

for row in nw.spectrum(cosine, data).table():
    print(row)
nw.figures.spectrum(cosine)

# %%
# The error inside and outside the data, against the true sine:

for fit in (sigmoid, relu, cosine):
    outside = nw.extrapolation(fit, data)
    print(f"{fit.network!s:16} inside {outside.rmse_inside[0]:.3f}   outside {outside.rmse_outside[0]:.3f}")

# %%
# The movie
# ---------
# The parameters after each of the 1000 steps are kept, so the training can be watched.

Path("out").mkdir(exist_ok=True)
nw.figures.movie.save(sigmoid, "out/sine.gif", contributions=True)
nw.inspect(sigmoid).save("out/sine.html")
