"""Reads what people type as a phone number or e-mail address."""

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from cardmall.domain.address import Address, AddressKind
from cardmall.domain.typed import plain

_LONGEST = 254


def read_address(typed: str) -> Address | None:
    """The normalised address; None when it is neither a mainland mobile number nor an e-mail address."""
    text = plain(typed)
    if not text or len(text) > _LONGEST:
        return None
    return _email(text) if "@" in text else _phone(text)


def _email(text: str) -> Address | None:
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError:
        return None
    return Address(AddressKind.email, found.ascii_email.lower()) if found.ascii_email else None


def _phone(text: str) -> Address | None:
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        return None
    if number.country_code != 86 or number.extension or not phonenumbers.is_valid_number(number):
        return None
    if phonenumbers.number_type(number) != phonenumbers.PhoneNumberType.MOBILE:
        return None  # 01012345678 is valid, and a landline
    return Address(AddressKind.phone, phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
