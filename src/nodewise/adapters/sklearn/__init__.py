"""Models of scikit-learn."""

from nodewise.adapters.sklearn.read import read as read
