"""
What the essays claim, and what holds
=====================================

Three essays stand behind this program. Each of their claims that can be checked is checked here, as this page is made,
by training, counting and computing. The same on your machine: ``nodewise claims``.
"""

import nodewise as nw

found = nw.claims()
print(found)


# %%
# What neural networks actually do?
# ---------------------------------
# A noisy sine, fitted with sigmoid, ReLU and cosine nodes.


def show(essay):
    for one in found.checked:
        if one.essay == essay:
            print(f"{one.verdict.upper()}: {one.claim}\n  {one.found}\n  $ {one.command}\n")


show(1)

# %%
# What is it that neural networks actually learn?
# -----------------------------------------------
# Families of random networks.

show(2)

# %%
# How do neural networks work?
# ----------------------------
# A hidden layer as a memory.

show(3)
