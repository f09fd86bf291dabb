"""The comparing of measured figures with their floors, with a tool that prints what a test says."""

import re
import tomllib

import pytest

from bench import floors
from bench.figures import MEASURES, Measure
from tests.conftest import ROOT

FILE = """# Why these.
[toy]
right = { at_least = 5 }
wrong = { at_most = 0.25 } # a comment
speed = { at_least = 0.8, margin = 0.2 }

[toy-cases.hold]
at_least = 1
failing = ["b", "c"]
"""


def numbers(output):
    found = re.findall(r"^(\w+) ([\d.]+)$", output.text, re.M)
    return {name: float(one) if "." in one else int(one) for name, one in found}


def toy(name, text, figures, **more):
    return Measure(
        name=name, words=("-c", f"print({text!r})"), figures=figures, read=numbers, **more
    )


@pytest.fixture
def compare(tmp_path, capsys):
    """Compare what a tool prints with the floors; return exit code, output and the file after."""
    file = tmp_path / "floors.toml"

    def run(text, *words, held="hold 1", failing=("b", "c"), floors_are=FILE):
        file.write_text(floors_are, "utf-8")
        measures = [
            toy("toy", text, ("right", "wrong", "speed")),
            toy("toy-cases", held, ("hold",), failing=lambda _: list(failing)),
        ]
        code = floors.main(["--shared", str(tmp_path), *words], measures, file)
        return code, capsys.readouterr().out, file.read_text("utf-8")

    return run


def test_figures_at_their_floors_hold(compare):
    code, out, file = compare("right 5\nwrong 0.25\nspeed 1.0", "--raise")
    assert code == 0
    assert "BELOW" not in out
    assert "hold no longer" not in out
    assert file == FILE


@pytest.mark.parametrize(
    ("text", "below"),
    [
        ("right 4\nwrong 0.25\nspeed 1.0", "toy right | ≥ 5 | 4"),
        ("right 5\nwrong 0.26\nspeed 1.0", "toy wrong | ≤ 0.25 | 0.2600"),
        ("right 5\nwrong 0.25\nspeed 0.79", "toy speed | ≥ 0.8 | 0.7900"),
    ],
)
def test_a_figure_below_its_floor_is_told_with_its_command(compare, text, below):
    code, out, _ = compare(text)
    assert code == 1
    row = next(line for line in out.splitlines() if line.endswith("` |"))
    assert below in row
    assert "print(" in row


def test_a_figure_that_no_tool_gave_is_named_with_what_the_tool_said(compare):
    code, out, _ = compare("right 5\nwrong 0.25\nnothing")
    assert code == 1
    assert "toy speed | ≥ 0.8 | none | NOT MEASURED" in out


def test_a_tool_that_fails_is_told(tmp_path, capsys):
    file = tmp_path / "floors.toml"
    file.write_text("[toy]\nright = { at_least = 5 }\n", "utf-8")
    failing = Measure(
        name="toy", words=("-c", "raise SystemExit('no such model')"), figures=("right",),
        read=numbers,
    )  # fmt: skip
    assert floors.main(["--shared", str(tmp_path)], [failing], file) == 1
    assert "no such model" in capsys.readouterr().out


def test_a_figure_in_the_file_that_nothing_gives_is_named(compare):
    code, out, _ = compare("right 5", floors_are=FILE + "\n[toy2]\nleft = { at_least = 1 }\n")
    assert code == 1
    assert "toy2 left: no tool gives this figure" in out


def test_a_figure_that_the_file_leaves_out_is_named(compare):
    code, out, _ = compare("right 5", floors_are=FILE.replace("right = { at_least = 5 }\n", ""))
    assert code == 1
    assert "toy right: this figure has no floor" in out


@pytest.mark.parametrize("row", ["{ at_lest = 5 }", "{ at_least = 5, at_most = 6 }", "{}", "5"])
def test_a_floor_that_says_nothing_clear_is_named(compare, row):
    code, out, _ = compare("right 5", floors_are=FILE.replace("{ at_least = 5 }", row))
    assert code == 1
    assert "toy right: give at_least or at_most" in out


def test_without_the_collections_one_line_says_so(tmp_path, capsys):
    assert floors.main(["--shared", str(tmp_path / "none")]) == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert "skipped" in out


def test_floors_that_could_be_raised_are_told_and_stay(compare):
    code, out, file = compare("right 7\nwrong 0.25\nspeed 1.0")
    assert code == 0
    assert "toy right: the floor could be 7, it is 5" in out
    assert file == FILE


def test_raising_writes_higher_floors_and_never_a_lower_one(compare):
    code, _, file = compare(
        "right 4\nwrong 0.12345\nspeed 1.5", "--raise", held="hold 2", failing=("c",)
    )
    assert code == 1  # right is below, the others still rise
    assert tomllib.loads(file) == {
        "toy": {
            "right": {"at_least": 5},
            "wrong": {"at_most": 0.1235},
            "speed": {"at_least": 1.2, "margin": 0.2},
        },
        "toy-cases": {"hold": {"at_least": 2, "failing": ["c"]}},
    }
    assert "# Why these." in file
    assert "# a comment" in file


def test_noise_within_the_margin_raises_no_floor(compare):
    _, out, file = compare("right 5\nwrong 0.25\nspeed 1.09", "--raise")
    assert "could be" not in out
    assert file == FILE


def test_cases_that_changed_are_named(compare):
    code, out, _ = compare("right 5\nwrong 0.25\nspeed 1.0", failing=("a", "c"))
    assert code == 0
    assert "toy-cases: hold no longer: a" in out
    assert "toy-cases: hold now: b" in out


def test_the_project_has_a_floor_for_each_of_its_figures():
    tables = tomllib.loads((ROOT / "bench" / "floors.toml").read_text("utf-8"))
    read, wrong = floors.read(tables, MEASURES)
    assert wrong == []
    assert read
