"""Models of scikit-learn."""

from nodewise.adapters.sklearn.read import read as read
from nodewise.adapters.sklearn.write import to_sklearn as to_sklearn
