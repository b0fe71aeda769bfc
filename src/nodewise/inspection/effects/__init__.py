"""Along each feature: the output's curve for every sample and on average, split into what each node adds to it."""

from nodewise.inspection.effects.answer import Effects as Effects
from nodewise.inspection.effects.curve import Curve as Curve
from nodewise.inspection.effects.pair import EffectMap as EffectMap
from nodewise.inspection.effects.pair import effect_map as effect_map
from nodewise.inspection.effects.read import effects as effects
