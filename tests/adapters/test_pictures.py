"""What strangers call a picture comes out as two small JPEGs of ours, or not at all."""

import io
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from cardmall.adapters.pictures import redraw, redraw_goods
from cardmall.domain import limits
from tests.hostile import NOT_PICTURES, SCRIPT, TOO_LARGE, bomb, picture, with_script
from tests.serving import ROOT
from tests.town import refused

GPS = 0x8825
TURNED = 0x0112


def seen(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg))
    assert image.format == "JPEG"
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("size", "full", "thumb"),
    [
        ((800, 600), (800, 600), (320, 240)),
        ((4000, 3000), (1600, 1200), (320, 240)),
        ((4000, 2000), (2160, 1080), (320, 160)),  # the shorter edge keeps 1080
        ((50, 3200), (50, 3200), (50, 100)),  # of a long one the small picture shows the beginning
        ((1440, 8000), (1080, 6000), (160, 320)),
        ((1, 1), (1, 1), (1, 1)),
    ],
)
def test_a_picture_becomes_two_jpegs_within_their_edges(
    kind: str, size: tuple[int, int], full: tuple[int, int], thumb: tuple[int, int]
) -> None:
    drawn = redraw(picture(kind, size))
    assert (seen(drawn.full).size, seen(drawn.thumb).size) == (full, thumb)
    assert (drawn.width, drawn.height) == full


@pytest.mark.parametrize(
    ("size", "page", "card", "square"),
    [
        ((4000, 3000), (960, 600), (480, 300), (160, 160)),
        ((900, 1600), (900, 562), (480, 300), (160, 160)),
        ((320, 200), (320, 200), (320, 200), (160, 160)),
        ((50, 3200), (50, 31), (50, 31), (50, 50)),
        ((3200, 50), (80, 50), (80, 50), (50, 50)),
        ((1, 1), (1, 1), (1, 1), (1, 1)),
    ],
)
def test_a_picture_of_a_product_has_the_sizes_that_are_shown_and_is_never_enlarged(
    size: tuple[int, int], page: tuple[int, int], card: tuple[int, int], square: tuple[int, int]
) -> None:
    drawn = redraw_goods(picture(size=size))
    assert [seen(one).size for one in (drawn.page, drawn.card, drawn.thumb)] == [page, card, square]
    assert seen(drawn.full).size == (drawn.width, drawn.height)


def test_of_an_animated_picture_of_a_product_one_frame_is_kept_and_of_where_it_was_taken_nothing() -> None:
    exif = Image.Exif()
    exif[GPS] = {1: "N", 2: (31.0, 14.0, 0.0)}
    frames = [Image.new("RGB", (500, 400), colour) for colour in ("red", "blue")]
    kept = io.BytesIO()
    frames[0].save(kept, "WEBP", save_all=True, append_images=frames[1:], duration=100, exif=exif.tobytes())
    drawn = redraw_goods(kept.getvalue())
    for jpeg in (drawn.full, drawn.page, drawn.card, drawn.thumb):
        found = seen(jpeg)
        assert getattr(found, "n_frames", 1) == 1 and not found.getexif() and b"Exif" not in jpeg
        colour = found.convert("RGB").getpixel((0, 0))
        assert isinstance(colour, tuple) and colour[0] > 200 > colour[2]


def test_no_picture_of_a_product_weighs_more_than_its_size_needs() -> None:
    noise = Image.effect_noise((3000, 2000), 60).convert("RGB")
    kept = io.BytesIO()
    noise.save(kept, "JPEG", quality=80)
    drawn = redraw_goods(kept.getvalue())
    assert len(drawn.thumb) < len(drawn.card) < len(drawn.page) < len(drawn.full) <= limits.PICTURE_BYTES


@pytest.mark.parametrize("name", [*NOT_PICTURES, *TOO_LARGE])
def test_what_is_no_picture_is_none_of_a_product_either(name: str) -> None:
    assert refused(redraw_goods, (NOT_PICTURES | TOO_LARGE)[name]).reason in ("not_a_picture", "picture_too_large")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_house_just_started_knows_every_kind(kind: str, tmp_path: Path) -> None:
    """Whoever draws a picture makes its kind known to the whole process, so this one starts anew."""
    file = tmp_path / "picture"
    file.write_bytes(picture(kind))
    code = "import sys, pathlib, cardmall.adapters.pictures as p; p.redraw(pathlib.Path(sys.argv[1]).read_bytes())"
    subprocess.run([sys.executable, "-c", code, str(file)], check=True, cwd=ROOT)


def test_where_it_was_taken_is_gone_and_how_the_camera_was_held_is_heeded() -> None:
    exif = Image.Exif()
    exif[TURNED], exif[GPS] = 6, {1: "N", 2: (31.0, 14.0, 0.0)}
    drawn = redraw(picture(size=(800, 600), exif=exif.tobytes(), comment=b"Alice at home"))
    assert (drawn.width, drawn.height) == (600, 800)
    for jpeg in (drawn.full, drawn.thumb):
        assert not seen(jpeg).getexif() and b"Exif" not in jpeg and b"Alice" not in jpeg
    red, _, blue = seen(drawn.full).getpixel((300, 100))  # type: ignore[misc]
    assert red > blue, "what was left is on top"


def test_profile_text_and_xmp_are_not_carried_over() -> None:
    drawn = redraw(picture("WEBP", icc_profile=b"profile" * 50, xmp=b"<x>Alice</x>"))
    assert set(seen(drawn.full).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_the_script_behind_a_picture_is_gone() -> None:
    drawn = redraw(with_script())
    assert SCRIPT not in drawn.full + drawn.thumb and b"script" not in drawn.full


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_was_transparent_is_white(kind: str) -> None:
    assert seen(redraw(picture(kind, mode="RGBA")).full).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16"])
def test_every_kind_of_png_is_understood(mode: str) -> None:
    assert seen(redraw(picture("PNG", (40, 30), mode)).full).size == (40, 30)


def test_sixteen_bits_of_grey_stay_grey() -> None:
    grey = Image.new("I;16", (40, 30), 0x8000)
    kept = io.BytesIO()
    grey.save(kept, "PNG")
    red, *_ = seen(redraw(kept.getvalue()).full).getpixel((5, 5))  # type: ignore[misc]
    assert 120 < red < 136


def test_inks_become_colours() -> None:
    assert seen(redraw(picture(mode="CMYK")).full).mode == "RGB"


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_kept(kind: str) -> None:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue")]
    kept = io.BytesIO()
    frames[0].save(kept, kind, save_all=True, append_images=frames[1:], duration=100, lossless=True)
    red, _, blue = seen(redraw(kept.getvalue()).full).getpixel((5, 5))  # type: ignore[misc]
    assert red > 200 and blue < 60


@pytest.mark.parametrize("name", NOT_PICTURES)
def test_what_is_no_picture_is_refused(name: str) -> None:
    assert refused(redraw, NOT_PICTURES[name]).reason == "not_a_picture"


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_is_too_large_is_refused(name: str) -> None:
    assert refused(redraw, TOO_LARGE[name]).reason == "picture_too_large"


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    small = bomb()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused(redraw, small)
    assert len(small) < 100_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8 * 1024, "kilobytes"


def test_the_bounds_are_exact() -> None:
    edge = int(limits.PICTURE_PIXELS**0.5)
    assert redraw(picture("PNG", (edge, edge), "1")).width == limits.PICTURE_EDGE
    assert refused(redraw, picture("PNG", (edge, edge + 1), "1")).reason == "picture_too_large"
    whole = picture()
    assert redraw(whole + bytes(limits.PICTURE_BYTES - len(whole))).width == 800
    assert refused(redraw, whole + bytes(limits.PICTURE_BYTES - len(whole) + 1)).reason == "picture_too_large"


def test_broken_bytes_anywhere_never_raise_anything_else() -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        whole = picture(kind, (64, 48))
        for at in range(0, len(whole), max(1, len(whole) // 150)):
            broken = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
            try:
                redraw(broken)
            except Exception as trouble:
                assert getattr(trouble, "reason", "") in ("not_a_picture", "picture_too_large")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_long_screenshot_stays_readable(kind: str) -> None:
    drawn = redraw(picture(kind, (1080, 12000)))
    assert (drawn.width, drawn.height) == seen(drawn.full).size == (1080, 12000)
    assert min(seen(drawn.thumb).size) == 160


def test_a_picture_longer_than_a_jpeg_can_be_is_made_shorter() -> None:
    assert seen(redraw(picture("PNG", (300, 80_000), "1")).full).height == limits.PICTURE_LONGEST


def test_what_is_kept_weighs_no_more_than_what_may_be_handed_in() -> None:
    noise = Image.effect_noise((1080, 20_000), 90)
    handed = io.BytesIO()
    noise.save(handed, "JPEG", quality=15)
    assert len(handed.getvalue()) <= limits.PICTURE_BYTES
    drawn = redraw(handed.getvalue())
    assert (drawn.width, drawn.height) == (1080, 20_000)
    assert len(drawn.full) <= limits.PICTURE_BYTES
