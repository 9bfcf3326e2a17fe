"""One word per thing: it is spelled the same in code, in the database and in the catalogs."""

from enum import StrEnum
from inspect import getmembers, isclass

import pytest

from cardmall.domain import address, terms, verbs

GLOSSARY = [
    term
    for module in (address, terms, verbs)
    for _, term in getmembers(module, isclass)
    if issubclass(term, StrEnum) and term is not StrEnum
]


@pytest.mark.parametrize("term", GLOSSARY)
def test_every_word_is_its_own_name(term: type[StrEnum]) -> None:
    assert [word.value for word in term] == [word.name.rstrip("_") for word in term]
