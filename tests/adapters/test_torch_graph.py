"""Modules with a forward of their own, followed through `torch.export`: equal to PyTorch, or a black box with a reason."""

import copy

import numpy as np
import pytest

import nodewise as nw
from nodewise.network import Network, Predictor, Scale
from roundtrip import come_back

torch = pytest.importorskip("torch")
nn, F = torch.nn, torch.nn.functional
torch.set_num_threads(1)  # small products only wait for other threads
pytestmark = pytest.mark.slow  # PyTorch's tracer takes seconds to load


class Net(nn.Module):
    """Two Linear layers and a function of both and the input."""

    def __init__(self, forward, inputs=3, outputs=2, **parts):
        super().__init__()
        self.first, self.second = nn.Linear(inputs, 6), nn.Linear(6, outputs)
        for name, part in parts.items():
            setattr(self, name, part)
        self.register_buffer("mean", torch.tensor([1.0, -2.0, 0.5][:inputs]))
        self.register_buffer("spread", torch.tensor([2.0, 0.5, 3.0][:inputs]))
        self.own = forward

    def forward(self, x):
        return self.own(self, x)


def answers(module, x):
    """Return what PyTorch computes for x in float64, in evaluation mode."""
    with torch.no_grad():
        return copy.deepcopy(module).double().eval()(torch.tensor(x)).reshape(len(x), -1).numpy()


def opened(forward, inputs=3, **parts):
    torch.manual_seed(1)
    module = Net(forward, inputs, **parts)
    before = copy.deepcopy(module.state_dict())
    network = nw.open_model(module)
    assert module.training
    assert all(torch.equal(before[name], tensor) for name, tensor in module.state_dict().items())
    return module, network


def equal(module, network, inputs=3):
    assert isinstance(network, Network), network.reason
    for far in (1, 10):
        x = far * np.random.default_rng(0).uniform(-2, 2, (60, inputs))
        wanted = answers(module, x)
        bent = "softplus" in network.origin.note
        np.testing.assert_allclose(network(x), wanted, rtol=0, atol=(1e-7 if bent else 1e-10) * (1 + abs(wanted).max()))


ELEMENTWISE = {
    "functional": [
        F.celu, lambda z: F.celu(z, 0.6), F.elu, lambda z: F.elu(z, 1.4), F.gelu, lambda z: F.gelu(z, approximate="tanh"),
        F.hardsigmoid, F.hardswish, F.hardtanh, lambda z: F.hardtanh(z, -2, 0.5), F.leaky_relu,
        lambda z: F.leaky_relu(z, 0.3), F.logsigmoid, F.mish, lambda z: F.prelu(z, torch.tensor([0.2], dtype=z.dtype)),
        F.relu, F.relu6, F.rrelu, F.selu, F.sigmoid, F.silu, F.softplus, lambda z: F.softplus(z, 3), F.softsign, F.tanh,
    ],
    "method": [
        lambda z: z.relu(), lambda z: z.sigmoid(), lambda z: z.tanh(), lambda z: z.abs(), lambda z: z.cos(),
        lambda z: z.sin(), lambda z: z.clamp(-1, 2), lambda z: z.clamp(min=0), lambda z: z.clamp(min=0.5),
        lambda z: z.clamp(max=1), lambda z: z.relu_(), lambda z: z.tanh_() * 2, lambda z: torch.cos(z) - torch.ones(6),
    ],
    "by hand": [
        lambda z: z * torch.sigmoid(z), lambda z: torch.exp(-(z**2)), lambda z: z + torch.sin(z) ** 2,
        lambda z: z / (1 + z.abs()), lambda z: 1 / (1 + torch.exp(-z)), lambda z: z - torch.floor(z),
        lambda z: torch.remainder(z, 1), lambda z: (z > 0).to(z.dtype), lambda z: torch.where(z > 0, z, 0.01 * z),
        lambda z: 0.5 * z * (1 + torch.erf(z / 2**0.5)), lambda z: z * torch.tanh(F.softplus(z)),
        lambda z: torch.maximum(z, torch.tensor(0.0)), lambda z: (torch.exp(z) - torch.exp(-z)) / (torch.exp(z) + torch.exp(-z)),
        lambda z: z * torch.sigmoid(1.702 * z),
        lambda z: 0.5 * z * (1 + torch.tanh((2 / torch.pi) ** 0.5 * (z + 0.044715 * z**3))),
        lambda z: 3 * (2 * z) * torch.sigmoid(2 * z) - 1,
    ],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "i"), [(kind, i) for kind, row in ELEMENTWISE.items() for i in range(len(row))])
def test_activations_as_functions_methods_and_by_hand(kind, i):
    equal(*opened(lambda self, x: self.second(ELEMENTWISE[kind][i](self.first(x)))))


CHAINS = {
    "scalers": lambda self, x: self.second(torch.relu(self.first((x - self.mean) / self.spread))) * 10 + 3,
    "constants": lambda self, x: 1 - self.second(torch.tanh(self.first(x * 2 - 1))) / 4,
    "in place": lambda self, x: self.second(torch.relu_(self.first(x.sub_(1).mul_(2)))).add_(1),
    "columns": lambda self, x: self.second(torch.tanh(self.first(torch.cat([x[:, 1:], x[:, :1]], dim=1)))),
    "a constant column": lambda self, x: self.second(
        torch.tanh(self.first(torch.cat([x[:, :2], torch.ones(len(x), 1, dtype=x.dtype)], dim=1)))
    ),
    "split": lambda self, x: self.second(torch.tanh(torch.cat(self.first(x).split(2, dim=1)[::-1], dim=1))),
    "unbind": lambda self, x: self.second(torch.tanh(self.first(torch.stack(x.unbind(1), dim=1)))),
    "shapes": lambda self, x: self.second(self.first(x.unsqueeze(1)).relu().squeeze(1).view(-1, 2, 3).flatten(1)),
    "one number": lambda self, x: self.second(torch.relu(self.first(x)))[:, 0],
    "sum of outputs": lambda self, x: self.second(torch.relu(self.first(x))).sum(1, keepdim=True),
    "mean of nodes": lambda self, x: self.second(torch.relu(self.first(x))).mean(-1),
    "matrix": lambda self, x: torch.tanh(x @ self.first.weight.t() + self.first.bias) @ self.second.weight.T,
    "addmm": lambda self, x: self.second(torch.addmm(self.first.bias, x, self.first.weight.t()).tanh()),
    "einsum": lambda self, x: torch.einsum("bh,oh->bo", self.first(x).tanh(), self.second.weight),
    "two of one kind": lambda self, x: self.second(torch.tanh(self.first(x)) + torch.tanh(self.first(2 * x))),
    "two added before": lambda self, x: self.second(torch.tanh(self.first(x) - self.first(x * self.spread))),
    "skipping no activation": lambda self, x: self.second(torch.tanh(self.first(x + 0.5 * x)) * 2),
    "dropout and casts": lambda self, x: self.second(F.dropout(self.first(x), 0.5, self.training).relu().to(x.dtype)),
    "softmax": lambda self, x: F.softmax(self.second(self.first(x).relu()), dim=-1),
    "permuted": lambda self, x: self.second(torch.relu(self.first(x)[:, [5, 0, 1, 2, 3, 4]])),
}


@pytest.mark.parametrize("case", CHAINS)
def test_what_a_chain_can_hold(case):
    equal(*opened(CHAINS[case]))


def test_batch_norm_convolution_and_layers_of_layers():
    torch.manual_seed(0)
    norm = nn.BatchNorm1d(6)
    norm(torch.randn(50, 6) * 3 + 1)
    equal(*opened(lambda self, x: self.second(self.norm(self.first(x)).relu()), norm=norm))
    conv = nn.Conv1d(1, 2, 3, padding=1)
    equal(*opened(lambda self, x: self.second(self.conv(x.unsqueeze(1)).relu().flatten(1)), conv=conv))
    inner = nn.Sequential(nn.Linear(3, 3), nn.ELU())
    equal(*opened(lambda self, x: self.second(self.first(self.inner(self.inner(x))).relu()), inner=inner))


def test_images_as_features():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(8, 3))
    network = nw.open_model(module, inputs=(1, 6, 6))
    x = np.random.default_rng(0).normal(size=(20, 36))
    with torch.no_grad():
        wanted = copy.deepcopy(module).double()(torch.tensor(x).reshape(20, 1, 6, 6)).numpy()
    np.testing.assert_allclose(network(x), wanted, atol=1e-12)
    # Pooling is affine: with the layer behind it, it is two affine layers one after the other.
    assert network.sizes == (36, 32, 8, 3)


def test_an_additive_model_is_one_wide_chain():
    class Additive(nn.Module):
        def __init__(self):
            super().__init__()
            self.parts = nn.ModuleList(
                nn.Sequential(nn.Linear(1, 4), nn.Tanh(), nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 1)) for _ in range(3)
            )

        def forward(self, x):
            return sum(part(x[:, i : i + 1]) for i, part in enumerate(self.parts)) + 1

    torch.manual_seed(0)
    module = Additive()
    network = nw.open_model(module, inputs=3)
    assert network.sizes == (3, 12, 9, 1)
    assert np.count_nonzero(network.dense[0].weight) == 12
    equal(module, network)


def test_scalers_in_a_forward_stay_scalers():
    _, network = opened(CHAINS["scalers"])
    first, last = network.layers[0], network.layers[-1]
    assert isinstance(first, Scale)
    np.testing.assert_allclose(first.factor, [0.5, 2, 1 / 3])
    assert network.sizes == (3, 6, 2)
    assert last.outputs == 2


def test_logarithms_of_a_softmax():
    module, network = opened(lambda self, x: torch.log(torch.softmax(self.second(self.first(x).relu()), dim=1)))
    assert network.origin.note.startswith("The original gives the logarithms of these probabilities.")
    x = np.random.default_rng(0).normal(size=(30, 3))
    np.testing.assert_allclose(network(x), np.exp(answers(module, x)), atol=1e-12)


REASONS = {
    "add in its forward": (lambda self, x: self.second(self.first(x).relu()) + self.first(x)[:, :2], {}),
    "layer_norm in norm (LayerNorm) divides each sample by its own spread, which no layer of nodes does": (
        lambda self, x: self.second(self.norm(self.first(x)).relu()),
        {"norm": nn.LayerNorm(6)},
    ),
    "mul_1 in its forward multiplies the results of layers with each other": (
        lambda self, x: self.second(self.first(x) * self.first(2 * x)),
        {},
    ),
    "dropout in its forward leaves out nodes at random even in evaluation mode": (
        lambda self, x: self.second(F.dropout(self.first(x))),
        {},
    ),
    "the function that ends in cosh in its forward is not in the table of activations": (
        lambda self, x: self.second(torch.cosh(self.first(x) / 100)),
        {},
    ),
    "sum_1 in its forward mixes samples": (lambda self, x: self.second(self.first(x)) - x.sum(0).sum(), {}),
    "mean in its forward mixes samples": (lambda self, x: self.second(self.first(x - x.mean(0, keepdim=True))), {}),
    "its forward decides by the values that it computes, or does what is no operation on tensors "
    "(torch.export: GuardOnDataDependentSymNode)": (
        lambda self, x: self.second(self.first(x)) if x.sum() > 0 else self.second(self.first(x).relu()),
        {},
    ),
    "amax in its forward is no step of a chain of layers": (lambda self, x: self.second(self.first(x)).amax(1), {}),
    "what it answers does not depend on its features": (lambda self, x: torch.ones(len(x), 1), {}),
}
REASONS["it adds or joins the results of different layers, and a network here is one chain"] = REASONS.pop(
    "add in its forward"
)


@pytest.mark.parametrize("reason", REASONS)
def test_what_is_no_chain_is_a_black_box_with_the_reason(reason):
    forward, parts = REASONS[reason]
    module, network = opened(forward, **parts)
    assert isinstance(network, Predictor)
    assert network.reason == reason
    if "random" not in reason:
        x = np.random.default_rng(0).normal(size=(20, 3))
        np.testing.assert_allclose(network(x), answers(module, x), atol=1e-12)


def test_a_table_of_words_is_a_black_box():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Embedding(10, 4), nn.Flatten(), nn.Linear(8, 1))
    network = nw.open_model(module, inputs=2)
    assert isinstance(network, Predictor)
    assert network.reason == "it looks its features up in a table, as whole numbers"
    x = np.array([[0.0, 9.0], [3.0, 4.0]])
    np.testing.assert_allclose(network(x), module(torch.tensor(x).long()).detach().numpy(), rtol=1e-6)


def test_hooks_are_part_of_the_module():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
    module[0].register_forward_hook(lambda layer, given, answer: answer * 2)
    equal(module, nw.open_model(module))


def test_weights_under_a_parametrisation():
    torch.manual_seed(0)
    module = nn.Sequential(
        torch.nn.utils.parametrizations.weight_norm(nn.Linear(3, 4)), nn.ReLU(), nn.utils.spectral_norm(nn.Linear(4, 1))
    )
    equal(module, nw.open_model(module))


def test_a_module_that_cannot_be_copied_is_called_as_it_is():
    torch.manual_seed(0)
    module = Net(lambda self, x: self.second(F.dropout(self.first(x), 0.5, self.training)))
    module.state = torch.ones(2, requires_grad=True) * 2  # in the middle of a computation: no copy
    module.second.eval()
    network = nw.open_model(module)
    assert isinstance(network, Predictor)
    assert network.reason == "it cannot be copied, and reading it must not change it"
    x = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
    np.testing.assert_array_equal(network(x), network(x))
    assert [part.training for part in (module, module.first, module.second)] == [True, True, False]


def test_a_forward_that_insists_on_float32_is_compared_in_float32():
    module, network = opened(lambda self, x: self.second(self.first(x.float()).relu().float()))
    assert network.origin.precision == "float32"
    assert network.origin.tolerance == 1e-4
    assert "float64" not in network.origin.note
    x = np.random.default_rng(0).normal(size=(20, 3))
    np.testing.assert_allclose(network(x), module(torch.tensor(x)).detach().numpy(), atol=1e-5)


def trained(module):
    """Train a module a few steps."""
    optimiser = torch.optim.Adam(module.parameters(), lr=0.02)
    x = 2 * torch.randn(64, 3) + 0.5
    before = module.second.weight.detach().clone()
    for _ in range(5):
        optimiser.zero_grad()
        (module(x) - 0.3).square().mean().backward()
        optimiser.step()
    assert not torch.equal(before, module.second.weight)
    return module


@pytest.mark.parametrize("seed", range(50))
def test_random_forwards_equal_pytorch(seed, tmp_path):
    """Random chains written as functions: layers, scalings, activations, and branches that meet again."""
    rng = np.random.default_rng(seed)
    plan = rng.integers(0, 5, size=rng.integers(2, 6))
    chosen = rng.integers(0, 1000, size=len(plan))
    table = [function for row in ELEMENTWISE.values() for function in row]

    def forward(self, x):
        h = self.first(x)
        for kind, number in zip(plan, chosen, strict=True):
            function = table[(number + seed) % len(table)]
            if kind == 0:
                h = function(self.square(h))
            elif kind == 1:
                h = h * (1 + number / 500) - 0.25
            elif kind == 2:
                h = torch.cat([h[:, 3:], h[:, :3]], dim=1)
            elif kind == 3:
                h = torch.tanh(self.square(h)) + 0.5 * torch.tanh(h[:, :6])
            else:
                h = self.norm(self.square(h))
        return self.second(h)

    torch.manual_seed(seed)
    norm = nn.BatchNorm1d(6)
    norm(torch.randn(30, 6) * 2 - 1)
    module = trained(Net(forward, square=nn.Linear(6, 6), norm=norm))
    network = nw.open_model(module)
    equal(module, network)
    come_back(network, tmp_path)
