"""Codes a member of the shop typed: all are new and of the right number, or every wrong line is told."""

from collections.abc import Mapping, Sequence

from cardmall.domain import limits
from cardmall.domain.batches import known_verdict
from cardmall.domain.terms import FieldError, LineFault, WrongLine, invalid
from cardmall.domain.typed_codes import read_typed, surplus_lines
from cardmall.models import Product
from cardmall.reads.batches import KnownCode, known_codes
from cardmall.services.act import Act


def checked_codes(act: Act, product: Product, lines: Sequence[str], quantity: int) -> list[str]:
    """Return the codes on these lines, as many new ones as `quantity`; blank lines are none. Refused beside `codes`:
    nothing is typed, too few are or more than TYPED_LINES, or, each with its reason, these lines are wrong."""
    if sum(bool(line.strip()) for line in lines) > limits.TYPED_LINES:  # each is looked up, under the shop's lock
        raise invalid(codes=FieldError.count_mismatch)
    typed = read_typed(lines, case_sensitive=product.case_sensitive)
    if not typed.good and not typed.wrong:
        raise invalid(codes=FieldError.required)
    known = _known(act, product, typed.good)
    new = {line: code for line, code in typed.good.items() if line not in known}
    demand_none([*typed.wrong, *known.values(), *surplus_lines(new, quantity)])
    if len(new) < quantity:
        raise invalid(codes=FieldError.count_mismatch)
    return list(new.values())


def demand_none(wrong: Sequence[WrongLine]) -> None:
    """Refused: these lines are wrong."""
    if wrong:
        raise invalid(*sorted(wrong, key=lambda one: one.line), codes=FieldError.bad_lines)


def demand_new(act: Act, product: Product, codes: Sequence[str]) -> None:
    """Refused: the shop has, or had, one of these codes on a card."""
    demand_none(list(_known(act, product, dict(enumerate(codes, 1))).values()))


def _known(act: Act, product: Product, codes: Mapping[int, str]) -> dict[int, WrongLine]:
    """The lines whose code the shop has, or had; the caller holds the shop's lock: none is entered meanwhile."""
    blinds = {str(line): act.world.vault.blinds(product, code) for line, code in codes.items()}
    known = known_codes(act.session, product, blinds) if blinds else {}
    return {line: _wrong(line, known[str(line)]) for line in codes if str(line) in known}


def _wrong(line: int, card: KnownCode) -> WrongLine:
    verdict = known_verdict(card.status, same_product=card.same_product)
    return WrongLine(line, LineFault(verdict))
