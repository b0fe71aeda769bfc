"""The exact linear pieces of a network of straight lines on an interval, or along a line through its inputs."""

from nodewise.inspection.pieces.curve import Extrema as Extrema
from nodewise.inspection.pieces.found import Found as Found
from nodewise.inspection.pieces.read import LinearPieces as LinearPieces
from nodewise.inspection.pieces.read import pieces as pieces
