"""Sliders of a page: each number follows from a CSV, and the script is the clone's."""

import pytest

from analysis import project
from analysis.airlock.reader.check import check_folder
from tests.airlock.reader import small

PAGE = """\
<section class="scenario" data-year="2025" data-language="en">
<output for="scenario-absence">25%</output>
<input type="range" name="absence" value="25"><input type="range" name="year" value="2027">
<input type="range" name="cost" value="200">
<p><span data-position="year">2027</span></p>
<strong class="scenario-number" data-slider="absence" data-unit="people" data-part="value"
 data-value="1111.5">27,800</strong>
<td class="scenario-number" data-slider="absence" data-unit="million_euro" data-part="both"
 data-value="56.2" data-low="37.5" data-high="79.7">€1.41 billion (€938 million to €1.99 billion)</td>
<td class="scenario-number" data-slider="absence" data-unit="million_euro" data-part="value"
 data-summed="yes" data-value="56.2" data-low="37.5" data-high="79.7" data-less="150" data-less-slider="cost">€1.51 billion</td>
<td class="scenario-number" data-slider="absence" data-unit="people" data-part="value"
 data-value="0.86">22</td>
<script src="_static/scenario.js" defer></script>
</section>
"""
HEAD = "term,estimate,ci_low,ci_high,p_value,n,n_organisations,df,unit,period,half_step\n"
CSV = (
    HEAD + "ill,1111.5,,,,4,,,people,2024JJ00,0\naverted,56.2,37.5,79.7,,4,,,million_euro,2024JJ00,"
    "\nbill,150,,,,4,,,million_euro,2024JJ00,0\nvvt,8.6,8.4,8.8,,338710,140,140,percent,2025JJ00,\n"
    "fall,25,,,,1,,,percent,2027JJ00,0\ncost,200,100,300,,5,,,euro,,0\n"
)
NAME = "1.2-reach.html"
SCRIPT = "2025/en/_static/scenario.js"


@pytest.fixture
def site(tmp_path):
    folder = small.make_site(tmp_path / "site")
    small.write(folder / "2025/exhibits/1.2-reach/open.csv", CSV)
    small.write(folder / "2025/en" / NAME, small.PAGE.replace("<p>", f"{PAGE}<p>"))
    script = (project.root() / "book/_static/scenario.js").read_text(encoding="utf-8")
    small.write(folder / SCRIPT, script)
    small.seal(folder)
    return folder


def told(folder):
    return "\n".join(map(str, check_folder(folder)))


def damage(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    small.seal(folder)


def test_released_numbers_pass(site):
    assert told(site) == ""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('data-value="1111.5"', 'data-value="7"', "1 numbers of sliders that are not released"),
        ('data-value="1111.5"', 'data-value="1111.4"', "1 numbers of sliders"),
        ('data-value="1111.5"', 'data-value="-"', "1 numbers of sliders"),
        ('data-low="37.5"', 'data-low="37.4"', "1 numbers of sliders"),
        ('data-less="150"', 'data-less="151"', "1 numbers of sliders"),
        ('data-value="0.86"', 'data-value="0.87"', "1 numbers of sliders"),
        ('data-value="0.86"', 'data-value="0.86" data-n="7"', "1 numbers of sliders"),
        ('data-unit="people"', 'data-unit="Jan"', "1 numbers of sliders"),
        (">27,800<", ">27,801<", "1 texts of sliders that do not follow"),
        ("€1.51 billion", "€1.59 billion", "1 texts of sliders"),
        (">2027</span>", ">2028</span>", "1 texts of sliders"),
        (">25%<", ">26%<", "1 texts of sliders"),
        ('data-summed="yes"', "", "1 texts of sliders"),
        ('name="cost" value="200"', 'name="cost" value="260"', "1 sliders that begin where no"),
        ('data-year="2025"', 'data-year="2024"', "1 sliders that begin where no"),
    ],
)
def test_a_changed_number_is_found(site, old, new, expected):
    damage(site, f"2025/en/{NAME}", old, new)
    assert expected in told(site)


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ("const STEP_OF_COST = 10;", "another script than this clone has"),
        ("const STEP_OF_COST = 100; /* 0123456789abcdef0123456789abcdef */", "the pseudonym"),
        ("const STEP_OF_COST = 100; fetch('https://x.nl');", "a script that names another"),
        ("const STEP_OF_COST = 100; // a", "another script than this clone has"),
    ],
)
def test_a_changed_script_is_found(site, new, expected):
    damage(site, SCRIPT, "const STEP_OF_COST = 100;", new)
    assert expected in told(site)


def test_sliders_without_their_script_are_found(site):
    (site / SCRIPT).unlink()
    small.seal(site)
    assert "sliders without their script" in told(site)
