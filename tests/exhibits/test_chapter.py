import pandas as pd
import pytest
from matplotlib.figure import Figure

from analysis.airlock import candidates
from analysis.airlock.stripping import EXHIBIT_MIME
from analysis.errors import AirlockError, EditionError
from analysis.exhibits import chapter as chapters
from analysis.exhibits import open_chapter
from analysis.languages import Text
from analysis.methods.results import Absent, Aggregate, estimates

METHOD = Text(nl="m", en="m")
TEXTS = {"title": {"nl": "Titel", "en": "Title"}, "subtitle": {"nl": "Onder", "en": "Under"}}


def number(terms=("value",)):
    return estimates(
        [
            {"term": term, "estimate": 1.0, "n": 1, "unit": "percent", "period": "2025JJ00"}
            for term in terms
        ],
        tables=("absence",),
        method=METHOD,
    )


def lines():
    frame = pd.DataFrame(
        {
            "group": "g", "period": ["2024JJ00", "2025JJ00"], "measure": "m", "kind": "rate",
            "value": [1.0, 2.0], "unit": "percent", "status": "definite",
            "n_persons": float("nan"), "n_organisations": float("nan"),
        }
    )  # fmt: skip
    return Aggregate(frame[list(Aggregate.columns)], ("absence",), METHOD)


@pytest.fixture
def shown(monkeypatch):
    """Collect what the chapter shows on the screen."""
    seen = []
    monkeypatch.setattr(chapters, "display", lambda bundle, raw: seen.append(bundle))
    return seen


@pytest.fixture
def chapter(monkeypatch, tmp_path, shown):
    monkeypatch.setenv(chapters.CANDIDATES_VARIABLE, str(tmp_path))
    return open_chapter("1.1-context", edition=2025)


def test_an_exhibit_is_submitted_and_previewed(chapter, shown, tmp_path):
    chapter.figure("absence", lines(), chart="lines", **TEXTS)
    chapter.number("one", number())
    found = {candidate.id: candidate for candidate, _ in candidates.read(tmp_path)}
    assert set(found) == {"absence", "one"}
    assert found["absence"].texts["title"].en == "Title"
    assert [bundle[EXHIBIT_MIME]["id"] for bundle in shown] == ["absence", "one"]
    assert all("vertrouwelijk" in bundle["text/html"] for bundle in shown)


def test_without_a_build_nothing_is_written(monkeypatch, tmp_path, shown):
    monkeypatch.delenv(chapters.CANDIDATES_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    open_chapter("1.1-context", edition="2025", preview="en").number("one", number())
    assert list(tmp_path.iterdir()) == []
    assert "confidential" in shown[0]["text/html"]


@pytest.mark.parametrize(
    "thing", [pd.DataFrame({"wage": [1234]}), Figure(), "7.5 percent", 7.5, None]
)
def test_anything_but_a_result_is_refused_and_not_shown(chapter, shown, tmp_path, thing):
    with pytest.raises(AirlockError, match="allowed: Aggregate, Estimates, Curve") as error:
        chapter.figure("x", thing, chart="lines", **TEXTS)
    assert "1234" not in str(error.value)
    with pytest.raises(AirlockError, match="allowed: Estimates"):
        chapter.number("x", thing)
    assert shown == []
    assert list(tmp_path.iterdir()) == []


def test_an_absent_result_is_submitted_as_absent(chapter, tmp_path):
    chapter.figure("gone", Absent(("moves",)), chart="lines", **TEXTS)
    assert candidates.read(tmp_path)[0][1] == Absent(("moves",))


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda c: c.figure("x", lines(), chart="pie", **TEXTS), "chart 'pie' is not known; allowed: lines, dots"),
        (lambda c: c.figure("x", lines(), chart="lines", colour="red", **TEXTS), "do not fit: colour; allowed: labels"),
        (lambda c: c.figure("x", lines(), chart="lines", title={"nl": "7,9 procent", "en": "t"},
                            subtitle=TEXTS["subtitle"]), "typed number '7,9'"),
        (lambda c: c.number("mijn getal", number()), "'mijn getal' does not fit in id"),
        (lambda c: c.figure("x", lines(), chart="lines", title={"nl": 5, "en": 6},
                            subtitle=TEXTS["subtitle"]), "something else than text"),
        (lambda c: c.number("x", number(("a", "b"))), "got 2 estimates; expected one"),
        (lambda c: (c.number("x", number()), c.number("x", number())), "'x' is submitted twice"),
        (lambda c: c.finding("C999", number()), "'C999' is not in the register"),
        (lambda c: c.finding("C01"), "takes estimates"),
        (lambda c: c.finding("C07", number()), "takes no result"),
    ],
)  # fmt: skip
def test_a_wrong_call_says_what_is_allowed(chapter, call, told):
    with pytest.raises(EditionError, match=None) as error:
        call(chapter)
    assert told in str(error.value)


def test_a_claim_is_judged_in_its_own_chapter(monkeypatch, tmp_path, shown):
    with pytest.raises(
        EditionError, match="is judged in chapter '1.1-context', not in '2.2-model'"
    ):
        open_chapter("2.2-model", edition="2025").finding("C01", number())


def test_a_wrong_edition_or_language_is_refused():
    with pytest.raises(EditionError, match="edition '1850' is not known; allowed: 2025"):
        open_chapter("1.1-context", edition=1850)
    with pytest.raises(EditionError, match="preview 'de' is not known; allowed: nl, en"):
        open_chapter("1.1-context", edition=2025, preview="de")
