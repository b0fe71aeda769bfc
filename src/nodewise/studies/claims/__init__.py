"""What three essays on neural networks claim, and what holds of it on this machine."""

from nodewise.studies.claims.read import ESSAYS as ESSAYS
from nodewise.studies.claims.read import Checked as Checked
from nodewise.studies.claims.read import Claims as Claims
from nodewise.studies.claims.read import claims as claims
