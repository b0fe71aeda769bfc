"""Questions about many trainings, each a study or several in one folder, answered in words, numbers and a picture."""

from nodewise.studies.questions.compare import compare as compare
from nodewise.studies.questions.predicted import predicted_share as predicted_share
from nodewise.studies.questions.ranges import width_by_range as width_by_range
from nodewise.studies.questions.width import smallest_width as smallest_width
