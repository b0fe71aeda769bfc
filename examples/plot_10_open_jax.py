"""
A network trained in JAX
========================

JAX has no networks, only arrays; Equinox and Flax build networks of them. All three can be opened.
"""

from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

import nodewise as nw

data = nw.read_table("data/diabetes.csv", target="progression")
x = jnp.asarray((data.inputs - data.inputs.mean(axis=0)) / data.inputs.std(axis=0))
y = jnp.asarray((data.targets - data.targets.mean()) / data.targets.std())
model = eqx.nn.MLP(10, 1, width_size=6, depth=1, activation=jnp.tanh, key=jax.random.key(0))


@eqx.filter_value_and_grad
def loss(model, x, y):
    return jnp.mean((jax.vmap(model)(x) - y) ** 2)


@eqx.filter_jit
def step(model, rate=0.05):
    value, slope = loss(model, x, y)
    return value, eqx.apply_updates(model, jax.tree.map(lambda g: -rate * g, slope))


for _ in range(500):
    value, model = step(model)
print(f"loss {value:.3f}")

# %%
# Trained on features and target in standard deviations, so that is what it is read on.

scaled = nw.Dataset(np.asarray(x), np.asarray(y), feature_names=data.feature_names, name="diabetes, scaled")
network = nw.open_model(model, scaled)
print(network, network.origin, sep="\n")

# %%

inspection = nw.inspect(network, scaled)
print(inspection)
nw.figures.contributions(network, scaled)

# %%

Path("out").mkdir(exist_ok=True)
inspection.save("out/jax.html")

# %%
# Weights alone, as a list of (W, b) in JAX's order [feature, node], need the name of the activation.

pairs = [(np.asarray(layer.weight).T, np.asarray(layer.bias)) for layer in model.layers]
print(nw.open_model(pairs, activation="tanh").origin)
