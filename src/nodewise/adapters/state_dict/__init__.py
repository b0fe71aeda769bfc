"""Files that hold weights and no architecture: .pt and .pth of PyTorch, and .safetensors."""

from nodewise.adapters.state_dict.read import read as read
