"""The report's words about the sample that tells most, and the picture of what the nodes stand for."""

from typing import Any

from nodewise import figures
from nodewise.data.dataset import Dataset
from nodewise.inspection.reading import nice
from nodewise.network.network import called
from nodewise.viewer.telling import telling

_MOST_FEATURES = 3  # that a sentence names
_MOST_SAMPLES = 1000  # dots that a picture in the page may have

Page = Any  # an Inspection
Rows = list[dict[str, Any]]


def asked(page: Page) -> str:
    """Return which sample the nodes are asked about, and what the numbers are."""
    data: Dataset = page.data
    sample = telling(page.network, data)
    values = zip(data.feature_names[:_MOST_FEATURES], data.inputs[sample], strict=False)
    place = [f"{name} = {nice(value)}" for name, value in values] + ["…"] * (data.features > _MOST_FEATURES)
    return (
        f"Asked about sample {sample + 1} ({', '.join(place)}){_missed(page, sample)}. A node compares its input with "
        "its row: both lengths times the cosine between them is the dot product; what that is above the threshold is "
        "the pre-activation. Votes and bias add up."
    )


def _missed(page: Page, sample: int) -> str:
    data: Dataset = page.data
    if data.labels is not None and page.network.classes:
        said, label = page.network.classify(data.inputs[[sample]]).tolist()[0], data.labels[sample].item()
        if said == label:
            return f", {called(label)}, of which the network is least sure"
        return f", {called(label)}, which the network takes for {called(said)}"
    return "" if data.targets is None else ", which the network misses by most"


def behind(page: Page) -> str:
    """Return what the weights of the samples are, and how these are counted."""
    fit = page.fit
    training = fit is not None and (fit.held_out is not None or fit.data is not page.data)
    return (
        "The same sample. If the last layer were fitted anew to what its nodes say, its prediction would be a weighted "
        "sum of the targets: target times similarity. “Left out” is by how much it would miss a sample that it was "
        f"fitted without.{' Samples are counted among those of the training.' if training else ''}"
    )


def likeliest(page: Page, rows: Rows) -> Rows:
    """Return the rows, of classes those of the likeliest first."""
    network = page.network
    if network.classes and network.outputs > 1:
        sample = page.data.inputs[[telling(network, page.data)]]
        name = network.output_names[int(network(sample)[0].argmax())]
        rows = sorted(rows, key=lambda row: row["output"] != name)
    return [{name: value for name, value in row.items() if name != "query"} for row in rows]


def prototypes(page: Page, output: int) -> Any:
    """Return the picture of what the nodes stand for, of one or two features; else None, or where it would be full."""
    data: Dataset = page.data
    if data.samples > _MOST_SAMPLES or data.features > 2 or (output and data.features > 1):
        return None
    return figures.prototypes(page.readings["prototypes"], data, output=output)
