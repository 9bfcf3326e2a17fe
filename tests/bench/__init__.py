"""How fast the house is, as ratios within one run: `python -m tests.bench [PART …]`."""
