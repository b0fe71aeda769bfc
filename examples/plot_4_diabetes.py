"""
Ten features: the progression of diabetes
=========================================

With ten features there is no curve to draw. The nodes can still be added up, weighed and checked.
"""

import nodewise as nw

data = nw.read_table("data/diabetes.csv", target="progression")
fit = nw.fit(data, hidden=3, activation="tanh", solver="auto")
print(nw.inspect(fit))
nw.figures.fit(fit)

# %%
# The share of a node is its part of the output's variance; the shares add up to 1.

contributions = nw.contributions(fit, data)
print(contributions)
print("shares add up to", contributions.share.sum())
nw.figures.contributions(fit)

# %%
# A new patient: is the network asked about something it has seen the like of?

extrapolation = nw.extrapolation(fit, data)
typical, old = data.inputs.mean(axis=0), data.inputs.mean(axis=0)
old[data.feature_names.index("age")] = 110
print("inside the data:", extrapolation.inside([typical, old]))

# %%
# For comparison, the model without hidden nodes:

linear = nw.fit(data, hidden=(), solver="auto")
print(nw.inspect(linear))
