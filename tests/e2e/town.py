"""Dave buys, Bob and Erin sell, somebody holds the clock: each in a browser of their own."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page
from sqlalchemy import Connection, text

from tests.e2e.pages.admin import Admin
from tests.e2e.pages.demo import Clock
from tests.e2e.pages.merchant import Merchant
from tests.e2e.pages.shopper import Shopper
from tests.e2e.truth import Truth


@dataclass
class Town:
    """The served demo town."""

    new_page: Callable[..., Page]
    db: Connection

    def dave(self, *allow: str) -> Shopper:
        """`allow`: errors in the console that this story brings along."""
        shopper = Shopper(self.new_page(allow=allow))
        shopper.sign_in("dave")
        return shopper

    def alice(self) -> Shopper:
        shopper = Shopper(self.new_page())
        shopper.sign_in("alice")
        return shopper

    def bob(self) -> Merchant:
        merchant = Merchant(self.new_page())
        merchant.sign_in("bob")
        return merchant

    def erin(self) -> Merchant:
        merchant = Merchant(self.new_page())
        merchant.sign_in("erin")
        return merchant

    def carol(self) -> Admin:
        admin = Admin(self.new_page())
        admin.sign_in("carol")
        return admin

    def clock(self) -> Clock:
        return Clock(self.new_page())

    def truth(self, no: str) -> Truth:
        return Truth(self.db, no)

    def statements(self) -> list[tuple[str, int, int, int]]:
        """(day, lines, fen captured, fen refunded) of each day checked, oldest first."""
        found = self.db.execute(text("SELECT day, lines, captured, refunded FROM statement ORDER BY day"))
        return [(row[0], row[1], row[2], row[3]) for row in found]

    def mismatches(self) -> list[tuple[str, str]]:
        """(difference, number) of everything in which the channel and the house ever differed."""
        found = self.db.execute(text("SELECT difference, number FROM mismatch ORDER BY id"))
        return [(row[0], row[1]) for row in found]
