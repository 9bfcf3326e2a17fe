"""A payment channel to practise on: a small outside world with its own store, clock, keys and bad days.

It stands alone. It imports nothing of the shop and the shop imports nothing of it: they speak signed HTTP.
"""
