"""The movie of a training, the curve after each step; a recall; and a walk through a family of random networks."""

from nodewise.figures.movie.make import save as save
from nodewise.figures.movie.recall import recall as recall
from nodewise.figures.movie.walk import walk as walk
