"""The numbers of `limits` in texts, in the unit people think in: catalogs write {=answer_hours}.

Any limit can be named by its own name and a unit, without a line here: {=session_life_days} is SESSION_LIFE, {=rounds}
is ROUNDS. Here stand those with another name.
"""

from datetime import timedelta

from cardmall.domain import limits
from cardmall.domain.guide import NUMBERS

_HOUR, _DAY, _MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
FIGURES: dict[str, str] = NUMBERS | {
    name: str(value)
    for name, value in {
        "shop_name_least": limits.SHOP_NAME[0],
        "shop_name_most": limits.SHOP_NAME[-1],
        "field_choices_least": limits.FIELD_CHOICES[0],
        "field_choices_most": limits.FIELD_CHOICES[-1],
        "product_name_least": limits.PRODUCT_NAME[0],
        "product_name_most": limits.PRODUCT_NAME[-1],
        "rule_least": limits.PRODUCT_RULE[0],
        "rule_most": limits.PRODUCT_RULE[-1],
        "receipt_most": limits.RECEIPT_TEXT[-1],
        "price_most": limits.PRODUCT_PRICE[-1] // 100,
        "rule_most_yuan": limits.RULE_MOST[-1] // 100,
        "rule_shopper_most": limits.RULE_SHOPPER[-1],
        "rule_day_most": limits.RULE_DAY[-1],
        "return_days_most": limits.RETURN_DAYS[-1],
        "fee_most": limits.FEE_PERMILLE[-1] // 10,
        "quantity_most": limits.QUANTITY[-1],
        "record_days": limits.RECORD_OF // _DAY,
        "soon_hours": limits.REVIEW_SOON // _HOUR,
        "code_digits": limits.CONFIRM_CODE_DIGITS,
        "code_minutes": limits.CONFIRM_CODE_LIFE // _MINUTE,
        "code_seconds": limits.CONFIRM_CODE_EVERY // timedelta(seconds=1),
        "check_minutes": limits.CHECK_EVERY // _MINUTE,
        "picture_megapixels": limits.PICTURE_PIXELS // 1_000_000,
        "recalled_cards": limits.RECALLED_CARDS,
        "low_stock_most": limits.LOW_STOCK[-1],
        "list_mb": limits.LIST_BYTES >> 20,
        "paste_mb": limits.PASTE_BYTES >> 20,
        "balance_hours": limits.BALANCE_AGAIN // _HOUR,
        "password_shortest": limits.PASSWORD_LENGTH.start,
        "card_shortest": limits.CARD_DIGITS[0],
        "card_longest": limits.CARD_DIGITS[1],
        "late_minutes": limits.PAID_LATE // _MINUTE,
        "demo_minutes": limits.DEMO_STEP // _MINUTE,
        "demo_days": limits.DEMO_LEAP // _DAY,
        "calendar_years": limits.CALENDAR_AHEAD // (365 * _DAY),
    }.items()
}
_UNITS = {"seconds": timedelta(seconds=1), "minutes": _MINUTE, "hours": _HOUR, "days": _DAY}
_OFTEN = {"1": "once", "2": "twice"}


def number_words(name: str, noun: str = "") -> str:
    """The number; with a noun, English: "1 business day", "3 reminders"; "times" → once, twice, 3 times;
    "every hour" → every hour, every 2 hours.

    KeyError: limits have no such number.
    """
    number = _grouped(FIGURES[name] if name in FIGURES else _of_limits(name))
    if not noun:
        return number
    if noun == "times":
        return _OFTEN.get(number, f"{number} times")
    if noun.startswith("every "):
        return noun if number == "1" else f"every {number} {noun.removeprefix('every ')}s"
    return f"{number} {noun}" if number == "1" else f"{number} {noun}s"


def _grouped(number: str) -> str:
    """ "100000" as "100,000", as sums of money are written; up to four digits as it is."""
    return f"{int(number):,}" if number.isdigit() and len(number) > 4 else number


def _of_limits(name: str) -> str:
    """`PAY_WITHIN` as {=pay_within_minutes}; a number without a unit by its name alone."""
    limit, _, unit = name.rpartition("_")
    known = vars(limits)
    whole = known[name.upper()] if name.upper() in known else known[limit.upper()] // _UNITS[unit]
    if not isinstance(whole, int):
        raise KeyError(name)
    return str(whole)
