"""Graphs that can fail, and who may do what in every state, typed by hand."""

import pytest

from cardmall.domain.lifecycle import CASE, ORDER, START, TABLES, TRANSFER, Move, Table, checked, flaws, stage_of
from cardmall.domain.terms import CaseStatus, OrderStatus, RefundStatus, Role, Stage, TransferStatus

S, M, A, SYS = Role.shopper, Role.merchant, Role.admin, Role.system


def arrow(verb: str, source: str, target: str, *roles: Role) -> Move:
    return Move(verb, frozenset({source}), target, frozenset(roles or (S,)))


def graph(*moves: Move) -> Table:
    reach = tuple(arrow(f"to_{s}", START, s) for s in RefundStatus)
    return Table("refund", RefundStatus, (*reach, *moves))


def test_the_graphs_of_the_house_have_no_flaw() -> None:
    assert [list(flaws(table)) for table in TABLES] == [[] for _ in TABLES]


@pytest.mark.parametrize(
    ("table", "flaw"),
    [
        (graph(arrow("fly", "sent", "moon")), "unknown moon"),
        (graph(arrow("land", "moon", "sent")), "unknown moon"),
        (
            graph(arrow("go", "sent", "failed"), arrow("go", "sent", "processing")),
            "ambiguous ('go', 'sent', <Role.shopper: 'shopper'>)",
        ),
        (Table("order", OrderStatus, ORDER.moves[1:]), "unreachable pending_payment"),
        (Table("order", OrderStatus, tuple(m for m in ORDER.moves if m.verb != "deliver")), "unreachable completed"),
    ],
)
def test_it_finds_the_flaw(table: Table, flaw: str) -> None:
    assert flaw in list(flaws(table))


def test_two_roles_may_share_a_verb_that_leads_elsewhere() -> None:
    assert list(flaws(graph(arrow("go", "sent", "failed", S), arrow("go", "sent", "processing", M)))) == []


def test_a_flawed_graph_stops_the_start() -> None:
    with pytest.raises(ValueError, match="refund: unknown moon"):
        checked([graph(arrow("fly", "sent", "moon"))])


# By hand: status · who → verbs
ORDER_ACTIONS = {
    (START, S): ["place"],
    (START, SYS): ["place"],
    ("pending_payment", S): ["cancel"],
    ("pending_payment", SYS): ["cancel", "expire", "pay"],
    ("awaiting_delivery", S): ["cancel"],
    ("awaiting_delivery", M): ["cancel", "deliver"],
    ("awaiting_delivery", A): ["cancel"],
    ("awaiting_delivery", SYS): ["cancel", "deliver"],
    ("delivered", S): ["cancel", "complete"],
    ("delivered", M): ["cancel"],
    ("delivered", A): ["cancel"],
    ("delivered", SYS): ["cancel", "complete"],
    ("completed", S): ["cancel"],
    ("completed", M): ["cancel"],
    ("completed", A): ["cancel"],
    ("completed", SYS): ["cancel"],
}
# By hand: status · verb · who → status
TRANSFER_MOVES = {
    (START, "offer", S, "offered"),
    ("offered", "agree", S, "accepted"),
    ("offered", "agree", M, "accepted"),
    ("accepted", "complete", SYS, "completed"),
    *[(s, "decline", r, "declined") for s in ("offered", "accepted") for r in (S, M, SYS)],
    *[(s, "withdraw", r, "withdrawn") for s in ("offered", "accepted") for r in (S, SYS)],
    *[(s, "expire", SYS, "expired") for s in ("offered", "accepted")],
}
CASE_MOVES = {
    (START, "open", S, "review"),
    (START, "report", S, "appeal"),
    (START, "give", M, "approved"),
    ("review", "withdraw", S, "withdrawn"),
    ("review", "approve", M, "approved"),
    ("review", "approve", SYS, "approved"),
    ("review", "reject", M, "rejected"),
    ("review", "ask", M, "info_requested"),
    ("review", "offer", M, "offered"),
    ("review", "lapse", SYS, "overdue"),
    ("info_requested", "answer", S, "review"),
    ("info_requested", "answer", SYS, "review"),
    ("info_requested", "withdraw", S, "withdrawn"),
    ("info_requested", "approve", M, "approved"),
    ("info_requested", "approve", SYS, "approved"),
    ("offered", "accept", S, "settled"),
    ("offered", "decline", S, "review"),
    ("offered", "decline", SYS, "review"),
    ("offered", "withdraw", S, "withdrawn"),
    ("offered", "approve", M, "approved"),
    ("offered", "approve", SYS, "approved"),
    ("overdue", "approve", M, "approved"),
    ("overdue", "approve", SYS, "approved"),
    ("appeal", "approve", SYS, "approved"),
    ("overdue", "withdraw", S, "withdrawn"),
    ("overdue", "appeal", S, "appeal"),
    ("overdue", "escalate", SYS, "appeal"),
    ("review", "escalate", SYS, "appeal"),  # the shop was disabled
    ("info_requested", "escalate", SYS, "appeal"),
    ("offered", "escalate", SYS, "appeal"),
    ("rejected", "appeal", S, "appeal"),
    ("rejected", "ask_partial", S, "asked"),
    ("asked", "accept", M, "settled"),
    ("asked", "decline", M, "rejected"),
    ("asked", "decline", SYS, "rejected"),
    ("appeal", "offer", M, "appeal"),
    ("appeal", "decline", S, "appeal"),
    ("appeal", "concede", M, "ruled_shopper"),
    ("appeal", "concede", SYS, "ruled_shopper"),
    ("appeal", "accept", S, "settled"),
    ("appeal", "withdraw", S, "withdrawn"),
    ("appeal", "rule_shopper", A, "ruled_shopper"),
    ("appeal", "rule_split", A, "ruled_split"),
    ("appeal", "rule_merchant", A, "ruled_merchant"),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("status", [START, *OrderStatus])
def test_an_order_lets_each_role_do_what_the_table_says(status: str, role: Role) -> None:
    assert sorted(ORDER.actions(status, role)) == ORDER_ACTIONS.get((str(status), role), [])


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("status", [START, *CaseStatus])
def test_a_case_lets_each_role_do_what_the_table_says(status: str, role: Role) -> None:
    found = {(str(status), v, role, str(CASE.target(v, status, role))) for v in CASE.actions(status, role)}
    assert found == {move for move in CASE_MOVES if move[0] == status and move[2] is role}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("status", [START, *TransferStatus])
def test_a_transfer_lets_each_role_do_what_the_table_says(status: str, role: Role) -> None:
    found = {(str(status), v, role, str(TRANSFER.target(v, status, role))) for v in TRANSFER.actions(status, role)}
    assert found == {move for move in TRANSFER_MOVES if move[0] == status and move[2] is role}


def test_there_is_no_arrow_for_another_role_or_from_another_state() -> None:
    assert ORDER.target("pay", "pending_payment", SYS) == "awaiting_delivery"
    assert ORDER.target("pay", "pending_payment", S) is None
    assert ORDER.target("pay", "canceled", SYS) is None
    assert CASE.target("reject", "overdue", M) is None


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        (OrderStatus.pending_payment, Stage.to_pay),
        (OrderStatus.awaiting_delivery, Stage.to_deliver),
        (OrderStatus.delivered, Stage.delivered),
        (OrderStatus.completed, Stage.delivered),
        (OrderStatus.canceled, Stage.closed),
        (OrderStatus.expired, Stage.closed),
    ],
)
def test_an_order_stands_under_one_tab_the_first_that_fits(status: OrderStatus, stage: Stage) -> None:
    assert stage_of(status, abnormal=True, case_open=True, refunding=True) is Stage.abnormal
    assert stage_of(status, abnormal=False, case_open=True, refunding=True) is Stage.in_case
    assert stage_of(status, abnormal=False, case_open=False, refunding=True) is Stage.refunding
    assert stage_of(status, abnormal=False, case_open=False, refunding=False) is stage
