"""The people and shops of the demo town. Every password is `cardmall-demo`."""

from datetime import datetime

from sqlmodel import Session

from cardmall.domain.terms import Actor, Role
from cardmall.models import Account, Shop
from cardmall.reads.people import as_actor

PASSWORD = "cardmall-demo"  # noqa: S105 - the demo's public password
SHOPS = (("qinghe", "青禾软件"), ("hemiao", "禾苗点卡"))
PEOPLE = (
    ("alice", "周小禾", Role.shopper, None, "13800000001"),
    ("dave", "陈大伟", Role.shopper, None, None),
    ("bob", "王青", Role.merchant, "qinghe", None),
    ("erin", "苗苗", Role.merchant, "hemiao", None),
    ("carol", "李可", Role.admin, None, None),
)


def settle_people(session: Session, password_hash: str, now: datetime) -> dict[str, Actor]:
    """Everyone by first name, with confirmed addresses."""
    shops = {slug: Shop(slug=slug, name=name, created_at=now) for slug, name in SHOPS}
    session.add_all(shops.values())
    session.flush()
    people = {}
    for name, shown, role, shop, phone in PEOPLE:
        account = Account(
            name=shown,
            role=role,
            shop_id=shops[shop].id if shop else None,
            email=f"{name}@cardmall.test",
            email_confirmed_at=now,
            phone=f"+86{phone}" if phone else None,
            phone_confirmed_at=now if phone else None,
            password_hash=password_hash,
            created_at=now,
        )
        session.add(account)
        session.flush()
        people[name] = as_actor(account)
    return people
