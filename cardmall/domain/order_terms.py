"""The terms of an order: what it was sold under, copied from its product when it is placed and never changed after."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from cardmall.domain.buyer_fields import BuyerField, BuyerFields
from cardmall.domain.picture_ids import PictureIds
from cardmall.domain.receipts import ProductForm
from cardmall.domain.refunds import Policy

Json = Mapping[str, Any]

# What turns the fields each version wrote into those of today: a version that lacks a field says what its orders had.
_READ: dict[int, Callable[[Json], Json]] = {
    1: lambda written: {**written, "buyer_fields": [], "pictures": [], "form": "code"},
    2: lambda written: {**written, "pictures": [], "form": "code"},
    3: lambda written: {**written, "form": "code"},
    4: lambda written: written,
}
_EMPTY: dict[object, Any] = {
    str: "",
    int: 0,
    bool: False,
    BuyerFields: (),
    PictureIds: (),
    ProductForm: ProductForm.code,
}
VERSION = max(_READ)  # of what `to_json` writes


class UnknownTerms(Exception):
    """Terms of a version that this program cannot read."""


@dataclass(frozen=True)
class Terms:
    """The listing as it was sold: looks, delivery, rule, policy, what is asked for, what is delivered.

    A new field is a new version.
    """

    cover: str
    summary: str
    delay_seconds: int
    promise_seconds: int
    activation_rule: str
    return_allowed: bool
    window_days: int
    fee_permille: int
    buyer_fields: BuyerFields = ()
    pictures: PictureIds = ()
    form: ProductForm = ProductForm.code

    @classmethod
    def of(cls, product: object) -> "Terms":
        """The terms under which `product` is sold now: its attributes named like the fields."""
        return cls(**{field.name: getattr(product, field.name) for field in fields(cls)})

    @classmethod
    def none(cls) -> "Terms":
        """Empty text, 0, False or nothing in every field: what a page holds before it has looked."""
        return cls(**{field.name: _EMPTY[field.type] for field in fields(cls)})

    @property
    def policy(self) -> Policy:
        return Policy(self.return_allowed, self.window_days, self.fee_permille)

    @classmethod
    def from_json(cls, data: Json) -> "Terms":
        """Read what `to_json` of this or an earlier version wrote; raises UnknownTerms for another version."""
        written = dict(data)
        version = written.pop("v", None)
        if version not in _READ:
            raise UnknownTerms(f"terms of version {version!r}; this program reads {', '.join(map(str, _READ))}")
        told = dict(_READ[version](written))
        told["buyer_fields"] = tuple(map(BuyerField.from_json, told["buyer_fields"]))
        told["pictures"] = tuple(told["pictures"])
        told["form"] = ProductForm(told["form"])
        return cls(**told)

    def to_json(self) -> dict[str, Any]:
        lists = {"buyer_fields": [one.to_json() for one in self.buyer_fields], "pictures": list(self.pictures)}
        return {"v": VERSION, **asdict(self), **lists, "form": self.form.value}
