"""Why there is no result: not delivered, kept inside, or not to be estimated."""

from types import SimpleNamespace

import pandas as pd
import pytest

from analysis.labels import NOT_ESTIMATED, WITHHELD
from analysis.languages import Text
from analysis.methods.results import Absent
from analysis.publish import markup
from analysis.publish.render import _span
from analysis.publish.source_line import Sources

TITLE = {"nl": "Enquête", "en": "Survey"}
SOURCES = Sources(
    {
        "individuals": {"title": TITLE, "public": False, "present": True},
        "care_use": {"title": TITLE, "public": False, "present": False},
        "flows": {"title": TITLE, "public": True, "present": True},
        "organisation_parts": {
            "title": {"nl": "Delen", "en": "Parts"},
            "public": False,
            "present": False,
            "lacks": [{"nl": "Loonstroken", "en": "Payslips"}, {"nl": "Verzuim", "en": "Absence"}],
        },
    }
)


@pytest.mark.parametrize(
    ("absent", "reason"),
    [
        (Absent(("individuals",)), NOT_ESTIMATED),
        (Absent(("individuals", "care_use")), Text(**TITLE)),
        (Absent(("individuals",), withheld=True), WITHHELD),
        (Absent(("flows",)), Text(**TITLE)),
        (Absent(("assumptions", "individuals")), NOT_ESTIMATED),
    ],
)
def test_the_reason_tells_what_lacks(absent, reason):
    assert SOURCES.lacking(absent)[0] == reason


def test_what_is_there_is_not_named_beside_what_lacks():
    assert SOURCES.lacking(Absent(("flows", "individuals", "care_use"))) == (Text(**TITLE),)


def test_in_place_of_a_table_that_could_not_be_made_stands_what_it_lacked():
    names = [title.en for title in SOURCES.lacking(Absent(("individuals", "organisation_parts")))]
    assert names == ["Payslips", "Absence"]


def test_the_page_says_that_it_cannot_be_estimated_and_not_that_it_lacks():
    said = markup.absent(SOURCES.lacking(Absent(("individuals",))), "nl")
    assert "niet te schatten" in said
    assert "levering" not in said
    assert "levering" in markup.absent(SOURCES.lacking(Absent(("care_use",))), "nl")


@pytest.mark.parametrize(
    ("periods", "said"),
    [
        (["2025JJ00"], "Nieuwste gegevens: 2025."),
        (["2019JJ00", "2025JJ00"], "Periode: 2019 – 2025."),
    ],
)
def test_one_period_is_that_of_the_newest_data(periods, said):
    period = _span(pd.DataFrame({"period": periods}))
    one = SimpleNamespace(
        source=Text(nl="b", en="b"), period=period, n=None, method=Text(nl="m", en="m"),
        licence="CC", synthetic=False, note=None, chapter="1.1-context", id="x",
    )  # fmt: skip
    assert said in markup._source_line(one, "nl", "2025")
