"""Whether a product finds room in a group: asked under the lock of its shop, so that nobody takes it meanwhile."""

from cardmall.domain import limits
from cardmall.domain.goods import Goods
from cardmall.domain.terms import FieldError, Role
from cardmall.models import Product, Shop
from cardmall.reads.goods import group_members
from cardmall.reads.locks import locked
from cardmall.reads.people import require
from cardmall.services.act import Act


def own_shop(act: Act) -> int:
    """Lock the shop of who acts; its id. Refused: no member of one."""
    member = require(act.who, Role.merchant)
    locked(act.session, Shop, Shop.id == member.shop_id)
    return member.shop_id or 0


def crowded(act: Act, shop_id: int, goods: Goods, product: Product | None = None) -> dict[str, FieldError]:
    """What keeps `goods` (of `product`, None: a new one) out of the group it names, by field; nothing for no group."""
    others = [one for one in group_members(act.session, shop_id, goods.group_name) if one is not product]
    wrong: dict[str, FieldError] = {}
    if len(others) >= limits.GROUP_SIZE:
        wrong["group"] = FieldError.group_full
    if any(one.face == goods.face for one in others):
        wrong["face"] = FieldError.face_taken
    return wrong
