import pytest

from analysis.errors import EditionError
from analysis.languages import Text
from analysis.roles import NotAvailable, Words, fill, typed_numbers

TITLE = Text(nl="stromen", en="flows")
WORDS = Words(
    values={"employees": Text(nl="1,5 miljoen", en="1.5 million")},
    intervals={"employees": Text(nl="1,45 tot 1,55 miljoen", en="1.45 to 1.55 million")},
    periods={"employees": Text(nl="2025", en="2025")},
    the_periods={"employees": Text(nl="het jaar 2025", en="2025")},
    missing={"inflow": (TITLE,)},
    reported={"C15.to_pension": Text(nl="19 duizend", en="19 thousand")},
)


def test_roles_are_filled_per_language():
    text = "{value}`employees` in {period}`employees`, {reported}`C15.to_pension`"
    assert fill(text, WORDS, "nl") == "1,5 miljoen in 2025, 19 duizend"
    assert fill(text, WORDS, "en") == "1.5 million in 2025, 19 thousand"
    assert fill("{interval}`employees`", WORDS, "nl") == "1,45 tot 1,55 miljoen"
    assert fill("tot {the-period}`employees`", WORDS, "nl") == "tot het jaar 2025"


@pytest.mark.parametrize("role", ["{value}`nothing`", "{period}`nothing`", "{reported}`C99`"])
def test_an_unknown_id_stops_the_build(role):
    with pytest.raises(EditionError, match="which this book does not have; allowed"):
        fill(f"text {role}", WORDS, "nl")


def test_a_number_that_was_not_delivered_tells_which_table():
    with pytest.raises(NotAvailable) as gap:
        fill("{value}`inflow`", WORDS, "nl")
    assert gap.value.tables == (TITLE,)


def test_other_roles_stay():
    assert fill("{cite}`eindrapport2025`", WORDS, "nl") == "{cite}`eindrapport2025`"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Het verzuim was 7,5 procent.", ["7,5"]),
        ("Het verzuim was 7.5%.", ["7.5%"]),
        ("Er werken 1.500.000 mensen.", ["1.500.000"]),
        ("Ongeveer 80.000 zieken.", ["80.000"]),
        ("In 18 instellingen.", ["18"]),
        ("Van 2.50 tot 3", ["2.50", "3"]),
        ("# 1.1 Waarom in 2025", []),
        ("Zie paragraaf 2.3.1 van het rapport van 2025.", []),
        ("[1.1 Waarom](1.1-context.md) and section 3.2", []),
        ("absence of 3.5 percent", ["3.5"]),
        ("chapter 3.5% of 2019", ["3.5%"]),
        ("{value}`ill-2` en {cite}`cbs80072ned` en `3 regels code`", []),
        ("[hoofdstuk](1.1-context.md) van <a href='2.html'>", []),
        ("```{findings}\n```", []),
        ("1.500 mensen", ["1.500"]),
        ("2000 people left", ["2000"]),
        ("`9,9%` en {sub}`8,8`", ["9,9%", "8,8"]),
        ("een factor 2.5 en ½", ["2.5", "½"]),
        ("| 5.5 | 6.6 |", ["5.5", "6.6"]),
        ("`12345` maar `cbs80072ned` niet", ["12345"]),
        ("Sinds 2019, in 2022 en tot 2025.", []),
        ("in 2025,5", ["2025,5"]),
        ("Van 25 tot 35 jaar, of jonger dan 25.", []),
        ("those aged 25 to 34, and aged under 35", []),
        ("van 25 tot 35 procent", ["25", "35"]),
        ("jonger dan 25% en 26 tot 36 jaar", ["25%", "26", "36"]),
        ("aged 25 to 34.5", ["25", "34.5"]),
    ],
)
def test_typed_numbers_are_found(text, found):
    assert typed_numbers(text) == found


def test_lines_of_the_report_are_no_typed_numbers():
    text = "Zo staat het er ({lines}`1144, 1173-1175`), en {lines}`12`."
    assert typed_numbers(text) == []
    assert fill(text, WORDS, "nl") == "Zo staat het er (regels 1144, 1173–1175), en regel 12."
    assert fill("{lines}`3-4`", WORDS, "en") == "lines 3–4"


@pytest.mark.parametrize("lines", ["C15", "12,13", "0", "1173–1175", "7,5%"])
def test_what_is_no_list_of_lines_is_refused(lines):
    with pytest.raises(EditionError, match="write numbers and ranges of lines of the report"):
        fill(f"{{lines}}`{lines}`", WORDS, "nl")
