"""
Sunspots: which waves did it find?
==================================

Yearly sunspot numbers from 1700 to 2008. A network of cosine nodes is a sum of waves, so its weights can be read as a
spectrum, and set beside the data's own.
"""

import nodewise as nw

data = nw.read_table("data/sunspots.csv", target="sunspots")
fit = nw.fit(data, hidden=8, activation="cosine", solver="auto")
print(nw.inspect(fit))
nw.figures.fit(fit)

# %%
# The strongest wave is the cycle of about eleven years. The probabilities say how likely white noise would show a peak
# as high at that frequency.

spectrum = nw.spectrum(fit, data)
print(spectrum)
for row in spectrum.table():
    print({name: row[name] for name in ("wave", "amplitude", "period", "peak", "chance")})
nw.figures.spectrum(fit)

# %%
# The waves add up to the curve.

nw.figures.contributions(fit)
