"""The demo town: people, shops and orders in every state, built by calling the same services as everyone."""

from cardmall.seeds.town import build_town, is_empty

__all__ = ["build_town", "is_empty"]
