"""Files that others can read, and files of others that do no harm."""

import io
import json
import shutil
import struct
import subprocess
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from models.image_file import FORMATS, PictureError, read_picture, read_provenance, write_picture

pytestmark = pytest.mark.image

PROVENANCE = json.dumps(
    {"request": {"prompt": "ein Würfel 立方体 🎲", "seed": 7}, "model": "embedded", "version": "1"}, ensure_ascii=False
)


@pytest.fixture(scope="module")
def pixels() -> NDArray[np.uint8]:
    """Red on the left, green on the right, blue below, with a slope so that lossy formats have something to do."""
    found = np.zeros((48, 64, 3), np.uint8)
    found[:, :32, 0] = 250
    found[:, 32:, 1] = 250
    found[32:] = (0, 0, 250)
    found += np.linspace(0, 5, 64).astype(np.uint8)[None, :, None]
    return found


@pytest.mark.parametrize("form", FORMATS)
def test_a_picture_comes_back_with_what_made_it(pixels: NDArray[np.uint8], form: str) -> None:
    data = write_picture(pixels, form, PROVENANCE)

    assert data == write_picture(pixels.copy(), form, PROVENANCE)
    assert data != write_picture(pixels, form, PROVENANCE + " ")
    assert read_provenance(data) == PROVENANCE
    error = np.abs(read_picture(data).astype(int) - pixels)
    assert error.max() == 0 if form == "png" else error.mean() < 4
    assert Image.open(io.BytesIO(data)).get_format_mimetype() == FORMATS[form][1]


def exif_comment(exif: bytes) -> str:
    """UserComment of an Exif block, by its tables (TIFF 6.0, Exif 2.32)."""
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}[tiff[:2]]

    def entries(at: int) -> dict[int, tuple[int, int, bytes]]:
        (count,) = struct.unpack_from(order + "H", tiff, at)
        rows = (tiff[at + 2 + 12 * i : at + 14 + 12 * i] for i in range(count))
        return {row[0]: (row[1], row[2], row[3]) for row in (struct.unpack(order + "HHI4s", row) for row in rows)}

    def pointer(raw: bytes) -> int:
        return int(struct.unpack(order + "I", raw)[0])

    sub = pointer(entries(pointer(tiff[4:8]))[0x8769][2])
    _, length, raw = entries(sub)[0x9286]
    value = tiff[pointer(raw) : pointer(raw) + length]
    assert value[:8] == b"UNICODE\0"
    return value[8:].decode("utf-16-be")


def png_text(data: bytes) -> dict[str, str]:
    found, place = {}, 8
    while place < len(data):
        (length,) = struct.unpack_from(">I", data, place)
        if data[place + 4 : place + 8] == b"iTXt":
            keyword, rest = data[place + 8 : place + 8 + length].split(b"\0", 1)
            found[keyword.decode()] = rest[2:].split(b"\0", 2)[2].decode()
        place += 12 + length
    return found


def test_the_text_is_where_the_standards_say(pixels: NDArray[np.uint8]) -> None:
    files = {form: write_picture(pixels, form, PROVENANCE) for form in FORMATS}

    assert png_text(files["png"]) == {"provenance": PROVENANCE, "Software": "ai-orchestration"}
    jpeg = files["jpeg"]
    at = jpeg.index(b"\xff\xe1")
    (length,) = struct.unpack_from(">H", jpeg, at + 2)
    assert exif_comment(jpeg[at + 4 : at + 2 + length]) == PROVENANCE
    webp = files["webp"]
    at = webp.index(b"EXIF")
    (length,) = struct.unpack_from("<I", webp, at + 4)
    assert exif_comment(webp[at + 8 : at + 8 + length]) == PROVENANCE
    avif = files["avif"]
    assert exif_comment(avif[avif.index(b"MM\0*" if b"MM\0*" in avif else b"II*\0") :]) == PROVENANCE


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed (libimage-exiftool-perl)")
def test_exiftool_reads_it_too(pixels: NDArray[np.uint8], tmp_path: Path) -> None:
    for form, (_, _, ending) in FORMATS.items():
        file = tmp_path / f"picture.{ending}"
        file.write_bytes(write_picture(pixels, form, PROVENANCE))
    told = json.loads(subprocess.check_output(["exiftool", "-j", "-charset", "utf8", *tmp_path.iterdir()]))
    assert len(told) == len(FORMATS)
    for each in told:
        assert each.get("UserComment") or each.get("Provenance") == PROVENANCE
        assert each["Software"] == "ai-orchestration"
        assert each["MIMEType"] in {media_type for _, media_type, _ in FORMATS.values()}
        assert "Warning" not in each
        assert "Error" not in each


def test_what_does_not_fit_into_one_format_goes_into_none(pixels: NDArray[np.uint8]) -> None:
    longest = "ü" * 30_000
    for form in FORMATS:
        assert read_provenance(write_picture(pixels, form, longest)) == longest
        for too_long in (longest + "u", "🎲" * 15_001):
            with pytest.raises(ValueError, match="60,000 bytes in UTF-16"):
                write_picture(pixels, form, too_long)
    for wrong in (pixels[..., 0], pixels.astype(np.float32), np.zeros((8, 8, 4), np.uint8)):
        with pytest.raises(ValueError, match="8 bits"):
            write_picture(wrong, "png", "")  # type: ignore[arg-type]  # what a caller may get wrong


def test_openexr_files_say_it_as_an_attribute(tmp_path: Path) -> None:
    import OpenEXR

    file = tmp_path / "light.exr"
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage, "comments": "provenance"}
    channels = {"RGB": np.ones((8, 8, 3), np.float16)}
    with OpenEXR.File({**header, "provenance": PROVENANCE}, channels) as master:
        master.write(str(file))
    data = file.read_bytes()

    assert read_provenance(data) == PROVENANCE
    assert read_provenance(data[: data.index(b"provenance\0") - 30] + b"\0" * 60) is None
    for cut in range(5, data.index(PROVENANCE.encode()[:20]), 7):
        with pytest.raises(PictureError, match="cut off"):
            read_provenance(data[:cut])


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_that_is_cut_off_is_refused_and_never_half_read(pixels: NDArray[np.uint8], form: str) -> None:
    data = write_picture(pixels, form, PROVENANCE)
    for cut in (0, 1, 4, 11, 30, len(data) // 4, len(data) // 2, len(data) * 3 // 4):
        with pytest.raises(PictureError, match=r"damaged or cut off|is no PNG"):
            read_picture(data[:cut])


def test_no_damage_to_a_file_raises_anything_else(pixels: NDArray[np.uint8]) -> None:
    generator = np.random.default_rng(5)
    refused = read = 0
    for form in FORMATS:
        data = np.frombuffer(write_picture(pixels, form, PROVENANCE), np.uint8)
        for _ in range(150):
            damaged = data.copy()
            places = generator.integers(0, min(len(data), 400), generator.integers(1, 6))
            damaged[places] = generator.integers(0, 256, len(places))
            for reader in (read_picture, read_provenance):
                try:
                    reader(damaged.tobytes())  # type: ignore[operator]  # two functions of one argument
                    read += 1
                except PictureError:
                    refused += 1
    assert refused > 100
    assert read > 100


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, rows: bytes = b"\0", between: bytes = b"") -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + between + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (png(20_000, 3_000), "20000 x 3000 pixels; at most 40,000,000"),
        (png(10_000, 10_000), "10000 x 10000 pixels"),
        (png(60_000, 60_000), "too large; at most 40,000,000"),
        (png(2**31 - 1, 2**31 - 1), "too large"),
        (png(7, 400), "8 a side is the least"),
        (png(0, 16), "no PNG"),
        (png(16, 16, between=chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(20_000_000), 9))), "damaged"),
        (b"GIF89a" + bytes(100), "no PNG, JPEG, WebP or AVIF"),
        (b"%PDF-1.7 ", "no PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG"),
        (b"", "no PNG"),
    ],
)
def test_bombs_and_other_formats_are_refused_before_they_are_decoded(data: bytes, words: str) -> None:
    with pytest.raises(PictureError, match=words):
        read_picture(data)


def test_text_is_found_without_unpacking_pixels_or_bombs() -> None:
    told = chunk(b"iTXt", b"provenance\0\0\0\0\0here")
    assert read_provenance(png(50_000, 50_000, between=told)) == "here"
    packed = chunk(b"iTXt", b"provenance\0\1\0en\0\0" + zlib.compress(b"packed"))
    assert read_provenance(png(16, 16, between=packed)) == "packed"
    bomb = chunk(b"iTXt", b"provenance\0\1\0\0\0" + zlib.compress(bytes(100_000_000), 9))
    assert read_provenance(png(16, 16, between=bomb)) is None
    assert read_provenance(png(16, 16)) is None
    for wrong in (b"provenance\0\1\0\0\0not packed", b"provenance\0\0", b"provenance\0\7\0\0\0x"):
        with pytest.raises(PictureError, match="damaged"):
            read_provenance(png(16, 16, between=chunk(b"iTXt", wrong)))
    with pytest.raises(PictureError, match="damaged"):
        read_provenance(png(16, 16, between=told[:-1] + b"!"))
    with pytest.raises(PictureError, match="cut off"):
        read_provenance(png(16, 16)[:40])


def saved(picture: Image.Image, form: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_stand_upright_whatever_else_is_in_them(pixels: NDArray[np.uint8], orientation: int) -> None:
    undo = {2: (-1, 1, 0), 3: (-1, -1, 0), 4: (1, -1, 0), 5: (1, 1, 1), 6: (1, -1, 1), 7: (-1, -1, 1), 8: (-1, 1, 1)}
    across, down, swapped = undo.get(orientation, (1, 1, 0))
    expected = pixels.transpose(1, 0, 2) if swapped else pixels
    expected = expected[:: -1 if (down if not swapped else across) < 0 else 1]
    expected = expected[:, :: -1 if (across if not swapped else down) < 0 else 1]
    exif = Image.Exif()
    exif[0x0112] = orientation
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = saved(Image.fromarray(pixels), "PNG", exif=exif, icc_profile=profile)
    assert np.abs(read_picture(data).astype(int) - expected).max() <= 1


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "AVIF"])
def test_every_format_stands_upright(pixels: NDArray[np.uint8], form: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    shown = read_picture(saved(Image.fromarray(pixels), form, exif=exif, quality=95)).astype(int)
    assert np.abs(shown - np.rot90(pixels, -1)).mean() < 6


def test_colours_are_those_of_the_profile(pixels: NDArray[np.uint8]) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"????", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"????", b"gXYZ", 1)
    for mode in ("RGB", "RGBA", "P"):
        data = saved(Image.fromarray(pixels).convert(mode), "PNG", icc_profile=swapped)
        shown = read_picture(data).astype(int)
        assert np.abs(shown - pixels[..., [1, 0, 2]]).mean() < 5  # a palette is coarse
    broken = saved(Image.fromarray(pixels), "PNG", icc_profile=b"no profile" * 20)
    assert (read_picture(broken) == pixels).all()


def test_every_kind_of_pixel_becomes_eight_bits_of_three_colours() -> None:
    import imagecodecs

    def only(data: bytes) -> list[int]:
        shown = read_picture(data)
        assert shown.shape == (16, 16, 3)
        assert shown.dtype == np.uint8
        assert (shown == shown[0, 0]).all()
        return [int(value) for value in shown[0, 0]]

    for value in (100, 60_000, 65_535):
        assert only(saved(Image.fromarray(np.full((16, 16), value, np.uint16)), "PNG")) == [round(value / 257)] * 3
    assert only(imagecodecs.png_encode(np.full((16, 16, 3), 40_000, np.uint16))) == [156] * 3
    assert only(saved(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG", quality=100)) == [255, 0, 0]
    assert only(saved(Image.new("1", (16, 16), 1), "PNG")) == [255] * 3
    assert only(saved(Image.new("L", (16, 16), 77), "PNG")) == [77] * 3
    assert only(saved(Image.new("LA", (16, 16), (0, 0)), "PNG")) == [255] * 3
    assert only(saved(Image.new("RGBA", (16, 16), (255, 0, 0, 128)), "PNG")) == [255, 127, 127]
    assert only(saved(Image.new("P", (16, 16)), "PNG", transparency=0)) == [255] * 3
    blue = [Image.new("RGB", (16, 16), "blue")]
    assert only(saved(Image.new("RGB", (16, 16), "red"), "PNG", save_all=True, append_images=blue)) == [255, 0, 0]
    for form in ("WEBP", "AVIF"):
        red = only(saved(Image.new("RGB", (16, 16), "red"), form, save_all=True, append_images=blue, quality=100))
        assert np.abs(np.subtract(red, [255, 0, 0])).max() < 8
    multi = saved(Image.new("RGB", (16, 16), "red"), "MPO", save_all=True, append_images=blue, quality=100)
    assert np.abs(np.subtract(only(multi), [255, 0, 0])).max() < 4


def test_files_for_hdr_screens_say_what_made_them_and_are_not_taken_for_srgb(pixels: NDArray[np.uint8]) -> None:
    from models.hdr import write_exr, write_pq_avif, write_ultrahdr

    light = pixels.astype(np.float32) / 64
    bright = write_pq_avif(light, PROVENANCE)
    jpeg = write_ultrahdr(light, PROVENANCE)
    assert [read_provenance(data) for data in (bright, jpeg, write_exr(light, PROVENANCE))] == [PROVENANCE] * 3
    assert read_picture(jpeg).shape == pixels.shape
    with pytest.raises(PictureError, match="coded for HDR screens"):
        read_picture(bright)
    with pytest.raises(PictureError, match="coded for HDR screens"):
        read_picture(png(16, 16, bytes(16 * 49), between=chunk(b"cICP", bytes([9, 16, 0, 1]))))
    assert read_picture(png(16, 16, bytes(16 * 49), between=chunk(b"cICP", bytes([1, 13, 0, 1])))).max() == 0


def test_openings_without_an_end_are_searched_once(pixels: NDArray[np.uint8]) -> None:
    """Searched again for each opening, this took hours."""
    assert read_provenance(saved(Image.fromarray(pixels), "JPEG") + b"<ai:provenance>" * 200_000) is None
