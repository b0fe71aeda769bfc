"""Models in ONNX files, read and written."""

from nodewise.adapters.onnx.read import read as read
