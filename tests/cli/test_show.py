"""Printing for people and pipes."""

from pipeline.cli import show

TEXT = "A \x1b[31mred\x1b[0m title,\x9b1m bold\x7f, a\ttab: ação [bold]日本[/bold] :smile:"
SHOWN = "A [31mred[0m title,1m bold, a\ttab: ação [bold]日本[/bold] :smile:\n"


def test_a_terminal_obeys_nothing_that_others_wrote(capsys):
    show.say(TEXT)
    show.tell(TEXT)
    assert capsys.readouterr() == (SHOWN, SHOWN)
