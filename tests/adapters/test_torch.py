"""Modules of PyTorch that are walked: what is read equals what PyTorch computes, and the user's module stays as it is."""

import copy

import numpy as np
import pytest

import nodewise as nw
from nodewise.network import Network, Predictor
from roundtrip import come_back
from torchmodels import architecture, trained

torch = pytest.importorskip("torch")
nn = torch.nn
torch.set_num_threads(1)  # small products only wait for other threads


def answers(module, x):
    """Return what PyTorch computes for x in float64, in evaluation mode."""
    with torch.no_grad():
        return copy.deepcopy(module).double().eval()(torch.tensor(x)).numpy()


def samples(inputs, far=1.0):
    return far * np.random.default_rng(7).uniform(-2, 2, (100, inputs))


@pytest.mark.parametrize("seed", range(50))
def test_random_architectures_equal_pytorch(seed, tmp_path):
    module, inputs = architecture(seed)
    trained(module, inputs)
    before = copy.deepcopy(module.state_dict())
    network = nw.open_model(module)
    assert isinstance(network, Network)
    assert network.origin.probes >= 256
    assert network.origin.difference <= network.origin.tolerance
    logarithms = isinstance(module[-1], nn.LogSoftmax)
    for far in (1.0, 10.0):
        x = samples(inputs, far)
        wanted = np.exp(answers(module, x)) if logarithms else answers(module, x)
        bent = "softplus" in network.origin.note
        np.testing.assert_allclose(network(x), wanted, rtol=0, atol=(1e-7 if bent else 1e-10) * (1 + abs(wanted).max()))
    assert all(part.training for part in module.modules())
    assert all(torch.equal(before[name], tensor) for name, tensor in module.state_dict().items())
    come_back(network, tmp_path)


def test_what_an_opened_network_says_of_itself():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 3), nn.LogSoftmax(dim=1))
    network = nw.open_model(module)
    assert str(network) == "3-5-3 relu"
    assert network.dense[-1].activation.name == "softmax"
    assert network.origin.kind == "PyTorch Sequential"
    assert network.origin.version == f"PyTorch {torch.__version__}"
    assert network.origin.note == (
        "The original gives the logarithms of these probabilities. It computes in float32; compared was a copy of it "
        "in float64."
    )
    np.testing.assert_array_equal(network.dense[0].weight, module[0].weight.detach().numpy())
    assert nw.open_model(module.double()).origin.note == "The original gives the logarithms of these probabilities."


def test_a_linear_module_and_a_scaling_with_a_lost_feature():
    assert str(nw.open_model(nn.Linear(4, 2))) == "4-2 linear"
    module = nn.Sequential(nn.BatchNorm1d(3), nn.Linear(3, 1)).eval()
    module[0].weight.data[1] = 0
    np.testing.assert_allclose(nw.open_model(module)(samples(3)), answers(module, samples(3)), atol=1e-12)


def test_layers_used_twice_and_modules_around_a_module():
    torch.manual_seed(0)
    shared = nn.Linear(4, 4)
    module = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), shared, nn.Tanh(), shared, nn.Tanh(), nn.Linear(4, 1))
    network = nw.open_model(module)
    assert network.sizes == (2, 4, 4, 4, 1)
    np.testing.assert_allclose(network(samples(2)), answers(module, samples(2)), atol=1e-12)


def test_a_module_in_half_precision_says_so():
    torch.manual_seed(0)
    network = nw.open_model(nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1)).to(torch.bfloat16))
    assert network.origin.note == "It computes in bfloat16; compared was a copy of it in float64."


class Lazy(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 2)

    def forward(self, x):
        return self.layer(x), x


def nan():
    module = nn.Sequential(nn.Linear(2, 1))
    module[0].weight.data[0, 1] = float("nan")
    return module


REFUSED = {
    "no module": (
        lambda: torch.zeros(3),
        "a model of PyTorch must be an nn.Module. Got Tensor; give its module.",
    ),
    "lazy": (
        lambda: nn.Sequential(nn.LazyLinear(3)),
        "a module must know its sizes. Got 0.weight, which gets its own at the first call; call the module once.",
    ),
    "meta": (
        lambda: nn.Sequential(nn.Linear(3, 4, device="meta")),
        "a module must hold its weights. Got 0.weight on the device meta, without numbers; load them with "
        "load_state_dict(weights, assign=True).",
    ),
    "two precisions": (
        lambda: nn.Sequential(nn.Linear(3, 4).half(), nn.Linear(4, 1)),
        "a module must take one tensor, [sample, feature]. Got Sequential, which fails on 3 or 4 or 1 features "
        "(RuntimeError: mat1 and mat2 must have the same dtype, but got Half and Float); say what it takes: inputs=3, or the shape of "
        "one sample, inputs=(1, 28, 28).",
    ),
    "nan": (nan, "weights must be finite. Got nan in 0.weight; train the module again."),
    "two answers": (
        Lazy,
        "a module must answer with one tensor, [sample, output]. Got a tuple for 3 samples; wrap it in a module that "
        "does.",
    ),
    "convolution": (
        lambda: nn.Sequential(nn.Conv1d(1, 2, 3)),
        "a module must take one tensor, [sample, feature]. Got Sequential, which fails to tell how many features; say "
        "what it takes: inputs=3, or the shape of one sample, inputs=(1, 28, 28).",
    ),
    "recurrent": (
        lambda: nn.LSTM(3, 4),
        "a module must answer with one tensor, [sample, output]. Got a tuple for 3 samples; wrap it in a module that "
        "does.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_opened_is_refused_in_a_sentence(case):
    make, message = REFUSED[case]
    with pytest.raises(nw.NodewiseError) as caught:
        nw.open_model(make())
    assert str(caught.value) == message


@pytest.mark.parametrize("inputs", [0, -1, "3", (2, 0), ()])
def test_inputs_must_be_a_number_or_a_shape(inputs):
    with pytest.raises(nw.NodewiseError) as caught:
        nw.open_model(nn.Linear(2, 1), inputs=inputs)
    assert str(caught.value) == f"inputs must be a number of features, or the shape of one sample. Got {inputs!r}."


def test_an_option_of_another_kind_of_model_is_refused():
    with pytest.raises(nw.NodewiseError) as caught:
        nw.open_model(nn.Linear(2, 1), activation="relu")
    assert str(caught.value) == "an option for this model must be one of inputs. Got activation; leave it out."


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_program_is_a_black_box_and_a_wrapped_module_is_not():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    traced = nw.open_model(torch.jit.trace(module, torch.zeros(2, 3)))
    assert traced.reason == "it is a TorchScript program, which torch.export does not follow"
    np.testing.assert_allclose(traced(samples(3)), answers(module, samples(3)), atol=1e-12)
    assert str(nw.open_model(torch.compile(module))) == "3-4-2 relu"


def test_a_large_layer_is_a_layer():
    assert nw.open_model(nn.Linear(2600, 2000)).sizes == (2600, 2000)


SOFTMAX = "it ends in a softmax of one number, which is always 1"
BLACK_BOXES = {
    SOFTMAX: lambda: nn.Sequential(nn.Linear(2, 1), nn.Softmax(dim=1)),
    "it goes on from a softmax, which can only stand at the end": lambda: nn.Sequential(
        nn.Linear(2, 3), nn.Softmax(dim=1), nn.Linear(3, 1)
    ),
    "it goes on from logarithms of probabilities, and softmax can only stand at the end": lambda: nn.Sequential(
        nn.Linear(2, 3), nn.LogSoftmax(dim=1), nn.Linear(3, 1)
    ),
    "its PReLU has a slope of its own for each node": lambda: nn.Sequential(nn.Linear(2, 3), slopes(3)),
    "its BatchNorm1d keeps no statistics and takes those of each batch": lambda: nn.Sequential(
        nn.Linear(2, 3), nn.BatchNorm1d(3, track_running_stats=False)
    ),
}


def slopes(count):
    module = nn.PReLU(count)
    module.weight.data = torch.linspace(0, 1, count)
    return module


@pytest.mark.parametrize("reason", BLACK_BOXES)
def test_what_is_no_chain_is_a_black_box_with_the_reason(reason):
    torch.manual_seed(0)
    module = BLACK_BOXES[reason]()
    opened = nw.open_model(module)
    assert isinstance(opened, Predictor)
    assert opened.reason == reason
    np.testing.assert_allclose(opened(samples(2)), answers(module, samples(2)), atol=1e-12)
