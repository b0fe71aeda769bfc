"""What many trainings found: every one of them, and per setting how many were good, with its interval."""

from nodewise.inspection.study.result import Study as Study
from nodewise.inspection.study.wilson import wilson as wilson
