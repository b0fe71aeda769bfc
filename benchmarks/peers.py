"""The same training by others: 1-n-1, 50 samples, 1000 full-batch Adam steps, the curve on 200 points after each.

Every entry of `PEERS` is (activation, hidden) → a function that trains once and returns the curves [step, point].
"""

import numpy as np

STEPS, RATE, POINTS = 1000, 0.01, np.linspace(-10, 10, 200)


def samples():
    x = np.linspace(-10, 10, 50)
    return x, np.sin(x) + 0.1 * np.random.default_rng(0).standard_normal(50)


def nodewise_with(precision):
    def prepare(activation, hidden):
        import nodewise as nw

        data = nw.problems.sine()

        def train():
            fit = nw.fit(data, hidden, activation, steps=STEPS, learning_rate=RATE, start="glorot", precision=precision)
            return fit.history.curves(POINTS)

        return train

    return prepare


def numpy_by_hand(activation, hidden):
    x, y = samples()
    act = {"sigmoid": lambda z: 1 / (1 + np.exp(-z)), "relu": lambda z: np.maximum(z, 0)}[activation]
    slope = {"sigmoid": lambda z, a: a * (1 - a), "relu": lambda z, a: (z > 0).astype(float)}[activation]

    def train():
        rng = np.random.default_rng(0)
        p = np.concatenate([rng.normal(size=hidden), np.zeros(hidden), rng.normal(size=hidden) / hidden, [0.0]])
        m, s, curves = np.zeros_like(p), np.zeros_like(p), np.empty((STEPS, len(POINTS)))
        for step in range(1, STEPS + 1):
            w, b, v, c = p[:hidden], p[hidden : 2 * hidden], p[2 * hidden : 3 * hidden], p[-1]
            z = np.outer(x, w) + b
            a = act(z)
            r = 2 * (a @ v + c - y) / len(x)
            d = r[:, None] * v * slope(z, a)
            g = np.concatenate([x @ d, d.sum(0), r @ a, [r.sum()]])
            m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g * g
            p = p - RATE * (m / (1 - 0.9**step)) / (np.sqrt(s / (1 - 0.999**step)) + 1e-8)
            w, b, v, c = p[:hidden], p[hidden : 2 * hidden], p[2 * hidden : 3 * hidden], p[-1]
            curves[step - 1] = act(np.outer(POINTS, w) + b) @ v + c
        return curves

    return train


def pytorch_functional(activation, hidden):
    import torch

    torch.set_num_threads(1)
    x, y = (torch.tensor(part[:, None], dtype=torch.float32) for part in samples())
    points = torch.tensor(POINTS[:, None], dtype=torch.float32)
    act = {"sigmoid": torch.sigmoid, "relu": torch.relu}[activation]

    def train():
        torch.manual_seed(0)
        p = [torch.randn(1, hidden), torch.zeros(hidden), torch.randn(hidden, 1) / hidden, torch.zeros(1)]
        for part in p:
            part.requires_grad_()
        m, s, curves = [torch.zeros_like(q) for q in p], [torch.zeros_like(q) for q in p], []
        for step in range(1, STEPS + 1):
            loss = ((act(x @ p[0] + p[1]) @ p[2] + p[3] - y) ** 2).mean()
            gradients = torch.autograd.grad(loss, p)
            with torch.no_grad():
                for q, g, mean, square in zip(p, gradients, m, s, strict=True):
                    mean.mul_(0.9).add_(g, alpha=0.1)
                    square.mul_(0.999).addcmul_(g, g, value=0.001)
                    q -= RATE * (mean / (1 - 0.9**step)) / ((square / (1 - 0.999**step)).sqrt() + 1e-8)
                curves.append(act(points @ p[0] + p[1]) @ p[2] + p[3])
        return torch.stack(curves)[..., 0].numpy()

    return train


def pytorch_modules(activation, hidden):
    import torch

    torch.set_num_threads(1)
    x, y = (torch.tensor(part[:, None], dtype=torch.float32) for part in samples())
    points = torch.tensor(POINTS[:, None], dtype=torch.float32)
    act = {"sigmoid": torch.nn.Sigmoid, "relu": torch.nn.ReLU}[activation]

    def train():
        torch.manual_seed(0)
        net = torch.nn.Sequential(torch.nn.Linear(1, hidden), act(), torch.nn.Linear(hidden, 1))
        optimizer, curves = torch.optim.Adam(net.parameters(), lr=RATE), []
        for _ in range(STEPS):
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(net(x), y).backward()
            optimizer.step()
            with torch.no_grad():
                curves.append(net(points))
        return torch.stack(curves)[..., 0].numpy()

    return train


def scikit_learn(history):
    def prepare(activation, hidden):
        import warnings

        from sklearn.neural_network import MLPRegressor

        x, y = samples()
        act = {"sigmoid": "logistic", "relu": "relu"}[activation]
        settings = {"hidden_layer_sizes": (hidden,), "activation": act, "learning_rate_init": RATE, "alpha": 0.0}
        settings |= {"solver": "adam", "batch_size": len(x), "random_state": 0}

        def with_history():
            net, curves = MLPRegressor(**settings), []
            for _ in range(STEPS):
                net.partial_fit(x[:, None], y)
                curves.append(net.predict(POINTS[:, None]))
            return np.array(curves)

        def alone():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                net = MLPRegressor(**settings, max_iter=STEPS, tol=0, n_iter_no_change=STEPS).fit(x[:, None], y)
            return net.predict(POINTS[:, None])[None]

        return with_history if history else alone

    return prepare


# name → (how to prepare it, whether the process is nodewise's own)
PEERS = {
    "nodewise float32, our process": (nodewise_with("float32"), True),
    "nodewise float64, our process": (nodewise_with("float64"), True),
    "nodewise float32, user's process": (nodewise_with("float32"), False),
    "nodewise float64, user's process": (nodewise_with("float64"), False),
    "NumPy by hand": (numpy_by_hand, False),
    "PyTorch, functional": (pytorch_functional, False),
    "PyTorch, nn + Adam": (pytorch_modules, False),
    "scikit-learn, with history": (scikit_learn(True), False),
    "scikit-learn, fit alone": (scikit_learn(False), False),
}
