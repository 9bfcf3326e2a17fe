"""What the demo town's shops sell."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from sqlmodel import col, select

from cardmall.adapters.pictures import redraw_goods
from cardmall.domain.buyer_fields import BuyerField, BuyerFields, FieldKind
from cardmall.domain.goods import Goods, typed_goods
from cardmall.domain.recalls import RecallReason, Remedy
from cardmall.domain.receipts import ProductForm
from cardmall.domain.terms import SYSTEM, Actor, Category, DeliveryMode, ListForm
from cardmall.models import Batch, Product, RecallItem
from cardmall.services.act import Act
from cardmall.services.case.recalls import recall_order
from cardmall.services.ending import finish
from cardmall.services.shop.batches import confirm_batch, hand_in_list
from cardmall.services.shop.checking import TEXT, next_step, take_step
from cardmall.services.shop.goods import create_product, list_products, save_product
from cardmall.services.shop.pictures import keep_goods_picture
from cardmall.services.shop.recalling import list_orders, press_recall
from cardmall.services.shop.restock import seal_next_part, stock_part

GAME, SOFT = Category.game_card, Category.software
MEMBER, ITEM = Category.membership, Category.virtual_item
RULES = {
    GAME: "查看卡密即视为使用；卡密仅限一个游戏账号充值一次，充值后不可撤销。",
    SOFT: "查看激活码即视为使用；激活码绑定首次激活的设备，激活后不可转移。",
    MEMBER: "查看账号即视为使用；首次登录即开始计时，会员期内不可更换账号。",
    ITEM: "查看兑换码即视为使用；道具发放至填写的角色后不可收回。",
}
DAY = 24 * 60


@dataclass(frozen=True)
class Good:
    """`price` in fen; `delay` and `promise` in minutes; `stock` cards, 0 for goods delivered by hand."""

    slug: str
    shop: str
    category: Category
    name: str
    cover: str
    price: int
    stock: int = 80
    delay: int = 5
    promise: int = 10
    return_allowed: bool = True
    fee_permille: int = 0
    summary: str = ""
    asked: BuyerFields = ()
    form: ProductForm = ProductForm.code
    group: str = ""
    face: str = ""


# What a shop needs to know to hand over what it sells, and what the people of the town answer.
ASKED = (
    BuyerField("游戏 UID", FieldKind.digits, "在游戏首页右下角", twice=True),
    BuyerField("区服", FieldKind.select, choices=("天空岛", "世界树", "国际服")),
)
ANSWERS = {"answer1": "100482917", "again1": "100482917", "answer2": "天空岛"}

HONOR = "王者荣耀 点券"

GOODS = (
    Good("steam-200", "hemiao", GAME, "Steam 钱包充值码 ¥200", "Steam", 19800),
    Good("steam-100", "hemiao", GAME, "Steam 钱包充值码 ¥100", "Steam", 9900),
    Good("psn-hk-500", "hemiao", GAME, "PlayStation 充值卡 港服 500", "PSN", 45200, return_allowed=False),
    Good("nintendo-300", "hemiao", GAME, "Nintendo eShop 充值卡 300", "eShop", 28800, stock=40),
    Good("honor-1000", "hemiao", ITEM, "王者荣耀 点券 1,000", "点券", 10000, group=HONOR, face="1,000"),
    Good("honor-500", "hemiao", ITEM, "王者荣耀 点券 500", "点券", 5000, group=HONOR, face="500"),
    Good("honor-2400", "hemiao", ITEM, "王者荣耀 点券 2,400", "点券", 23800, stock=12, group=HONOR, face="2,400"),
    Good(
        "genshin-6480",
        "hemiao",
        ITEM,
        "原神 创世结晶 6,480",
        "原神",
        61800,
        stock=0,
        promise=2 * DAY,
        asked=ASKED,
        form=ProductForm.receipt,
    ),
    Good("skin-box", "hemiao", ITEM, "限定皮肤礼盒 代领", "皮肤", 8800, stock=0, promise=7 * DAY),
    Good("office-home", "qinghe", SOFT, "Office 家庭版 2024 授权", "Office", 46800),
    Good("windows-pro", "qinghe", SOFT, "Windows 11 专业版 授权", "Win", 28800, fee_permille=30),
    Good("jetbrains-all", "qinghe", SOFT, "JetBrains 全家桶 年授权", "JB", 169900, stock=0, promise=7 * DAY),
    Good("adobe-photo", "qinghe", SOFT, "Adobe 摄影计划 年", "Adobe", 58800, stock=0, promise=7 * DAY),
    Good("video-year", "qinghe", MEMBER, "视频会员 年卡", "会员", 21800),
    Good("music-year", "qinghe", MEMBER, "音乐会员 年卡", "音乐", 12800, stock=3),
    Good("cloud-disk", "qinghe", MEMBER, "网盘超级会员 季卡", "网盘", 6800, delay=0, promise=1),
    Good("reader-year", "qinghe", MEMBER, "读书会员 年卡", "读书", 16800, stock=0, promise=7 * DAY),
)
SUMMARIES = {
    GAME: "官方渠道卡密，付款后自动发货。",
    SOFT: "正版授权，支持官方激活与升级。",
    MEMBER: "全新账号或兑换码，到期前可随时续费。",
    ITEM: "官方发放的虚拟道具，按所填角色交付。",
}


def keepers(people: Mapping[str, Actor]) -> dict[str, Actor]:
    """Who keeps which shop."""
    return {"qinghe": people["bob"], "hemiao": people["erin"]}


def stock_shelves(act: Act, keepers: Mapping[str, Actor]) -> None:
    """Each shop's keeper makes its goods, takes codes into stock by a list, and puts them on sale."""
    for good in GOODS:
        mine = replace(act, who=keepers[good.shop])
        create_product(mine, typed_goods(_goods(good)), slug=good.slug)
        product = act.session.exec(select(Product).where(Product.slug == good.slug)).one()
        product.cover = good.cover
        if good.stock:
            stock_list(mine, good.slug, [_code() for _ in range(good.stock)])
        list_products(mine, [good.slug])


def stock_list(act: Act, slug: str, codes: Sequence[str], note: str = "") -> str:
    """A member of the shop hands in a list of codes and confirms it; the worker reads it and takes it in. The name of
    the batch."""
    key, job = uuid4().hex, act.by(SYSTEM)
    text = act.world.vault.seal_piece(key, TEXT, 0, "\n".join(codes))
    name = hand_in_list(act, slug, key, form=ListForm.lines, sealed=[text])
    while take_step(job, key, next_step(job, key)) is not None:
        pass
    confirm_batch(act, name, note=note)
    while stock_part(job, key, seal_next_part(job, key)) is not None:
        pass
    return name


def recall_first_batch(act: Act, slug: str, words: str) -> None:
    """The shop takes in new codes, and takes back those it sold first; the worker gives each buyer another one."""
    product = act.session.exec(select(Product).where(Product.slug == slug)).one()
    wrong = act.session.exec(
        select(Batch).where(Batch.product_id == product.id).order_by(col(Batch.created_at))
    ).first()
    stock_list(act, slug, [_code() for _ in range(12)], "上游已更换")
    told = {"reason": RecallReason.invalid_card.value, "words": words, "remedy": Remedy.another.value}
    recall = press_recall(act, slug, {**told, "batch": wrong.name if wrong else ""})
    job = act.by(SYSTEM)
    list_orders(job, recall)
    finish(act.session)
    for order_id in act.session.exec(select(RecallItem.order_id).where(RecallItem.recall_id == recall)).all():
        recall_order(job, recall, order_id)


def show_pictures_of(act: Act, slug: str, shots: Sequence[bytes]) -> None:
    """A member of the shop hands these in, and saves the product with them."""
    product = act.session.exec(select(Product).where(Product.slug == slug)).one()
    ids = [keep_goods_picture(act, slug, uuid4().hex, **vars(redraw_goods(shot))) for shot in shots]
    form = typed_goods(Goods.of(product)) | {"pictures": ",".join(ids)}
    save_product(act, slug, form, version=product.version)


def _goods(good: Good) -> Goods:
    return Goods(
        category=good.category,
        name=good.name,
        summary=good.summary or SUMMARIES[good.category],
        price=good.price,
        mode=DeliveryMode.auto if good.stock else DeliveryMode.manual,
        delay_seconds=60 * good.delay,
        promise_seconds=60 * good.promise,
        activation_rule=RULES[good.category],
        return_allowed=good.return_allowed,
        fee_permille=good.fee_permille,
        buyer_fields=good.asked,
        form=good.form,
        group_name=good.group,
        face=good.face,
    )


_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def _code() -> str:
    """Four groups of four, drawn at random."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
