"""What happened before a call: each builds one and names the number its page is under."""

import itertools
import uuid
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from cardmall.adapters import clock
from cardmall.adapters import world as outside
from cardmall.adapters.world import our_act
from cardmall.domain.address import Address, AddressKind
from cardmall.domain.calendar import day_of
from cardmall.domain.goods import NEW, Goods, typed_goods
from cardmall.domain.jobs import JobKind
from cardmall.domain.limits import LIST_SIZE, PAGE_SIZE
from cardmall.domain.receipts import ProductForm
from cardmall.domain.statement import Difference, Movement
from cardmall.domain.terms import CaseStatus, ListForm, OrderStatus, Role
from cardmall.models import (
    Account,
    Batch,
    BuyerAnswer,
    CalendarDay,
    Case,
    ConfirmCode,
    Job,
    Mismatch,
    Notice,
    Order,
    Payment,
    Product,
    QuickReply,
    Refund,
    Shop,
    Transfer,
)
from cardmall.reads.away import away_now
from cardmall.reads.people import as_actor
from cardmall.seeds.story import Story
from cardmall.seeds.world import Scene
from cardmall.services.account import confirmation
from cardmall.services.act import Act
from cardmall.services.case import replies, rulings
from cardmall.services.ending import finish
from cardmall.services.order import orders
from cardmall.services.shop import away, batches, calendar, checking, recalling, restock, withdrawing
from cardmall.services.shop import goods as shop_goods
from cardmall.services.talk import quick_replies
from tests.bank import Till
from tests.town import an_act

SECRET = "秘密备注 7f3a"  # what Alice and Bob wrote to each other
NOBODY, ALICE, BOB, CAROL, DAVE, ERIN = "", "alice", "bob", "carol", "dave", "erin"


def account(session: Session, name: str) -> Account:
    return session.exec(select(Account).where(Account.email == f"{name}@cardmall.test")).one()


def alices_id(session: Session) -> str:
    return str(account(session, ALICE).id)


def story(session: Session) -> Story:
    """Alice at one of Bob's goods; what she left open before is put away first, so that the new one is on page one."""
    alice, bob = (as_actor(account(session, name)) for name in (ALICE, BOB))
    for order in session.exec(
        select(Order).where(Order.shopper_id == alice.id, Order.status == OrderStatus.pending_payment)
    ).all():
        orders.cancel_now(an_act(session, alice, now=clock.now()), order.no)
    lapsed = sa.update(Order).where(
        col(Order.shopper_id) == alice.id, col(Order.paid_at).is_(None), col(Order.closed_at).is_not(None)
    )
    session.connection().execute(lapsed.values(closed_at=clock.now() - timedelta(days=2)))  # she may order again
    asked = select(Case.no).join(Order).where(Order.shopper_id == alice.id, Case.status == CaseStatus.review)
    for no in session.exec(asked).all():
        replies.withdraw_case(an_act(session, alice, now=clock.now()), no)
    world = Scene(outside.world(), Till())
    return Story(session, world, alice, bob, clock.now() - timedelta(minutes=20))


def unpaid(session: Session) -> str:
    now = story(session)
    now.at = clock.now()
    return now.order("office-home").no


def at_cashier(session: Session) -> str:
    no = unpaid(session)
    alice = as_actor(account(session, ALICE))
    orders.start_payment(an_act(session, alice, now=clock.now()), no, channel="alipay", consent=True)
    return no


def paid(session: Session) -> str:
    return story(session).order("reader-year").pay().no


def to_top_up(session: Session) -> str:
    """Paid, to be delivered by a receipt."""
    no = paid(session)
    order = session.exec(select(Order).where(Order.no == no)).one()
    order.terms = replace(order.terms, form=ProductForm.receipt)
    session.add(order)
    session.flush()
    return no


def top_up(session: Session) -> str:
    """Paid with what its shop asked for, and not delivered yet: of the town itself, whose server sealed the answers."""
    alice, waits = account(session, ALICE), col(Order.status) == OrderStatus.awaiting_delivery
    has = col(Order.id).in_(sa.select(col(BuyerAnswer.order_id)))
    return session.exec(select(Order.no).where(Order.shopper_id == alice.id, waits, has)).one()


def just_paid(session: Session) -> str:
    """This minute: the newest of Bob's movements."""
    now = story(session)
    now.at = clock.now()
    return now.order("reader-year").pay().no


def many_moves(session: Session) -> str:
    """More than the list of movements shows at once; the oldest one's number."""
    first = story(session)
    first.at = clock.now()
    tales = [replace(first).order("reader-year").pay() for _ in range(PAGE_SIZE + 2)]
    return tales[0].no


def unwatched(session: Session) -> str:
    """Paid, but the job that delivers it is gone."""
    no = story(session).order("office-home").pay().no
    order = session.exec(select(Order).where(Order.no == no)).one()
    for job in session.exec(select(Job).where(Job.kind == "deliver", Job.state == "open")).all():
        if job.args["order"] == order.id:
            job.state = "done"
            session.add(job)
    return no


def dead_job(session: Session) -> str:
    """A job about no order gave up; an order, for the page to name."""
    job = Job(kind="drop_batch", key=DEAD, args={"batch": "0"}, state="dead", due_at=clock.now(), error="Boom: secret")
    session.add(job)
    return story(session).order("office-home").no


DEAD = "drop_batch:0"


def unheard(session: Session) -> str:
    """The channel's statement says that a payment came which we never heard of."""
    no = at_cashier(session)
    payment = session.exec(select(Payment).join(Order).where(Order.no == no)).one()
    row = Mismatch(
        day=clock.now().date(), movement=Movement.capture, number=payment.no, difference=Difference.unheard,
        told=payment.amount, ours=0, order_id=payment.order_id, found_at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return str(row.id)


def soon_due(session: Session) -> str:
    """Paid days ago: its promise is the nearest, so it stands first however many orders other histories left."""
    now = story(session)
    return now.later(days=-6).order("reader-year").pay().no


def many_to_deliver(session: Session) -> str:
    """The 21st order of a list by promises, which its first page does not show: all others were paid before it."""
    ago = story(session)
    for _ in range(PAGE_SIZE):
        ago.later(days=-6).order("reader-year").pay()
        ago.later(days=6)
    return ago.later(days=-5).order("reader-year").pay().no


def delivered(session: Session) -> str:
    return story(session).order("cloud-disk").pay().deliver().no


def five_paid(session: Session) -> str:
    return story(session).order("reader-year", 5).pay().no


def five_delivered(session: Session) -> str:
    return story(session).order("cloud-disk", 5).pay().deliver().no


def in_case(session: Session) -> str:
    return story(session).order("reader-year").pay().request("other", SECRET).no


def case_no(session: Session) -> str:
    no = in_case(session)
    wanted = select(Case.no).join(Order, col(Order.id) == Case.order_id).where(Order.no == no)
    return session.exec(wanted).one()


def _case_of(session: Session, told: Story) -> str:
    return (
        session.exec(select(Case.no).join(Order).where(Order.no == told.no).order_by(col(Case.id).desc())).first() or ""
    )


def asked_case(session: Session) -> str:
    """Bob wants more evidence; the case's number."""
    return _case_of(session, story(session).order("reader-year").pay().request("other", SECRET).ask(SECRET))


def offered_case(session: Session) -> str:
    return _case_of(session, story(session).order("reader-year").pay().request("other", SECRET).offer("10", SECRET))


def order_with_offer(session: Session) -> str:
    """The order whose case waits for Alice's yes or no."""
    return story(session).order("reader-year").pay().request("other", SECRET).offer("10", SECRET).no


def rejected_case(session: Session) -> str:
    told = story(session).order("reader-year").pay().request("other", SECRET).reject("other", SECRET)
    return _case_of(session, told)


def offered_order(session: Session) -> str:
    """Alice offers her order to somebody none of these people is."""
    return story(session).order("reader-year").pay().offer_to("somebody@example.com").no


def offered_away(session: Session) -> str:
    """The same; the transfer's number."""
    wanted = (
        select(Transfer.no).join(Order, col(Order.id) == Transfer.order_id).where(Order.no == offered_order(session))
    )
    return session.exec(wanted).one()


def partial_case(session: Session) -> str:
    """Alice asks for a part after Bob's no."""
    told = story(session).order("reader-year").pay().request("other", SECRET).reject("other", SECRET)
    return _case_of(session, told.ask_partial("10", SECRET))


def in_appeal(session: Session) -> str:
    """Bob said no, and the platform hears both sides."""
    told = story(session).order("reader-year").pay().request("other", SECRET).reject("other", SECRET)
    return _case_of(session, told.appeal(text=SECRET))


def judged_case(session: Session) -> str:
    """Rejected, then appealed; Bob was silent for 48 hours, so a ruling may be made. The case's number."""
    tale = story(session)
    tale.at = clock.now() - timedelta(days=3)
    tale.order("reader-year").pay().request("other", SECRET).reject("other", SECRET).appeal("other", SECRET)
    return _case_of(session, tale)


def taken_case(session: Session) -> str:
    """The same, on Carol's table."""
    no = judged_case(session)
    rulings.take_case(an_act(session, as_actor(account(session, CAROL)), now=clock.now()), no)
    return no


def many_appeals(session: Session) -> str:
    """More than the desk shows at once."""
    for _ in range(PAGE_SIZE + 2):
        no = judged_case(session)
    return no


def rejected(session: Session) -> str:
    return story(session).order("reader-year").pay().request("other", SECRET).reject("other", SECRET).no


def talked(session: Session) -> str:
    """Alice wrote, Bob has not looked."""
    return story(session).order("reader-year").cancel().write(SECRET).no


def answered(session: Session) -> str:
    """Bob answered, Alice has not looked."""
    return story(session).order("reader-year").cancel().write("在吗").reply(SECRET).no


def many_talks(session: Session) -> str:
    """More conversations than the list shows at once; nobody writes that much in a minute."""
    first = story(session)
    for number in range(PAGE_SIZE + 2):
        replace(first).later(minutes=-3 * number).order("reader-year").cancel().write(SECRET)
    return ""


def asked_support(session: Session) -> str:
    """Alice asked, no admin has looked."""
    return story(session).order("reader-year").cancel().ask_support(SECRET).no


def advised(session: Session) -> str:
    """Carol answered, Alice has not looked."""
    carol = as_actor(account(session, CAROL))
    return story(session).order("reader-year").cancel().ask_support("在吗").advise(carol, SECRET).no


def many_threads(session: Session) -> str:
    """More threads than the list shows at once."""
    first = story(session)
    for number in range(PAGE_SIZE + 2):
        replace(first).later(minutes=-3 * number).order("reader-year").cancel().ask_support(SECRET)
    return ""


def alices_notice(session: Session) -> str:
    delivered(session)
    finish(session)
    hers = select(Notice).where(Notice.account_id == account(session, ALICE).id)
    notice = session.exec(hers.order_by(col(Notice.id).desc()).limit(1)).one()
    latest = session.exec(hers.order_by(col(Notice.at).desc()).limit(1)).one()
    notice.at = latest.at + timedelta(seconds=1)  # an inbox is in order of time: it stands on the first page
    return str(notice.id)


def many_cases(session: Session) -> str:
    """More than the queue shows at once; the newest one's number."""
    first = story(session)
    tales = [replace(first).order("reader-year").pay().request("other", SECRET) for _ in range(PAGE_SIZE + 2)]
    return tales[-1].no


def many_goods(session: Session) -> str:
    """More than the first page shows."""
    like = session.exec(select(Product).limit(1)).one()
    have = len(session.exec(select(Product.id)).all())
    for number in range(have, PAGE_SIZE + 3):
        told = like.model_dump(exclude={"id", "slug", "name"})
        session.add(Product(**told, slug=f"more-{number}", name=f"More {number}"))
    return ""


def own_goods(session: Session, name: str = SECRET) -> str:
    """One more product of Bob's shop that nobody else knows of yet; its slug."""
    goods = replace(NEW, name=name, price=9900, activation_rule="查看卡密即视为使用，不能撤销")
    return shop_goods.create_product(_bobs_act(session), typed_goods(goods))


def grouped_goods(session: Session) -> str:
    """One more product of Bob's shop, alone in a group that nobody has used before; its slug."""
    slug = own_goods(session)
    product = session.exec(select(Product).where(Product.slug == slug)).one()
    form = typed_goods(Goods.of(product)) | {"group": f"组 {slug}"[:30], "face": "A"}
    shop_goods.save_product(_bobs_act(session), slug, form, version=1)
    return slug


def listed_goods(session: Session) -> str:
    slug = own_goods(session, "人人可见的商品")
    shop_goods.list_products(_bobs_act(session), [slug])
    return slug


def many_own_goods(session: Session) -> str:
    """More than the list of them shows at once."""
    first, *_ = (own_goods(session) for _ in range(PAGE_SIZE + 2))
    return first


def _bobs_act(session: Session) -> Act:
    return an_act(session, as_actor(account(session, BOB)), now=clock.now())


def plain_day(session: Session) -> str:
    """A day far ahead that nobody set."""
    day = (clock.now() + timedelta(days=700)).date()
    row = session.get(CalendarDay, day)
    if row:
        session.delete(row)
    return day.isoformat()


def set_day(session: Session) -> str:
    """A day far ahead that Carol set."""
    day = (clock.now() + timedelta(days=701)).date().isoformat()
    calendar.set_workday(an_act(session, as_actor(account(session, CAROL)), now=clock.now()), day, "rest", SECRET)
    return day


def unproven_in_silence(session: Session) -> str:
    """Alice's phone is not proven and no code was sent lately."""
    alice = account(session, ALICE)
    alice.phone_confirmed_at = None
    session.add(alice)
    for code in session.exec(select(ConfirmCode).where(ConfirmCode.account_id == alice.id)).all():
        session.delete(code)
    return ""


def unproven_phone(session: Session) -> str:
    """Alice's phone is not proven any more and a code is on its way; the code."""
    alice = account(session, ALICE)
    alice.phone_confirmed_at = None
    session.add(alice)
    session.flush()
    address = Address(AddressKind.phone, alice.phone or "")
    confirmation.send_first_code(our_act(session, now=clock.now()), alice, address, "424242")
    return "424242"


def strange_shop(session: Session, slug: str = "strange") -> str:
    """A shop of nobody's, open, that no other history needs; its slug."""
    shop = session.exec(select(Shop).where(Shop.slug == slug)).first()
    shop = shop or Shop(slug=slug, name=slug, created_at=clock.now())
    shop.disabled_at, shop.name = None, slug
    session.add(shop)
    return slug


def checked_list(session: Session, product: str = "office-home") -> str:
    """Bob handed in a list whose lines all have their verdicts, more of them than are shown at once; its name. What
    waited before is put away."""
    act = an_act(session, as_actor(account(session, BOB)), now=clock.now())
    for name in session.exec(select(Batch.name).where(col(Batch.status).in_(("reading", "checked")))).all():
        batches.drop_batch(act, name)
    key = uuid.uuid4().hex
    text = "".join(f"{key}-{n % 5}\n" for n in range(LIST_SIZE + 20))
    sealed = [act.world.vault.seal_piece(key, checking.TEXT, 0, text)]
    name = batches.hand_in_list(act, product, key, form=ListForm.lines, sealed=sealed)
    ours = our_act(session)
    for _ in range(2):
        checking.take_step(ours, key, checking.next_step(ours, key))
    finish(session)
    return name


def stocked_list(session: Session) -> str:
    """Five codes of a list that are stock by now; its name."""
    name = checked_list(session)
    batches.confirm_batch(an_act(session, as_actor(account(session, BOB)), now=clock.now()), name)
    key, ours = session.exec(select(Batch.id).where(Batch.name == name)).one(), our_act(session)
    restock.stock_part(ours, key, restock.seal_next_part(ours, key))
    finish(session)
    return name


def withdrawn_list(session: Session) -> str:
    """Codes that are never sold again; the name of their batch."""
    name = stocked_list(session)
    withdrawing.withdraw_batch(an_act(session, as_actor(account(session, BOB)), now=clock.now()), name)
    return name


def recalled_list(session: Session) -> str:
    """A batch that Bob's shop took back, and the job that was to list its orders died; the key of the recall."""
    name, bob = stocked_list(session), as_actor(account(session, BOB))
    form = {"reason": "invalid_card", "words": SECRET, "remedy": "refund", "batch": name}
    key = recalling.press_recall(an_act(session, bob, now=clock.now()), "office-home", form)
    finish(session)
    lists = sa.update(Job).where(col(Job.kind) == JobKind.list_recall)
    session.connection().execute(lists.values(state="dead"))
    return key


def many_lists(session: Session) -> str:
    """More than the page of a product shows at once; the name of the oldest."""
    oldest, *_ = [checked_list(session, "cloud-disk") for _ in range(PAGE_SIZE + 2)]
    return oldest


def much_in_stock(session: Session) -> str:
    """Bob's shop sells more than one page of his stock shows."""
    bobs = session.exec(select(Product).where(Product.slug == "office-home")).one()
    told = {name: getattr(bobs, name) for name in Product.model_fields if name not in ("id", "slug", "listed")}
    number = session.exec(select(Product.id).order_by(col(Product.id).desc())).first() or 0
    fresh = range(number + 1, number + PAGE_SIZE + 2)
    session.add_all(Product(slug=f"own-{n}", listed=False, **told) for n in fresh)
    session.flush()
    return ""


def stuck_refund(session: Session) -> str:
    """Alice's money cannot go back to the account she paid from; the refund's number."""
    told = story(session).order("reader-year").pay().request("other", SECRET).approve().account_closed()
    order = session.exec(select(Order).where(Order.no == told.no)).one()
    return session.exec(select(Refund).where(Refund.order_id == order.id)).one().no


def many_shops(session: Session) -> str:
    """More than the list shows at once."""
    for number in range(PAGE_SIZE + 2):
        strange_shop(session, f"crowd-{number}")
    return ""


_owners = itertools.count(1)


def strange_account(session: Session, name: str = "strange") -> str:
    """Somebody no other history needs, able to sign in; the id."""
    email = f"{name}@cardmall.test"
    person = session.exec(select(Account).where(Account.email == email)).first()
    person = person or Account(name=name, role=Role.shopper, email=email, password_hash="", created_at=clock.now())
    person.disabled_at = None
    session.add(person)
    session.flush()
    return str(person.id)


def future_owner(session: Session) -> str:
    """Somebody who has proven an address and ordered nothing, and a strange shop; the name before the address's @."""
    strange_shop(session)
    name = f"owner-{next(_owners)}"
    person = session.get_one(Account, int(strange_account(session, name)))
    person.email_confirmed_at = clock.now()
    session.flush()
    return name


def many_people(session: Session) -> str:
    """More than the list shows at once."""
    for number in range(PAGE_SIZE + 2):
        strange_account(session, f"crowd-{number}")
    return ""


def tomorrow(session: Session) -> str:
    """The first day on which a shop may be back."""
    return (day_of(clock.now()) + timedelta(days=1)).isoformat()


def shop_away(session: Session) -> str:
    """Bob's shop is away until then, if it was not before."""
    act, day = _bobs_act(session), tomorrow(session)
    if away_now(session, act.who.shop_id or 0, act.now) is None:
        away.go_away(act, day=day, note=SECRET)
        finish(session)
    return day


def kept_words(session: Session) -> str:
    """A quick reply of Bob's shop."""
    title = f"T{len(session.exec(select(QuickReply.id)).all())}"
    quick_replies.save_quick_reply(_bobs_act(session), title=title, text=SECRET)
    return session.exec(select(QuickReply.id).where(QuickReply.title == title)).one()
