"""Whether each node is at work."""

from nodewise.inspection.health.read import Health as Health
from nodewise.inspection.health.read import health as health
from nodewise.inspection.health.states import States as States
