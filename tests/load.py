"""A history to measure on: `python -m tests.load 100000` copies ended orders of the demo town by SQL until there are so
many, lets the jobs close the days, opens every page of every role there and in the town by turns, and prints both.

`TEST_GROUND=postgres` does the same on PostgreSQL.
"""

import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from cardmall import demo, routes
from cardmall.adapters import db
from cardmall.adapters.world import our_act
from cardmall.domain.terms import CardStatus
from cardmall.domain.upkeep import CheckBooks, CloseDays
from cardmall.models import Account, Card, Case, Order, Payment, Product
from cardmall.models.columns import UtcDateTime
from cardmall.services.money import days
from cardmall.worker import days as days_job
from tests.bank import bank, sandbox
from tests.ground import EMPTY, IN_FORCE, POSTGRES, PostgresGround, SqliteGround
from tests.opened import Visit, opened, visits
from tests.town import sign_everybody_in

USUAL = 100_000
ROUNDS = 16
TRIED = 40  # numbers of one page
SHOPPERS = 2_000  # among whom the copies are shared out
SPREAD_DAYS = 700  # the copies lie so far back
COPIED = (
    *("order", "card", "payment", "case", "evidence_round", "refund", "posting", "event", "message", "conversation"),
    *("support_thread", "support_message", "attempt"),
)
OWN_TEXT = {"no", "id", "blind", "shop_blind", "entry_no"}  # text that must differ in each copy
PARENT = {"order_id": "order", "case_id": "case", "payment_id": "payment"}
ENDED = """
SELECT id FROM "order" o WHERE abnormal IS NULL
AND (stage = 'closed' OR (stage = 'delivered' AND status = 'completed'))
AND NOT EXISTS (SELECT 1 FROM transfer t WHERE o.id IN (t.order_id, t.new_order_id))
AND NOT EXISTS (SELECT 1 FROM refund r WHERE r.order_id = o.id AND r.predecessor_id IS NOT NULL)
AND (SELECT coalesce(sum(amount), 0) FROM posting p WHERE p.order_id = o.id AND p.account = 'escrow') = 0
"""

Took = tuple[int, list[float]]  # statements, milliseconds on each database


def main(wanted: int) -> None:
    with tempfile.TemporaryDirectory() as folder, standing(Path(folder)) as (town, large):
        slug = stocked_product()
        pages, lists = [*_one_of_each(slug)], [*filtered(slug)]
        db.use(large)
        began = time.perf_counter()
        stock(slug, wanted)
        made = grow(wanted)
        print(f"{made:,} orders and as many codes of {slug} in {time.perf_counter() - began:.0f} s")
        close_days()
        show("page", {visit: took(visit, town, large) for visit in pages})
        show("filter or search", {visit: took(visit, town, large) for visit in lists})


@contextmanager
def standing(folder: Path) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    """Two demo towns, each on a database of its own, everybody signed in under a token that is their first name."""
    bank()
    ground = PostgresGround() if IN_FORCE == POSTGRES else SqliteGround(folder)
    town = ground.engine(EMPTY)
    db.use(town)
    demo.build_if_empty()
    sign_everybody_in()
    town.dispose()
    ground.copy(EMPTY, "large")
    large = ground.engine("large")
    yield town, large
    db.use(None)
    for engine in (town, large):
        engine.dispose()
    ground.close()
    sandbox().hang_up()


def filtered(slug: str) -> Iterator[Visit]:
    """The shop's list of orders under each of its filters and searches, and whatever admins search for."""
    with db.reading() as session:
        no = session.exec(select(Order.no).order_by(col(Order.id)).limit(1)).one()
        case, payment = (session.exec(select(one.no).limit(1)).one() for one in (Case, Payment))
    tail = no[-4:]
    asked = ("stage=delivered", f"product={slug}", "mode=manual", "channel=wechat", "since=2020-01-01", "held=yes")
    for query in (*asked, "least=1&most=99", "stage=closed&held=no", f"q={tail}", "q=dragon77"):
        yield Visit(f"{routes.MERCHANT_ORDERS}?{query}", f"{routes.MERCHANT_ORDERS}?{query}", "bob")
    asked = (no, tail, case, payment, "alice@cardmall.test", "13800000001", "0001", "dragon77", "qinghe")
    for query in (*(f"q={q}" for q in asked), "shop=qinghe"):
        yield Visit(f"{routes.ADMIN_ORDERS}?{query}", f"{routes.ADMIN_ORDERS}?{query}", "carol")


def _one_of_each(slug: str) -> Iterator[Visit]:
    """Each page of this product, else of the number that takes the most statements: others may be refused."""
    for _, several in itertools.groupby(visits(), lambda visit: visit.route):
        few = sorted(several, key=lambda visit: slug not in visit.path)[:TRIED]
        yield few[0] if slug in few[0].path else max(few, key=lambda visit: len(opened(visit)))


def stocked_product() -> str:
    """One on sale with codes on the shelf, of the shop that visits."""
    with db.reading() as session:
        its = (col(Card.product_id) == col(Product.id), col(Card.status) == CardStatus.available)
        mine = (col(Account.shop_id) == col(Product.shop_id), col(Account.email).startswith("bob@"))
        found = select(Product.slug).where(col(Product.listed), sa.exists().where(*its), sa.exists().where(*mine))
        return session.exec(found.order_by(col(Product.id)).limit(1)).one()


def stock(slug: str, wanted: int) -> None:
    """So many more codes of this product on the shelf: copies of one, each with another number and index."""
    like = f"product_id = (SELECT id FROM product WHERE slug = '{slug}') AND status = 'available'"
    made = {"id": "'L' || n", "blind": "'L' || n", "shop_blind": "'L' || n"}
    names = [column.name for column in SQLModel.metadata.tables["card"].columns]
    columns, values = ", ".join(names), ", ".join(made.get(name, name) for name in names)
    numbers = f"WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {wanted})"
    one = f"(SELECT * FROM card WHERE {like} LIMIT 1)"
    with db.engine().begin() as connection:
        connection.execute(sa.text(f"INSERT INTO card ({columns}) {numbers} SELECT {values} FROM {one} AS it, c"))


def took(visit: Visit, *engines: sa.Engine) -> Took:
    """Statements, and the median milliseconds on each database, in turns: a busy minute of the machine slows both."""
    times: list[list[float]] = [[] for _ in engines]
    statements = 0
    for _ in range(ROUNDS):
        for engine, mine in zip(engines, times, strict=True):
            db.use(engine)
            begun = time.perf_counter()
            statements = len(opened(visit))
            mine.append((time.perf_counter() - begun) * 1000)
    return statements, [statistics.median(mine[1:]) for mine in times]  # the first marks as read what is new


def show(what: str, measured: dict[Visit, Took]) -> None:
    print(f"{what:40} {'statements':>10} {'town ms':>9} {'large ms':>9} {'ratio':>7}")
    for visit, (statements, (quick, slow)) in measured.items():
        print(f"{visit.route:40} {statements:10} {quick:9.1f} {slow:9.1f} {slow / quick:7.1f}")


def grow(wanted: int) -> int:
    """Double the ended orders, with all that hangs on them, until `wanted` orders exist; how many there are."""
    with db.engine().begin() as connection:
        _keep_in_memory(connection)
        connection.execute(sa.text(f"CREATE TEMP TABLE grown AS {ENDED}"))
        _settle(connection)
        for step in range(64):
            missing = wanted - connection.execute(sa.text('SELECT count(*) FROM "order"')).scalar_one()
            if missing <= 0:
                break
            _double(connection, step, missing)
        connection.execute(sa.text("DROP TABLE grown"))
    db.engine().dispose()  # what measures has the memory of the application
    return _looked_over()


def _keep_in_memory(connection: sa.Connection) -> None:
    """SQLite writes each page of an index once in a long transaction when it may keep all of them."""
    if not _is_postgres(connection):
        connection.exec_driver_sql("PRAGMA cache_size = -10000000")  # KiB, at most


def _looked_over() -> int:
    """Tell the planner the sizes of the tables, and the sequences of PostgreSQL what is taken; count the orders."""
    with db.engine().connect() as connection:
        run = connection.exec_driver_sql
        run("COMMIT")
        run("ANALYZE")
        for name in COPIED if _is_postgres(connection) else ():
            if "INTEGER" in str(SQLModel.metadata.tables[name].columns[0].type):
                key = SQLModel.metadata.tables[name].columns[0].name
                run(f'SELECT setval(pg_get_serial_sequence(\'"{name}"\', \'{key}\'), max("{key}")) FROM "{name}"')
        run("COMMIT" if _is_postgres(connection) else "BEGIN")
        return run('SELECT count(*) FROM "order"').scalar_one()


def _is_postgres(connection: sa.Connection) -> bool:
    return connection.dialect.name == "postgresql"


def close_days() -> None:
    """Run the jobs that carry sums forward and compare them, and print the longest piece of each."""
    pieces: list[float] = []
    begun = time.perf_counter()
    while found := days_job._sums(CloseDays()):
        written = time.perf_counter()
        with db.transaction() as session:
            days.close_day(our_act(session), found)
        pieces.append(time.perf_counter() - written)
    took_all, longest = time.perf_counter() - begun, max(pieces, default=0)
    print(f"{len(pieces)} days closed in {took_all:.0f} s, at most {longest * 1000:.0f} ms under the write lock")
    begun = time.perf_counter()
    with db.transaction() as session:
        days.keep_check(our_act(session), found := days_job._check(CheckBooks()))
    odd = [check for check in found.checks if check.difference or check.numbers]
    print(f"books compared with every row in {time.perf_counter() - begun:.1f} s: {odd or 'all agree'}")


def _settle(connection: sa.Connection) -> None:
    """Shoppers for the copies, after all other accounts."""
    row = "'S' || n, 'shopper', 's' || n || '@load.test', '', 'zh_CN', '2024-01-01 00:00:00.000000'"
    numbers = f"WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {SHOPPERS})"
    connection.execute(
        sa.text(
            f"INSERT INTO account (name, role, email, password_hash, locale, created_at) {numbers} SELECT {row} FROM c"
        )
    )


def _double(connection: sa.Connection, step: int, most: int) -> None:
    """One more of each of the first `most` orders of `grown`, further back in time each step."""
    connection.execute(sa.text(f"CREATE TEMP TABLE now_copied AS SELECT id FROM grown LIMIT {most}"))
    shifts = {name: _shift(connection, name) for name in COPIED}
    minutes = SPREAD_DAYS * 24 * 60 // 2 ** (step + 1) + 1
    for name in COPIED:
        table = SQLModel.metadata.tables[name]
        columns = [column.name for column in table.columns]
        copied = [_copied(column, name, shifts, step, minutes) for column in table.columns]
        names = ", ".join(f'"{one}"' for one in columns)
        connection.execute(
            sa.text(f'INSERT INTO "{name}" ({names}) SELECT {", ".join(copied)} FROM "{name}" WHERE {_belongs(name)}')
        )
    connection.execute(sa.text(f"INSERT INTO grown SELECT id + {shifts['order']} FROM now_copied"))
    connection.execute(sa.text("DROP TABLE now_copied"))


def _shift(connection: sa.Connection, name: str) -> int:
    key = next(iter(SQLModel.metadata.tables[name].primary_key)).name
    highest = connection.execute(sa.text(f'SELECT max("{key}") FROM "{name}"')).scalar()
    return highest if isinstance(highest, int) else 0


def _belongs(name: str) -> str:
    if name == "order":
        return "id IN (SELECT id FROM now_copied)"
    if name == "evidence_round":
        return 'case_id IN (SELECT id FROM "case" WHERE order_id IN (SELECT id FROM now_copied))'
    return "order_id IN (SELECT id FROM now_copied)"


def _copied(column: sa.Column[Any], table: str, shifts: dict[str, int], step: int, minutes: int) -> str:
    """The value of this column in the copy, as SQL."""
    name, kind = column.name, str(column.type)
    if name == "shopper_id":
        return f"(SELECT max(id) FROM account) - (id % {SHOPPERS}) * 7919 % {SHOPPERS}"
    if name in PARENT:
        return f'"{name}" + {shifts[PARENT[name]]}'
    if name == "id" and kind == "INTEGER":
        return f"id + {shifts[table]}"
    if name in OWN_TEXT:
        return f"\"{name}\" || '{chr(97 + step % 26)}{step // 26 or ''}'"
    if isinstance(column.type, UtcDateTime):
        earlier = f"strftime('%Y-%m-%d %H:%M:%f', \"{name}\", '-{minutes} minutes') || '000'"
        return f"\"{name}\" - interval '{minutes} minutes'" if IN_FORCE == POSTGRES else earlier
    return f'"{name}"'


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else USUAL)
