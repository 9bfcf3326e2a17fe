"""What the head of a drawn page says to browsers and search engines: the style sheet, its address, its data."""

import html
import json
import re
from pathlib import Path
from typing import Any

from cardmall import routes
from cardmall.settings import settings
from cardmall.ssr.renderer import unbroken
from cardmall.views.public.product import ProductView

_SHEET = re.compile(r'<link href="(/assets/[^"]+\.css)" rel="stylesheet"')
_SHEET_EARLY = re.compile(r'<link as="style" href="/assets/[^"]+\.css" rel="preload"/>')
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_ABOUT = re.compile(r'<meta (?:content="([^"]*)" name="description"|name="description" content="([^"]*)")')


def origin() -> str:
    """Where browsers find the shop; of the settings, never of the request, whose Host anybody may write."""
    return settings.public_url or f"http://localhost:{settings.port}"


def product_data(view: ProductView) -> dict[str, Any]:
    """A product in the words of schema.org; its price in yuan."""
    there = "OutOfStock" if view.stock == 0 or view.back_at else "InStock"
    offer = {
        "@type": "Offer",
        "url": origin() + routes.product_url(view.slug),
        "price": f"{view.price / 100:.2f}",
        "priceCurrency": "CNY",
        "availability": f"https://schema.org/{there}",
        "seller": {"@type": "Organization", "name": view.shop},
    }
    told = {"name": view.name, "description": view.terms.summary, "sku": view.slug, "offers": offer}
    image = {"image": origin() + cover_url(view)} if view.picture else {}
    return {"@context": "https://schema.org", "@type": "Product", **told, **image}


def cover_url(view: ProductView) -> str:
    """The path of a product's cover; "" where it is drawn."""
    return routes.goods_picture_url(view.picture, "page") if view.picture else ""


def as_script(value: str) -> str:
    """JSON that can stand in a script element: no tag ends it, no line separator breaks it."""
    return unbroken(value).replace("<", "\\u003c").replace(">", "\\u003e")


def address_tags(drawn: str, address: str, data: dict[str, Any]) -> str:
    """The tags of a page that search engines may keep under this path; "" for none."""
    if not address:
        return '<meta name="robots" content="noindex" data-drawn=""/>'
    url = html.escape(origin() + address)
    title, about = (html.escape(html.unescape(found)) for found in (_first(_TITLE, drawn), _first(_ABOUT, drawn)))
    told = {"title": title, "description": about, "url": url, "type": "product" if data else "website"}
    tags = "".join(
        f'<meta property="og:{name}" content="{text}" data-drawn=""/>' for name, text in told.items() if text
    )
    script = (
        f'<script type="application/ld+json" data-drawn="">{as_script(json.dumps(data, ensure_ascii=False))}</script>'
    )
    return f'<link rel="canonical" href="{url}" data-drawn=""/>{tags}{script if data else ""}'


def with_picture(drawn: str, picture: str = "") -> str:
    """The page with the whole address of its picture, or of ours: who shows a link elsewhere asks for no other."""
    own = html.escape(origin() + (picture or routes.SHARED_PICTURE))
    return drawn.replace(
        f'content="{routes.SHARED_PICTURE}" property="og:image"', f'content="{own}" property="og:image"'
    )


def with_sheet(drawn: str, client: Path) -> str:
    """The page with its style sheet inside; the link stays for React, disabled, and for no medium: Chromium 150 looks
    ahead for sheets and fetches a disabled one."""
    drawn = _SHEET_EARLY.sub(lambda early: early[0].replace("<link", '<link media="not all"', 1), drawn)
    found = _SHEET.search(drawn)
    if found is None:
        return drawn
    sheet = (client / found[1].removeprefix("/")).read_text("utf-8")
    held = f'<style>{sheet}</style>{found[0]} media="not all" disabled'
    return drawn[: found.start()] + held + drawn[found.end() :]


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return next((group for group in found.groups() if group), "") if found else ""
