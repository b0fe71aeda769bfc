"""Models in ONNX files, read and written."""

from nodewise.adapters.onnx.read import read as read
from nodewise.adapters.onnx.write import to_onnx as to_onnx
