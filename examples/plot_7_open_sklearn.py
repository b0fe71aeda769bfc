"""
A network trained in scikit-learn
=================================

scikit-learn's networks do not show their nodes. nodewise opens a whole pipeline, the scalers included, so that every
statement is in the units of the table. It calls the original on a few hundred samples, inside the data and far
outside, and says how far the two are apart.
"""

from pathlib import Path

from sklearn.compose import TransformedTargetRegressor
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import nodewise as nw

data = nw.read_table("data/diabetes.csv", target="progression")
perceptron = MLPRegressor(
    hidden_layer_sizes=(5,), activation="tanh", solver="lbfgs", alpha=1, max_iter=5000, random_state=0
)
pipeline = make_pipeline(StandardScaler(), perceptron)
model = TransformedTargetRegressor(pipeline, transformer=StandardScaler())
model.fit(data.inputs, data.targets[:, 0])
network = nw.open_model(model, data)
print(network.origin)

# %%
# Now everything that holds for nodewise's own networks holds for this one.

inspection = nw.inspect(network, data)
print(inspection)
nw.figures.contributions(network, data)

# %%
# In scikit-learn's own form, from the estimator itself: here the curve along one feature, split into the nodes.

nw.EffectsDisplay.from_estimator(model, data, feature="bmi")

# %%
# What it is in the user's units, ready to be run without any library but NumPy:

print(nw.equations(network).python[:400], "…")

# %%

Path("out").mkdir(exist_ok=True)
inspection.save("out/sklearn.html")

# %%
# The other way round: a network of nodewise as a scikit-learn estimator. Equal to the original to rounding.

fit = nw.fit(data, hidden=3, activation="tanh", solver="auto")
estimator = fit.network.to_sklearn()
print(estimator)
print("largest difference", abs(estimator.predict(data.inputs) - fit.network(data.inputs)[:, 0]).max())

# %%
# Or train nodewise itself inside scikit-learn, with its cross-validation.

from sklearn.model_selection import cross_val_score

model = make_pipeline(StandardScaler(), nw.NodewiseRegressor(hidden=3, activation="tanh", starts=2, l2=1e-2))
print("R² in three folds", cross_val_score(model, data.inputs, data.targets[:, 0], cv=3).round(2))
