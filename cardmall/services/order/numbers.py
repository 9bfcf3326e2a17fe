"""Numbers people read aloud: two letters, the Shanghai minute, four random digits."""

import secrets

from sqlmodel import select

from cardmall.domain.calendar import SHANGHAI
from cardmall.models import Case, Order, Payment, Refund, Transfer
from cardmall.services.act import Act

_PREFIX = {Order: "CM", Case: "AS", Payment: "PY", Refund: "RF", Transfer: "TR"}
_DIGITS = {Order: 4, Case: 4, Payment: 8, Refund: 8, Transfer: 4}


Numbered = type[Order] | type[Case] | type[Payment] | type[Refund] | type[Transfer]


def new_no(act: Act, kind: Numbered) -> str:
    """An unused number of this kind; the unique constraint guarantees what the look-up promises."""
    minute = act.now.astimezone(SHANGHAI).strftime("%y%m%d%H%M")
    while True:
        digits = _DIGITS[kind]
        no = f"{_PREFIX[kind]}{minute}{secrets.randbelow(10**digits):0{digits}d}"
        if act.session.exec(select(kind.id).where(kind.no == no)).first() is None:
            return no
