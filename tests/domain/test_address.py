from cardmall.domain.address import Address, AddressKind


def test_it_masks_a_phone_number() -> None:
    assert Address(AddressKind.phone, "+8613800000001").masked == "138****0001"


def test_it_masks_an_e_mail_address() -> None:
    assert Address(AddressKind.email, "alice@cardmall.test").masked == "al***@cardmall.test"
    assert Address(AddressKind.email, "a@cardmall.test").masked == "a***@cardmall.test"


def test_it_shows_its_owner_the_whole_address() -> None:
    assert Address(AddressKind.phone, "+8613800000001").shown == "138 0000 0001"
    assert Address(AddressKind.email, "alice@cardmall.test").shown == "alice@cardmall.test"
