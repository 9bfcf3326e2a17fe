"""A group of products is renamed or dissolved as a whole: every product of it gets its next version (R85)."""

from collections.abc import Sequence
from dataclasses import replace

from cardmall.domain.goods import Goods, read_group_name
from cardmall.domain.rules.goods import GoodsAct, GoodsFacts, may
from cardmall.domain.rules.turn import standing
from cardmall.domain.terms import FieldError, invalid
from cardmall.models import Product
from cardmall.reads.doors import not_found
from cardmall.reads.goods import group_members, known_name
from cardmall.reads.people import require
from cardmall.services.act import Act
from cardmall.services.shop.goods import write_version
from cardmall.services.shop.group_room import own_shop


def rename_group(act: Act, name: object, called: object) -> int:
    """Call a group of the own shop `called`; how many products it has. Refused beside the field `group`: no name, or
    another group has it (group_taken)."""
    _demand(act)
    shop_id, read = own_shop(act), read_group_name(str(called))
    if isinstance(read, FieldError):
        raise invalid(group=read)
    found = _members(act, shop_id, name)
    if (taken := known_name(act.session, shop_id, read)) and taken != str(name):
        raise invalid(group=FieldError.group_taken)
    for product in found:
        write_version(act, product, replace(Goods.of(product), group_name=read))
    return len(found)


def dissolve_group(act: Act, name: object) -> int:
    """Take every product out of a group of the own shop; how many there were. All stay on sale as they are."""
    _demand(act)
    found = _members(act, own_shop(act), name)
    for product in found:
        write_version(act, product, replace(Goods.of(product), group_name="", face=""))
    return len(found)


def _demand(act: Act) -> None:
    """Refused: who acts may not change goods."""
    turn = may(GoodsAct.regroup, standing(require(act.who)), GoodsFacts(), act.now)
    if not turn.is_open:
        raise turn.refusal()


def _members(act: Act, shop_id: int, name: object) -> Sequence[Product]:
    """Locked. Refused: no such group."""
    found = group_members(act.session, shop_id, str(name), lock=True)
    if not found:
        raise not_found()
    return found
