"""The commands, each with one line about it; its function has its name, in the module of its name."""

COMMANDS = {
    "fit": "Train a network on a table or a problem, and open it up.",
    "open": "Open a trained network, and read it.",
    "family": "Draw random networks of one architecture: the shapes it can make.",
    "diagram": "Draw a network from its weights.",
    "equations": "Write a network down as equations, source code or spreadsheet formulas.",
    "memory": "Ask what a network's nodes remember of an input, and how they vote.",
    "study": "Train many networks of many settings, and count how many were good.",
    "claims": "Check what three essays on neural networks claim, on this machine.",
    "studio": "Train and look in the browser, on this machine alone.",
    "completion": "Print the completion script of a shell.",
}
