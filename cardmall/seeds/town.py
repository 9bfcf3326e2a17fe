"""The town itself: alice has an order in every status and case state; lasting ones stand on manual products."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from cardmall.domain import limits
from cardmall.domain.approvals import ApprovalTerms, typed_terms
from cardmall.domain.calendar import WorkCalendar
from cardmall.domain.terms import SYSTEM, Actor, Channel, Role
from cardmall.models import Account, Notice, Order, Product
from cardmall.reads.doors import order_for
from cardmall.reads.gifts import giving
from cardmall.reads.whole import whole_order
from cardmall.seeds.goods import keepers, recall_first_batch, show_pictures_of, stock_shelves
from cardmall.seeds.people import settle_people
from cardmall.seeds.screenshots import listing_picture, poster, receipt
from cardmall.seeds.story import Story
from cardmall.seeds.world import Scene
from cardmall.services.act import Act
from cardmall.services.case.gifts import give_unasked
from cardmall.services.ending import finish
from cardmall.services.shop.approval_rules import set_rule
from cardmall.services.talk.quick_replies import save_quick_reply

CARD = Channel.bank_card


def is_empty(session: Session) -> bool:
    return session.exec(select(Account.id).limit(1)).first() is None


def build_town(session: Session, scene: Scene, password_hash: str, *, now: datetime) -> None:
    """Everything relative to `now`."""
    founded = now - timedelta(days=200)
    people = settle_people(session, password_hash, founded)
    stock_shelves(Act(session, SYSTEM, founded, scene.world), keepers(people))
    shots = [poster(*told) for told in (("2 TB", "#2b6470"), ("PC + APP", "#5a3f80"), ("90 DAYS", "#3c6b50"))]
    show_pictures_of(Act(session, people["bob"], founded, scene.world), "cloud-disk", shots)
    alice, bob, erin = people["alice"], people["bob"], people["erin"]

    def with_bob(**ago: float) -> Story:
        return Story(session, scene, alice, bob, now - timedelta(**ago))

    def with_erin(**ago: float) -> Story:
        return Story(session, scene, alice, erin, now - timedelta(**ago))

    silent = now - last_unanswered(scene.world.calendar, now)
    _history(with_bob, with_erin)
    _ended(with_bob, with_erin)
    _lasting(with_bob, with_erin)
    _unanswered(lambda: with_erin(seconds=silent.total_seconds()))
    _negotiated(with_bob, with_erin)
    _judged(with_bob, with_erin, people["carol"])
    _fresh(with_bob, with_erin)
    _talks(session, with_bob, with_erin)
    _kept_words(Act(session, bob, founded, scene.world))
    _asked(session, with_bob, with_erin, people["carol"])
    _recalled(with_erin(days=4))
    _given(with_bob(days=6))
    _ruled(Act(session, erin, founded, scene.world), with_erin(days=6))
    _read_old_notices(session, now - timedelta(days=1))


def _recalled(story: Story) -> None:
    """A batch turned out wrong: what lies there is withdrawn, and who bought of it gets another card."""
    story.order("honor-2400").pay().deliver()
    finish(story.session)
    act = Act(story.session, story.merchant, story.at, story.scene.world)
    recall_first_batch(act, "honor-2400", "上游通知：这批点券无法充值")


def _given(story: Story) -> None:
    """The price fell the day after, and the shop gave the difference back."""
    story.order("windows-pro").pay().deliver().later(days=1)
    finish(story.session)
    act = Act(story.session, story.merchant, story.at, story.scene.world)
    told = {"of": "amount", "amount": "30", "reason": "wrong_price", "text": "下单后降价，差价已为您退回"}
    shown = giving(act, whole_order(act, order_for(act, story.no, Role.merchant)), told).effect
    give_unasked(act, story.no, told, seen=shown.mark)
    story.later(minutes=1).refund_arrives()


def _ruled(act: Act, story: Story) -> None:
    """A product whose undelivered orders are canceled at once, and one that was."""
    terms = ApprovalTerms(is_on=True, most=15000, per_shopper=2, per_day=20)
    set_rule(act, "honor-500", typed_terms(terms), version=0)
    story.order("honor-500").pay().request("wrong_spec", "选错了面额").refund_arrives()


def _kept_words(act: Act) -> None:
    for title, text in (
        ("查收卡密", "您好，卡密已发货，请在订单页点“查看卡密”。"),
        ("激活步骤", "请先退出旧账号，再用新卡密激活；仍不成功请发截图。"),
        ("稍等", "已收到，正在为您核实，请稍等。"),
    ):
        save_quick_reply(act, title=title, text=text)


Begin = Callable[..., Story]


def last_unanswered(calendar: WorkCalendar, now: datetime) -> datetime:
    """The latest time a story may begin whose request is overdue now, its business day of grace still running."""
    at = now - timedelta(days=1)
    while calendar.due(at + timedelta(hours=2), limits.REVIEW_WORKDAYS) + limits.DEADLINE_SECOND > now:
        at -= timedelta(minutes=15)
    return at


def _history(bob: Begin, erin: Begin) -> None:
    """Old, completed orders: enough to fill a second page."""
    for weeks in range(26, 4, -1):
        begin, slug = (bob, "office-home") if weeks % 3 == 0 else (erin, ("steam-100", "honor-1000")[weeks % 2])
        begin(weeks=weeks).order(slug).pay().deliver().reveal().later(hours=3).complete()


def _ended(bob: Begin, erin: Begin) -> None:
    """Canceled, expired, returned, refunded."""
    erin(days=20).order("steam-200").pay().deliver().reveal().later(hours=2).complete()
    erin(days=16).order("steam-100").cancel()
    erin(days=15).order("honor-1000").expire()
    bob(days=12).order("video-year").pay().request("duplicate", "和上一单买重了").approve().refund_arrives()
    bob(days=9).order("windows-pro").pay().deliver().request("wrong_spec", way="return").approve().refund_arrives()


def _lasting(bob: Begin, erin: Begin) -> None:
    """States that stay until someone acts."""
    erin(days=5).order("psn-hk-500").pay().deliver().reveal()
    erin(days=4).order("nintendo-300").pay(CARD).request("changed_mind").approve().account_closed()
    bob(days=3).order("adobe-photo").pay().request("changed_mind").reject(
        "other", "授权正在向厂商申请，预计明天完成"
    ).resume()
    bob(days=2, hours=5).order("reader-year").pay().request("changed_mind").withdraw()
    erin(days=2).order("psn-hk-500").pay().deliver()
    bob(days=1, hours=20).order("office-home", 3).pay().deliver().reveal()
    erin(days=1).order("steam-100").pay().deliver()
    bob(hours=7).order("music-year").pay().lack()
    erin(hours=6).order("honor-1000").pay().deliver().offer_to("dave@cardmall.test")


def _unanswered(erin: Begin) -> None:
    """Nobody answered: undelivered, the platform will approve by itself; delivered, it decides."""
    erin().order("skin-box").pay().later(hours=1).request("slow_delivery", "一直没有发货").remind().lapse()
    erin().order("steam-200").pay().deliver().request("wrong_spec", "买成了港服", way="return").lapse()


def _judged(bob: Begin, erin: Begin, carol: Actor) -> None:
    """Heard, ruled each way; and a partial refund asked for."""
    erin(hours=30).order("steam-100").pay().deliver().reveal().appeal(
        "invalid_card", "兑换时提示卡密无效", False
    ).later(hours=5).respond("发货前已核验，附上游批次记录")
    bob(days=10).order("office-home").pay().deliver().reveal().appeal("already_used", "激活次数已用完").later(
        hours=6
    ).respond("激活服务器显示仅激活一次").later(hours=20).rule(
        carol, "rule_split", "200", "双方均无法证明激活由谁进行，各担一部分"
    ).refund_arrives()
    bob(days=14).order("video-year").pay().deliver().reveal().appeal("wrong_item", "想要季卡").later(hours=3).respond(
        "下单与交付均为年卡"
    ).later(hours=20).rule(carol, "rule_merchant", "", "下单页与交付内容一致")
    erin(days=13).order("steam-200").pay().deliver().reveal().appeal("already_used", "兑换时提示已被使用").later(
        hours=4
    ).respond("已联系上游核实，确为重复发放").later(hours=20).rule(
        carol, "rule_shopper", "", "商家确认卡密重复发放"
    ).refund_arrives()
    bob(hours=5).order("jetbrains-all").pay().request("changed_mind", "改用其他工具").reject(
        "other", "授权已在制作"
    ).ask_partial("1200", "愿意承担已产生的费用")


def _negotiated(bob: Begin, erin: Begin) -> None:
    """Asked, offered, settled, sent back for more evidence."""
    bob(hours=30).order("reader-year").pay().later(hours=1).request("not_as_described", "和介绍的不一样").ask(
        "请补充商品页面与您收到内容的截图"
    )
    bob(hours=26).order("adobe-photo").pay().later(hours=1).request("changed_mind", "项目取消了").offer(
        "420", "授权已向厂商下单，退回扣除已产生费用的部分"
    )
    bob(hours=22).order("windows-pro").pay().deliver().request("wrong_spec", "需要零售版", way="return").offer(
        text="可以为您更换一个新的激活码"
    )
    bob(days=11).order("video-year").pay().request("changed_mind").offer(
        "180", "会员号已准备"
    ).accept().refund_arrives()
    erin(days=2, hours=6).order("honor-1000").pay().deliver().request(
        "not_as_described", "充值页面提示区服不对", way="return"
    ).reject("evidence_insufficient", "请提供充值页面截图")


def _fresh(bob: Begin, erin: Begin) -> None:
    """What happened in the last hours."""
    bob(hours=20).order("jetbrains-all").pay().request("changed_mind", "项目取消了").reject(
        "other", "授权已在制作中，请再等一天"
    )
    bob(hours=9).order("adobe-photo").pay().later(hours=1).request("duplicate", "和上一单买重了，请退这单")
    bob(hours=4).order("reader-year").pay().later(minutes=5).write("详情页写的是两年，我收到的说明是一年").later(
        minutes=9
    ).reply("文案是上周改的，我们核对一下下单时的版本").request(
        "not_as_described",
        "详情页写的是两年",
        "request",
        True,
        listing_picture("168.00", "2 YEARS"),
        receipt("1 YEAR CARD"),
    )
    bob(hours=3).order("video-year").pay(CARD).request("duplicate").approve()
    erin(hours=2).order("genshin-6480").pay(Channel.wechat)
    bob(minutes=4).order("office-home").pay()
    erin(minutes=3).order("steam-200")


def _talks(session: Session, bob: Begin, erin: Begin) -> None:
    """Words about orders that are there: read, unread, and one that wants to lead off the platform."""
    _about(session, bob(days=2, hours=4), "jetbrains-all").write("请问授权一般多久能做好？").later(minutes=14).reply(
        "您好，正在向厂商申请，一般一到两天"
    ).later(minutes=20).write("好的，我再考虑一下").reply("没问题，随时告诉我们").read()
    _about(session, bob(hours=8), "adobe-photo").write("重复下单了，麻烦看一下我的取消申请")
    _about(session, erin(hours=1), "genshin-6480").write("什么时候能充值？").later(minutes=40).reply(
        "加微信 hemiao1988 直接转账，马上给您充，还便宜 20 元"
    )


def _asked(session: Session, bob: Begin, erin: Begin, carol: Actor) -> None:
    """Support was asked three times: twice nobody has answered yet."""
    _about(session, erin(days=3), "nintendo-300").ask_support("退款一直没有到账，银行卡上个月换过").later(
        minutes=26
    ).advise(carol, "已看到退款被银行退回，我们正在改走新卡，一到两个工作日内给您结果")
    _about(session, bob(hours=6), "adobe-photo").ask_support("商家还没有处理我的申请，可以先退吗？")
    _about(session, erin(minutes=40), "genshin-6480").ask_support("商家让我加微信转账，这样安全吗？")


def _about(session: Session, story: Story, slug: str) -> Story:
    """The shopper's newest order of this product."""
    wanted = select(Order.no).join(Product).where(Product.slug == slug, Order.shopper_id == story.shopper.id)
    story.no = session.exec(wanted.order_by(col(Order.id).desc()).limit(1)).one()
    return story


def _read_old_notices(session: Session, since: datetime) -> None:
    """Yesterday's news was read."""
    finish(session)
    for notice in session.exec(select(Notice).where(Notice.at < since)):
        notice.read_at = notice.at
