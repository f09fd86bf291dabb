"""What stands between two translated parts of one sentence, by the scripts they are in."""

import pytest

from pipeline.translate.text.segments import part_separator


@pytest.mark.parametrize(
    ("left", "between", "right", "languages", "found"),
    [
        ("看", " ", "你", ("en", "zh"), ""),
        ("見る", " ", "ページ", ("en-GB", "ja-JP"), ""),
        ("看", " ", "https://x.example/", ("en", "zh"), " "),
        ("https://x.example/", " ", "看", ("en", "zh"), " "),
        ("https://x.example/", " ", "mail@x.example", ("en", "th"), " "),
        ("看", " ", "3", ("en", "zh"), " "),
        ("看", "\n", "https://x.example/", ("en", "zh"), "\n"),
        ("看", "", "https://x.example/", ("en", "zh"), ""),
        ("One.", "", "Two.", ("zh", "en"), " "),
        ("See", " ", "https://x.example/", ("pt", "en"), " "),
        ("看", " ", "https://x.example/", ("ja", "zh"), " "),
    ],
)
def test_a_space_goes_only_between_signs_of_scripts_without_spaces(
    left, between, right, languages, found
):
    assert part_separator(left, between, right, languages) == found
