"""The movie of a training: the curve after each step."""

from nodewise.figures.movie.make import save as save
