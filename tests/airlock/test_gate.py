import json

import numpy as np
import pandas as pd
import pytest

from analysis.airlock import candidates
from analysis.airlock.candidates import Candidate
from analysis.airlock.gate import NOTEBOOK, open_gate
from analysis.edition import read_edition
from analysis.errors import AirlockError, BookError
from analysis.languages import Text
from analysis.methods.results import Absent, estimates

METHOD = Text(nl="m", en="m")
MANIFEST = {"tables": {"absence": {"public": True}, "payslips": {"public": False}}}


def number(n=100.0, tables=("absence",), organisations=10.0):
    row = {"term": "value", "estimate": 7.5, "unit": "percent", "n": n, "period": "2025JJ00",
           "n_organisations": organisations}  # fmt: skip
    return estimates([row], tables=tables, method=METHOD)


@pytest.fixture
def submit(tmp_path):
    """Put candidates of a chapter where the gate looks for them."""

    def put(chapter="1.1-context", **numbers):
        folder = tmp_path / "chapters" / chapter
        (folder / "exhibits").mkdir(parents=True, exist_ok=True)
        for name, result in numbers.items():
            candidate = Candidate(
                chapter=chapter,
                id=name,
                kind="number",
                result=type(result).__name__,
                tables=result.tables,
                method=None if isinstance(result, Absent) else result.method,
            )
            candidates.write(folder / "exhibits", candidate, result)
        notebook = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (folder / NOTEBOOK).write_text(json.dumps(notebook))
        return {chapter: folder}

    return put


def run(chapters, tmp_path):
    open_gate(read_edition(), MANIFEST, chapters, tmp_path / "released")
    return json.loads((tmp_path / "released" / "disclosure.json").read_text())["exhibits"]


def test_what_passes_comes_out_as_it_went_in(submit, tmp_path):
    reports = run(submit(one=number(), two=Absent(("moves",))), tmp_path)
    assert [(r["exhibit"], r["status"], r["public"]) for r in reports] == [
        ("one", "pass", True),
        ("two", "absent", True),
    ]
    found = candidates.read(tmp_path / "released" / "1.1-context")
    pd.testing.assert_frame_equal(found[0][1].frame, number().frame)
    assert found[1][1] == Absent(("moves",))


def test_one_failing_candidate_keeps_everything_inside(submit, tmp_path):
    chapters = submit(good=number(), bad=number(n=3, tables=("payslips",)))
    with pytest.raises(AirlockError) as error:
        run(chapters, tmp_path)
    assert "1.1-context/bad: rule minimum_persons" in str(error.value)
    assert "good" not in str(error.value)
    assert not (tmp_path / "released").exists()


def test_a_refusal_leaves_the_older_release_as_it_was(submit, tmp_path):
    run(submit(good=number()), tmp_path)
    with pytest.raises(AirlockError):
        run(submit(good=number(n=3, tables=("payslips",))), tmp_path)
    assert candidates.read(tmp_path / "released" / "1.1-context")[0][1].tables == ("absence",)


def test_all_failures_of_all_chapters_are_told_at_once(submit, tmp_path):
    chapters = submit(a=number(n=3, tables=("payslips",)))
    chapters |= submit("2.2-model", b=number(n=np.nan, tables=("payslips",)))
    with pytest.raises(AirlockError) as error:
        run(chapters, tmp_path)
    assert "1.1-context/a" in str(error.value)
    assert "2.2-model/b" in str(error.value)


def test_ids_are_unique_in_the_book(submit, tmp_path):
    chapters = submit(same=number()) | submit("2.2-model", same=number())
    with pytest.raises(AirlockError, match="'same' stands in 1.1-context and 2.2-model"):
        run(chapters, tmp_path)


def test_a_chapter_cannot_submit_for_another(submit, tmp_path):
    chapters = {"2.2-model": submit(one=number())["1.1-context"]}
    with pytest.raises(AirlockError, match="submitted as chapter '1.1-context'"):
        run(chapters, tmp_path)


def test_a_frame_that_is_not_its_type_is_refused(submit, tmp_path):
    chapters = submit(one=number())
    path = chapters["1.1-context"] / "exhibits" / "one.parquet"
    pd.DataFrame({"person": ["canary"], "wage": [1]}).to_parquet(path)
    with pytest.raises(BookError, match="columns that do not fit") as error:
        run(chapters, tmp_path)
    assert "canary" not in str(error.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"extra": 1}, "check the keys extra"),
        ({"kind": "picture"}, "check the keys kind"),
        ({"id": "../../escape"}, "check the keys id"),
        ({"result": "Aggregate"}, "a number cannot hold Aggregate; allowed: Estimates"),
        ({"method": None}, "states no method"),
    ],
)
def test_a_candidate_that_is_not_one_is_refused(submit, tmp_path, change, told):
    chapters = submit(one=number())
    path = chapters["1.1-context"] / "exhibits" / "one.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(AirlockError, match=told):
        run(chapters, tmp_path)


def test_a_stray_file_beside_the_candidates_does_not_pass(submit, tmp_path):
    chapters = submit(one=number())
    (chapters["1.1-context"] / "exhibits" / "persons.csv").write_text("canary")
    run(chapters, tmp_path)
    assert not list((tmp_path / "released").rglob("persons.csv"))
