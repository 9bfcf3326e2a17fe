from cardmall.domain.address import Address, AddressKind


def test_it_masks_a_phone_number() -> None:
    assert Address(AddressKind.phone, "+8613800000001").masked == "138****0001"


def test_it_masks_an_e_mail_address() -> None:
    assert Address(AddressKind.email, "alice@cardmall.test").masked == "al***@cardmall.test"
    assert Address(AddressKind.email, "a@cardmall.test").masked == "a***@cardmall.test"
