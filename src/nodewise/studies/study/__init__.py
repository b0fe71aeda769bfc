"""Many trainings of many settings, kept in a folder, on one machine or many."""

from nodewise.studies.study.run import open_study as open_study
from nodewise.studies.study.run import prune as prune
from nodewise.studies.study.run import study as study
