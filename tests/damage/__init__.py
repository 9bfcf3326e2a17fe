"""Break refusing rules one at a time and tell which test notices: `python -m tests.damage`."""
