"""
Carbon dioxide over Mauna Loa
=============================

A real table: weekly carbon dioxide in the air over Hawaii, from 1958 to 2001. It climbs, and it breathes with the
seasons. A node of the activation *snake*, z + sin²(z), is a line and a wave at once, so a few of them can say both.
"""

from pathlib import Path

import nodewise as nw

data = nw.read_table("data/co2.csv", target="ppm", features=["year"])
print(data, *data.notes, sep="\n")

# %%
# ``solver="auto"`` starts eight trainings from frequencies that the data hold and keeps the best, judged by samples
# that were held out.

fit = nw.fit(data, hidden=5, activation="snake", solver="auto")
print(fit.outcome)
inspection = nw.inspect(fit)
print(inspection)
nw.figures.fit(fit)

# %%
# Two of the waves turn once and twice a year: 6.28 and 12.57 radians a year.

for row in nw.spectrum(fit, data).table():
    print(row)
nw.figures.spectrum(fit)

# %%
# What would a network without waves say? Ten sigmoid nodes follow the trend, miss the seasons, and go flat outside.

flat = nw.fit(data, hidden=10, activation="sigmoid", solver="auto")
print(nw.inspect(flat))
nw.figures.extrapolation(flat)

# %%
# The whole inspection as one page:

Path("out").mkdir(exist_ok=True)
inspection.save("out/co2.html")
