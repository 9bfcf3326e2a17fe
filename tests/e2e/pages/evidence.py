"""The box of pictures beside a form, used by hand: chosen, dropped, taken back."""

import base64
from dataclasses import dataclass
from typing import Self

from playwright.sync_api import FilePayload, Locator, Page, expect

Named = tuple[str, bytes]  # a file's name and bytes; its type follows from the name
_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "gif": "image/gif", "svg": "image/svg+xml"}
_DROP = """([box, files]) => {
  const dropped = new DataTransfer();
  for (const [name, type, data] of files)
    dropped.items.add(new File([Uint8Array.from(atob(data), c => c.charCodeAt(0))], name, { type }));
  for (const kind of ["dragover", "drop"])
    box.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: dropped }));
}"""


def _type(name: str) -> str:
    return _TYPES[name.rsplit(".", 1)[-1]]


@dataclass
class PictureBox:
    """The one box of the page, or `within` a part of it."""

    page: Page
    within: Locator | None = None

    @property
    def box(self) -> Locator:
        return (self.within or self.page).locator("[data-pictures]")

    def choose(self, *files: Named) -> Self:
        picked = [FilePayload(name=name, mimeType=_type(name), buffer=data) for name, data in files]
        self.box.locator("input[type=file]").set_input_files(picked)
        return self

    def drop(self, *files: Named) -> Self:
        carried = [[name, _type(name), base64.b64encode(data).decode()] for name, data in files]
        self.page.evaluate(_DROP, [self.box.element_handle(), carried])
        return self

    def holds(self, count: int, of: int = 6) -> Self:
        """So many have arrived."""
        expect(self.box.locator("[data-state=done]")).to_have_count(count)
        expect(self.box.get_by_text(f"{count} / {of}")).to_be_visible()
        return self

    def says(self, *problems: str) -> Self:
        expect(self.box.locator("[data-problem]")).to_contain_text(list(problems))
        return self

    def take_back(self, name: str) -> Self:
        self.box.get_by_role("button", name=f"移除 {name}", exact=True).click()
        return self

    def ids(self) -> list[str]:
        """What the form around it would send."""
        return [one for one in self.page.locator("input[name=pictures]").input_value().split(",") if one]
