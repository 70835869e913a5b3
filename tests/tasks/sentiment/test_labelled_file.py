"""Files of labelled posts, and files that are none."""

from pathlib import Path

import pytest

from tasks.sentiment.labelled_file import LabelledFileError, read_labelled

pytestmark = pytest.mark.crypto


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "posts.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_words_and_figures_are_labels(tmp_path: Path) -> None:
    content = '\ufeffid,Label,Text\n1,Bearish,down\n2,1,up\n3,2.0,"flat, and\nlong"\n4,positive,good\n5,NEGATIVE,bad\n'

    posts, warnings = read_labelled(written(tmp_path, content), "made up")

    assert list(posts.texts) == ["down", "up", "flat, and\nlong", "good", "bad"]
    assert posts.labels.tolist() == [0, 1, 2, 1, 0]
    assert warnings == []


def test_rows_that_contradict_each_other_are_left_out(tmp_path: Path) -> None:
    content = "text,label\ntwo minds,bullish\ntwo minds,bearish\nsaid twice,1\nsaid twice,bullish\nonce,0\n"

    posts, warnings = read_labelled(written(tmp_path, content), "made up")

    assert list(posts.texts) == ["said twice", "once"]
    assert any("1 posts have two labels" in warning for warning in warnings)
    assert any("2 posts came more than once" in warning for warning in warnings)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("text,label\nfine,bullish\nodd,sideways\n,neutral\n", "2 rows can't be right .row 3: label 'sideways'; row 4"),
        ("body,label\nfine,1\n", "text is not there"),
        ("text,label,text\nfine,1,x\n", "text is not there once"),
        ("", "text and label is not there"),
        ("text,label\nfine\n", "lacks text or label"),
        (b"text,label\n\xff\xfe,1\n", "no CSV in UTF-8"),
        (b"PK\x03\x04\x00\x00text,label", "zero bytes"),
        ('text,label\n"' + "x" * 30_000 + '",1\n', "more than 20,000 characters"),
        ("text,label\n" + "a,1\n" * 200_001, "more than 200,000 posts"),
    ],
)
def test_files_that_can_not_be_learned_from(tmp_path: Path, content: str | bytes, told: str) -> None:
    with pytest.raises(LabelledFileError, match=told):
        read_labelled(written(tmp_path, content), "made up")
