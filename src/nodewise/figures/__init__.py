"""Pictures of readings in one house style, and the movie of a training."""

from nodewise.figures import movie as movie
from nodewise.figures.activation import activation as activation
from nodewise.figures.attribution import attribution as attribution
from nodewise.figures.boundaries import boundaries as boundaries
from nodewise.figures.capacity import capacity as capacity
from nodewise.figures.contributions import contributions as contributions
from nodewise.figures.diagram import diagram as diagram
from nodewise.figures.extrapolation import extrapolation as extrapolation
from nodewise.figures.family import family as family
from nodewise.figures.fit import fit as fit
from nodewise.figures.images import samples_as_images as samples_as_images
from nodewise.figures.loss import loss as loss
from nodewise.figures.memories import similarity as similarity
from nodewise.figures.memories import votes as votes
from nodewise.figures.outliers import outliers as outliers
from nodewise.figures.problem import problem as problem
from nodewise.figures.prototypes import prototypes as prototypes
from nodewise.figures.recall import recall as recall
from nodewise.figures.regularisation import regularisation as regularisation
from nodewise.figures.spectrum import spectrum as spectrum
from nodewise.figures.study import study as study
from nodewise.figures.style import save as save
from nodewise.figures.style import svg as svg
from nodewise.figures.surface import surface as surface
