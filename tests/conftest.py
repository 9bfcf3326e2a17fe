"""What every test shares."""

from hypothesis import settings

# A busy machine must not turn a slow example into a failure; the seed is printed instead.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")
