"""A glossary's terms come out in translations, in their places, and people's corrections win."""

import re

import pytest

from pipeline.article import Article, Translation
from pipeline.options import Term
from pipeline.translate import DictMemory
from pipeline.translate.glossary import Glossary, Use, agreed, apply
from pipeline.translate.memory import correction_key
from pipeline.translate.terms import settle
from pipeline.translate.text.alignment import parse_links
from pipeline.translate.text.edits import Edit, carried, edited
from pipeline.translate.translator import LINKS
from tests.translate.recorded import RecordedTranslator

TERMS = (
    Term(source="chief executive", target="diretor-presidente"),
    Term(source="team", target="equipa", forms={"teams": "equipas"}),
    Term(source="mobile phone", target="telemóvel"),
    Term(source="The Night Post"),
    Term(source="US", target="EUA", case=True),
)


def found(text: str, *terms: Term) -> list[str]:
    return [text[use.start : use.end] for use in Glossary(terms or TERMS).find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The team met the chief executive.", ["team", "chief executive"]),
        ("TEAMS and Team", ["TEAMS", "Team"]),
        ("A steam engine, teamwork and a team-building day", []),
        ("They told us of the US", ["US"]),
        ("See https://example.org/team or team@example.org.", []),
        ("He read the night post", ["the night post"]),
        ("", []),
    ],
)
def test_terms_are_whole_words_with_their_capitals(text, expected):
    assert found(text) == expected


def test_the_longer_of_two_terms_and_the_first_of_two_equal_ones_counts():
    terms = (Term(source="night"), Term(source="night train"), Term(source="train"))
    assert found("A night train", *terms) == ["night train"]
    twice = Glossary((Term(source="team", target="um"), Term(source="team", target="dois")))
    assert [use.wanted for use in twice.find("team")] == ["um"]


def test_terms_of_scripts_without_spaces_and_parts_of_words():
    assert found("我在北京大学读书", Term(source="北京大学")) == ["北京大学"]
    assert found("Donaudampfschiff", Term(source="dampf", part=True)) == ["dampf"]
    assert found("The city’s mayor", Term(source="city's mayor")) == ["city’s mayor"]


def test_a_term_is_for_its_language_only():
    glossary = Glossary((Term(source="team", target="equipa", language="en"),))
    assert glossary.find("team", "en-GB")
    assert not glossary.find("team", "de")


def applied(source: str, target: str, links: str, *terms: Term) -> str:
    uses = Glossary(terms or TERMS).find(source)
    return apply(source, target, parse_links(links), uses, ("en", "pt")).text


@pytest.mark.parametrize(
    ("source", "target", "links", "expected"),
    [
        # several words for one, an article linked to the term by mistake
        (
            "the mobile phone rang",
            "o telefone celular tocou",
            "1-0 2-1 1-2 3-3",
            "o telemóvel tocou",
        ),
        # one word for several
        (
            "the chief executive left",
            "o presidente saiu",
            "0-0 1-1 2-1 3-2",
            "o diretor-presidente saiu",
        ),
        ("Teams won", "Equipes venceram", "0-0 1-1", "Equipas venceram"),
        ("A team won", "Uma equipa venceu", "0-0 1-1 2-2", "Uma equipa venceu"),
        ("THE TEAM WON", "A EQUIPE VENCEU", "0-0 1-1 2-2", "A EQUIPA VENCEU"),
        # what the model wrote for another word is another's
        ("teams, a party", "partidos, uma equipas", "0-0 2-2 3-3", "equipas, uma equipas"),
        # the only words linked are punctuation's neighbours
        ("HBO, team", "HBO, equipe", "0-0 1-1 2-1 2-2", "HBO, equipa"),
    ],
)
def test_a_term_takes_the_place_of_the_words_linked_to_it(source, target, links, expected):
    assert applied(source, target, links) == expected


def test_an_elided_article_stays():
    term = Term(source="water", target="onda")
    assert applied("the water", "l'acqua", "1-0", term) == "l'onda"


def test_without_links_a_term_is_missing_and_the_text_as_it_was():
    uses = Glossary(TERMS).find("The team won")
    done = apply("The team won", "Venceram ontem", frozenset(), uses)
    assert (done.text, [use.wanted for use in done.missing]) == ("Venceram ontem", ["equipa"])


def test_links_follow_the_words():
    done = edited("o telefone celular tocou", [Edit(2, 18, "telemóvel")])
    assert done.text == "o telemóvel tocou"
    assert done.became == ((0,), (1,), (1,), (2,))
    links = parse_links("0-0 1-1 2-2 3-3")
    assert carried(links, [(n,) for n in range(4)], done.became) == {(0, 0), (1, 1), (2, 1), (3, 2)}


def test_articles_and_endings_agree_where_the_model_says_so():
    uses = Glossary((Term(source="game", target="partida"),)).find("his game")

    def said(text: str, other: str) -> str:
        return agreed(text, other, uses, ("en", "pt"))

    assert said("em seu partida na faixa", "em sua partida no alcance") == "em sua partida na faixa"
    assert said("do novo partida, disse", "da nova partida, falou") == "da nova partida, disse"
    assert said("viu jogo partida", "viu outra partida") == "viu jogo partida"
    assert said("a partida", "sem o termo") == "a partida"


def with_terms(
    recorded: RecordedTranslator, *terms: Term, memory: DictMemory | None = None
) -> RecordedTranslator:
    return recorded.again(memory, {"pt": terms or TERMS})


def test_terms_come_out_of_the_model_and_spans_stay_on_them(recorded):
    here = with_terms(recorded)
    html = "<p>The <b>chief executive</b> lost his <a href='/m'>mobile phone</a> on Tuesday.</p>"
    [out] = here.html([html], "en", "pt")
    assert "<b>diretor-presidente</b>" in out
    assert "<a href='/m'>telemóvel</a>" in out
    [plain] = here.texts(["The chief executive lost his mobile phone on Tuesday."], "en", "pt")
    assert re.sub("<[^>]*>", "", out) == plain
    assert here.texts(["It rains."], "en", "pt") == recorded.texts(["It rains."], "en", "pt")


def test_a_name_is_kept_as_it_is(recorded):
    text = "She writes for The Night Post in London."
    assert "The Night Post" in with_terms(recorded).texts([text], "en", "pt")[0]


def article(text: str) -> Article:
    return Article(
        url="https://example.org/1",
        title="It rains.",
        html=f"<p>{text}</p>",
        text="",
        language="en",
    )


def test_where_attention_says_nothing_the_term_goes_into_the_source(recorded):
    """Some packages' attention is worth nothing: their links are empty."""

    class NoLinks(DictMemory):
        def put(self, model, pairs):
            blank = model.endswith(LINKS)
            super().put(model, dict.fromkeys(pairs, "") if blank else pairs)

    here = with_terms(recorded, memory=NoLinks())
    one = article("The team met in the old market square.")
    assert "equipa" in here.explain(one, "pt")[-1].translation


def test_a_term_that_does_not_come_out_is_in_doubt_and_explained(recorded):
    class Deaf(DictMemory):
        """Knows a translation without the term, and no links, for whatever it is asked."""

        def get(self, model, segments):
            if model.endswith("!"):
                return {}
            said = "" if "#" in model else "Isto é outra coisa."
            return dict.fromkeys(segments, said)

    here = with_terms(recorded, memory=Deaf())
    [explained] = [one for one in here.explain(article("The team won."), "pt") if one.terms]
    assert explained.terms == (("team", "equipa"),)
    assert "term" in explained.verdict.left
    ((_, done),) = here.translate([article("The team won.")], "pt")
    assert isinstance(done, Translation)
    assert done.doubts == 1


def test_what_a_person_wrote_wins_over_the_glossary(recorded):
    memory = DictMemory()
    memory.put(correction_key("en", "pt"), {"The team won.": "O time ganhou."})
    here = with_terms(recorded, memory=memory)
    assert here.texts(["The team won."], "en", "pt") == ["O time ganhou."]
    [one] = [
        each for each in here.explain(article("The team won."), "pt") if "team" in each.segment
    ]
    assert (one.by, one.terms) == ("person", ())


def test_a_changed_glossary_has_only_what_it_touches_translated(recorded):
    class Counting(DictMemory):
        written: list[str]

        def put(self, model, pairs):
            if "#" not in model:
                self.written.extend(pairs)
            super().put(model, pairs)

    memory = Counting()
    memory.written = []
    text = ["The team met in the square.", "It rained all day.", "The bridge is closed."]
    with_terms(recorded, Term(source="London"), memory=memory).texts(text, "en", "pt")
    assert set(memory.written) == set(text)
    memory.written = []
    out = with_terms(recorded, memory=memory).texts(text, "en", "pt")
    assert "equipa" in out[0]
    assert not [one for one in memory.written if "rained" in one or "bridge" in one]
    here = with_terms(recorded, memory=memory)
    here._engine.load = None  # type: ignore[assignment,method-assign] # any use of a model fails
    assert here.texts(text, "en", "pt") == out


def test_what_was_kept_is_looked_up_once_and_not_for_every_segment():
    class Translated:
        """A second translation, which counts how often it is asked for all that was kept."""

        def __init__(self, segments: list[str]) -> None:
            self.texts, self.links, self.asked = {one: one for one in segments}, {}, 0

        @property
        def kept(self) -> dict[str, object]:
            self.asked += 1
            return {}

    segments = [f"The {number} dikes of the town." for number in range(50)]
    uses = {
        one: (Use(one.index("dikes"), one.index("dikes") + 5, "diques", ()),) for one in segments
    }
    second = []

    def again(wanted: list[str]) -> Translated:
        second.append(Translated(wanted))
        return second[-1]

    done = settle(Translated(segments), uses, ("de", "pt"), again)
    assert {"diques" in done[one].text for one in segments} == {True}
    assert [one.asked for one in second] == [1]
