"""Whether a product finds room in a group: asked under the lock of its shop, so that nobody takes it meanwhile."""

from dataclasses import replace

from cardmall.domain.goods import Goods, no_room
from cardmall.domain.terms import Role, invalid
from cardmall.models import Product, Shop
from cardmall.reads.goods import group_members, known_name
from cardmall.reads.locks import locked
from cardmall.reads.people import require
from cardmall.services.act import Act


def own_shop(act: Act) -> int:
    """Lock the shop of who acts; its id. Refused: no member of one."""
    member = require(act.who, Role.merchant)
    locked(act.session, Shop, Shop.id == member.shop_id)
    return member.shop_id or 0


def in_its_group(act: Act, shop_id: int, goods: Goods, product: Product | None = None) -> Goods:
    """`goods` (of `product`, None: a new one) in the group it names, as that is spelled. Refused beside the fields."""
    known = known_name(act.session, shop_id, goods.group_name)
    members = group_members(act.session, shop_id, known)
    others = [one for one in members if one is not product]
    if wrong := no_room(goods.face, [one.face for one in others]):
        raise invalid(**wrong)
    return replace(goods, group_name=known) if others else goods
