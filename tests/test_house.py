"""The house keeps its own rules: one writer of status, one clock, no act that commits, nothing undocumented."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from cardmall import locales, startup
from cardmall.adapters import db
from cardmall.domain import limits
from cardmall.domain.jobs import JobKind
from cardmall.domain.order_terms import Terms
from cardmall.domain.terms import Abnormal, Offer, Reason
from cardmall.domain.verbs import Verb
from cardmall.models import Order, Product
from cardmall.settings import WrongSetting, read_settings
from cardmall.views.shopper.case import COMPARED
from cardmall.views.shopper.timeline import HIDDEN

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "cardmall").rglob("*.py"))
LARGEST = 300  # lines


def trees(*floors: str) -> Iterator[tuple[Path, ast.AST]]:
    for source in SOURCES:
        if not floors or source.relative_to(ROOT / "cardmall").parts[0].removesuffix(".py") in floors:
            yield source, ast.parse(source.read_text("utf-8"))


def names_of_calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            yield ast.unparse(node.func)


@pytest.mark.parametrize("source", [s for s in SOURCES if "versions" not in s.parts], ids=lambda s: s.stem)
def test_no_file_grows_past_its_floor(source: Path) -> None:
    assert len(source.read_text("utf-8").splitlines()) <= LARGEST


# Names that stand twice and mean one act: a job's handler, or a route, and the use case it calls.
HANDLERS = {
    *(
        "close_payment",
        "drop_picture",
        "end_grace",
        "end_hold",
        "end_transfer",
        "erase_answers",
        "expire_order",
        "follow_shop",
    ),
    "visit_shop",
}
ROUTED = {"register", "sign_in", "sign_out"}


def test_a_public_name_means_one_thing() -> None:
    places: dict[str, set[str]] = {}
    for source, tree in trees():
        floor = source.relative_to(ROOT / "cardmall").parts[0]
        if floor in ("gateway", "migrations", "__main__.py"):  # another program; history; the names of commands
            continue
        for node in ast.iter_child_nodes(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name[0] != "_":
                places.setdefault(node.name, set()).add(f"{floor}/{source.name}")
    twice = {name: found for name, found in places.items() if len(found) > 1 and name != "may"}  # asked of each table
    assert twice.keys() == HANDLERS | ROUTED, twice
    assert all(any(place.startswith("worker/") for place in twice[name]) for name in HANDLERS)
    assert all(any(place.startswith("http/") for place in twice[name]) for name in ROUTED)


def test_a_status_is_written_by_acts_only() -> None:
    writers = {
        source.name
        for source, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and any(isinstance(t, ast.Attribute) and t.attr in ("status", "stage") for t in node.targets)
        and not (isinstance(node.value, ast.Name) and node.value.id == "status")  # a constructor
    }
    assert writers <= {"act.py", "terms.py"}


OF_THE_PRODUCT = {"id", "slug", "case_sensitive", "listed", "created_at", "archived_at", "most_per_order"}  # not sold
OF_A_VERSION = {
    "details",
    "instructions",
    "group_name",
    "face",
}  # the newest is shown; the version an order names says what it was then
COPIED = {"name": "product_name", "price": "unit_price", "shop_id": "shop_id", "category": "category", "mode": "mode"}
COPIED |= {"version": "version"}


def columns(table: type[SQLModel]) -> set[str]:
    return {column.name for column in SQLModel.metadata.tables[str(table.__tablename__)].columns}


def test_what_an_order_takes_over_from_its_product_stands_in_one_place() -> None:
    """In its terms or, where a query needs it, in a column of the order; a new column of the product says in which."""
    terms = {field.name for field in fields(Terms)}
    assert terms <= columns(Product)
    assert terms & (columns(Order) | COPIED.keys()) == set()
    assert set(COPIED.values()) <= columns(Order)
    assert columns(Product) == terms | COPIED.keys() | OF_THE_PRODUCT | OF_A_VERSION


def test_every_term_that_a_case_compares_with_the_listing_of_today_has_its_words() -> None:
    assert {f"evidence.change.{name}" for name in ("name", "price", *COMPARED)} <= locales.keys()


def test_the_terms_of_an_order_are_never_written_again() -> None:
    for source, tree in trees():
        targets = [t for node in ast.walk(tree) if isinstance(node, ast.Assign) for t in node.targets]
        assert not [t for t in targets if isinstance(t, ast.Attribute) and t.attr == "terms"], source


def texts(*nodes: ast.AST) -> list[str]:
    """Literal strings and f-strings among these, as they are written."""
    return [
        ast.unparse(node)
        for node in nodes
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
    ]


def outside(*places: str) -> Iterator[tuple[Path, ast.AST]]:
    """Every node of every source that is neither a migration nor in one of these places."""
    for source, tree in trees():
        if not any(place in source.as_posix() for place in (*places, "/migrations/")):
            yield from ((source, node) for node in ast.walk(tree))


def test_kinds_and_keys_of_jobs_are_written_in_one_place() -> None:
    """A job is named by its type or by JobKind, and its key is made by its task."""
    calls = {"schedule", "handler", "periodic", "waiting_jobs"}
    key = re.compile(rf"f['\"](expire|{'|'.join(JobKind)}):")
    for source, node in outside("/domain/jobs.py", "/domain/upkeep.py"):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in calls:
            assert not texts(*node.args), (source, ast.unparse(node))
        if isinstance(node, ast.Compare) and re.search(r"\b[Jj]ob\.kind\b", ast.unparse(node)):
            assert not texts(*ast.walk(node)), (source, ast.unparse(node))
        if isinstance(node, ast.JoinedStr):
            assert not key.match(ast.unparse(node)), (source, ast.unparse(node))


def test_topics_are_made_in_one_place() -> None:
    """What a page listens to is named by the functions and constants of cardmall/domain/topics.py."""
    made = re.compile(r"f['\"](order|person|shop|transfer):\{")
    calls = {"touch", "_listen", "_follow", "subscribe", "publish", "moved"}
    for source, node in outside("/domain/topics.py"):
        if isinstance(node, ast.JoinedStr):
            assert not made.match(ast.unparse(node)), (source, ast.unparse(node))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in calls:
            assert not texts(*(one for arg in node.args for one in ast.walk(arg))), (source, ast.unparse(node))


def test_use_cases_reads_and_views_never_commit_sleep_or_look_at_the_clock() -> None:
    forbidden = re.compile(r"(commit|rollback|sleep|\.now|utcnow|time\.time|urlopen|httpx\..*)$")
    for source, tree in trees("domain", "models", "reads", "services", "views"):
        assert not [name for name in names_of_calls(tree) if forbidden.search(name)], source


def test_every_lock_reads_its_row_anew() -> None:
    """`locking()` says so in one place; a claimed job or message is read by the UPDATE that claims it."""
    lawful = {Path("reads/locks.py"), Path("adapters/jobs.py"), Path("adapters/messages/sender.py")}
    taken = {
        source.relative_to(ROOT / "cardmall")
        for source, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.keyword) and _name(node) == "with_for_update"
    }
    assert taken == lawful


def _name(node: ast.Attribute | ast.keyword) -> str | None:
    return node.attr if isinstance(node, ast.Attribute) else node.arg


def test_nobody_counts_the_rows_of_an_insert() -> None:
    """A driver may answer -1: what was inserted is returned."""
    counting = {
        f"{source.name}:{function.name}"
        for source, tree in trees()
        if "gateway" not in source.parts  # SQLite alone, by its own driver
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        if "rowcount" in ast.unparse(function) and "insert(" in ast.unparse(function)
    }
    assert counting == set()


def test_nobody_counts_through_a_range_to_find_its_end() -> None:
    """max(PRODUCT_PRICE) looks at five million numbers; its last one is PRODUCT_PRICE[-1]."""
    counted = {
        f"{source.relative_to(ROOT)}: {ast.unparse(call)}"
        for floor in ("cardmall", "tests")
        for source in sorted((ROOT / floor).rglob("*.py"))
        for call in ast.walk(ast.parse(source.read_text("utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("max", "min", "sum")
        if len(call.args) == 1 and isinstance(getattr(limits, ast.unparse(call.args[0]).split(".")[-1], None), range)
    }
    assert counted == set()


def test_there_is_one_clock() -> None:
    """Real time is asked by the clock; sign-in limits, page states and form cookies use the real one on purpose."""
    own = {"clock.py", "nobody.py", "attempts.py", "forms.py", "sign_in.py"}
    asking = {s.name for s, tree in trees() if {"datetime.now", "time.time"} & set(names_of_calls(tree))}
    assert asking <= own


def test_every_verb_has_its_line_on_the_timeline() -> None:
    shown = {f"timeline.{verb}" for verb in set(Verb) - HIDDEN}
    assert shown <= locales.keys()


def test_every_reason_and_offer_can_be_said() -> None:
    assert {f"refused.{r}" for r in Reason} | {f"offer.{o}" for o in Offer} <= locales.keys()


def test_every_cause_of_an_abnormal_order_is_said_wherever_it_is_shown() -> None:
    places = ("admin.why", "admin.do", "order.panel", "order.panel_line", "row.line", "labels.abnormal")
    assert {f"{place}.{cause}" for place in places for cause in Abnormal} <= locales.keys()


def test_every_setting_is_documented() -> None:
    used = re.compile(r"\"(CARDMALL_[A-Z_]+|PORT)\"")
    texts = [s.read_text("utf-8") for s in (*SOURCES, ROOT / "rxconfig.py", ROOT / "tests" / "browser.py")]
    names = {name for text in texts for name in used.findall(text)}
    readme = (ROOT / "README.md").read_text("utf-8")
    assert {name for name in names if name not in readme} == set()


def test_a_wrong_setting_stops_the_start_with_its_name() -> None:
    for env in ({"PORT": "http"}, {"PORT": "²"}, {"CARDMALL_WORKERS": "-1"}, {"CARDMALL_SECRET": "short"}):
        with pytest.raises(WrongSetting, match=next(iter(env))):
            read_settings(env)


EVERYWHERE = "0.0.0.0"  # noqa: S104
EARNEST = {
    "CARDMALL_SECRET": "x" * 32,
    "CARDMALL_TRUSTED_PROXIES": "none",
    "CARDMALL_PUBLIC_URL": "https://mall.example",
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"CARDMALL_TRUSTED_PROXIES": ""},
        {"CARDMALL_TRUSTED_PROXIES": "10.0.0.1/8"},
        {"CARDMALL_TRUSTED_PROXIES": "everybody"},
        {"CARDMALL_PUBLIC_URL": ""},
        {"CARDMALL_PUBLIC_URL": "http://mall.example"},
        {"CARDMALL_PUBLIC_URL": "https://mall.example/shop"},
        {"CARDMALL_PUBLIC_URL": "https://me@mall.example"},
        {"CARDMALL_PUBLIC_URL": "mall.example"},
    ],
)
def test_outside_demo_mode_the_proxies_and_the_address_must_be_said(wrong: dict[str, str]) -> None:
    with pytest.raises(WrongSetting, match=next(iter(wrong))):
        read_settings(EARNEST | wrong)


def test_proxies_and_address_are_read() -> None:
    found = read_settings(EARNEST | {"CARDMALL_TRUSTED_PROXIES": "10.0.0.0/8, ::1"})
    assert [str(network) for network in found.trusted_proxies] == ["10.0.0.0/8", "::1/128"]
    assert found.public_url == "https://mall.example" and found.host == EVERYWHERE
    assert read_settings({"CARDMALL_PUBLIC_URL": "http://localhost:8080/"}).public_url == "http://localhost:8080"
    for port, usual in (
        ("https://Mall.example:443", "https://mall.example"),
        ("http://localhost:80", "http://localhost"),
    ):
        assert read_settings({"CARDMALL_PUBLIC_URL": port}).public_url == usual, "as browsers send it"
    assert read_settings({}).host == "127.0.0.1" and read_settings({"HOST": "::1"}).host == "::1"


def test_no_route_reads_a_body_itself() -> None:
    reads = re.compile(r"^request\.(body|form|json|stream|receive)$|FormParser|MultiPartParser")
    for source, tree in trees("http"):
        if source.name != "body.py":
            assert not [name for name in names_of_calls(tree) if reads.search(name)], source


def test_demo_mode_ends_with_a_secret_or_a_database() -> None:
    assert read_settings({}).demo
    assert not read_settings(EARNEST).demo
    with pytest.raises(WrongSetting, match="CARDMALL_SECRET"):
        read_settings({"CARDMALL_DATABASE_URL": "sqlite:///x.db"})


def test_a_demo_may_be_asked_for_on_any_database_but_never_with_a_secret() -> None:
    found = read_settings({"CARDMALL_DATABASE_URL": "postgresql:///mall", "CARDMALL_DEMO": "1"})
    assert found.demo and found.host == "127.0.0.1"
    with pytest.raises(WrongSetting, match="CARDMALL_DEMO"):
        read_settings(EARNEST | {"CARDMALL_DEMO": "1"})
    with pytest.raises(WrongSetting, match="CARDMALL_SECRET"):
        read_settings({"CARDMALL_DEMO": "0"})


def test_the_migrations_make_the_tables_of_the_models(tmp_path: Path) -> None:
    engine = db.make_engine(f"sqlite:///{tmp_path / 'm.db'}")
    db.use(engine)
    try:
        startup.migrate()
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": False})
            assert compare_metadata(context, SQLModel.metadata) == []
            assert sa.inspect(connection).get_table_names()
            there = set(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'index'").scalars())
    finally:
        db.use(None)
        engine.dispose()
    assert {"ix_order_tail", "ix_account_phone_tail"} <= there, "a table written anew loses those of expressions"
