"""What open pages listen to: an act names the topics it changed; after the commit each page of one reloads itself."""

from typing import NewType

Topic = NewType("Topic", str)

BOOKS = Topic("books")  # were compared with all rows
CALENDAR = Topic("calendar")
CLOCK = Topic("clock")
EVERYTHING = Topic("everything")  # whatever anybody listens to: signals may have been missed
HEARD_AGAIN = Topic("heard again")  # told with EVERYTHING, in this process only: signals were missed for a while
JOBS = Topic("jobs")
ORDERS = Topic("orders")  # any of them
OUTBOX = Topic("outbox")
PEOPLE = Topic("people")
SHOPS = Topic("shops")
SUPPORT = Topic("support")  # the admins' list


def away_topic(slug: str) -> Topic:
    """Whether the shop of this web address is away."""
    return Topic(f"away:{slug}")


def order_topic(no: str) -> Topic:
    return Topic(f"order:{no}")


def person_topic(account_id: int | None) -> Topic:
    """Whatever concerns one person: their orders, messages and signing in."""
    return Topic(f"person:{account_id}")


def product_topic(slug: str) -> Topic:
    """What the mall says of one product."""
    return Topic(f"product:{slug}")


def quick_replies_topic(shop_id: int | None) -> Topic:
    return Topic(f"quick replies:{shop_id}")


def shop_topic(shop_id: int | None) -> Topic:
    """Whatever the members of one shop see."""
    return Topic(f"shop:{shop_id}")


def transfer_topic(no: str) -> Topic:
    return Topic(f"transfer:{no}")


def stock_topic(product_id: int | None) -> Topic:
    """The stock of one product, and the lists on their way into it."""
    return Topic(f"stock:{product_id}")
