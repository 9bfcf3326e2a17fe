"""No two things share a topic."""

from cardmall.domain import topics
from cardmall.domain.topics import (
    away_topic,
    order_topic,
    person_topic,
    product_topic,
    quick_replies_topic,
    shop_topic,
    stock_topic,
    transfer_topic,
)


def test_every_thing_has_a_topic_of_its_own() -> None:
    named = [
        *(away_topic("1"), order_topic("1"), person_topic(1), product_topic("1"), quick_replies_topic(1)),
        *(shop_topic(1), stock_topic(1), transfer_topic("1")),
    ]
    whole = [value for name, value in vars(topics).items() if name.isupper()]
    assert len({*named, *whole}) == len(named) + len(whole) == 19
    assert order_topic("CM1") != order_topic("CM2")
