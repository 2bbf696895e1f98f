"""Draws, their seeds, the key of a result, and the command that keeps them."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from analysis.cli import main
from analysis.errors import EditionError
from analysis.methods.clusters import mean
from analysis.simulations import description, key, record, registry
from analysis.simulations.base import Drawn, planted
from analysis.simulations.run import one_draw, run
from analysis.simulations.seeds import generator
from analysis.stub.worlds import WORLDS

SHARE = dataclasses.replace(description.SIMULATIONS[0], draws=6)


def test_a_draw_can_be_done_again_alone():
    ((name, found),) = run([SHARE], cores=1)
    assert name == SHARE.name
    assert list(found["variant"].unique()) == list(SHARE.variants)
    row = found[(found["variant"] == "null") & (found["draw"] == 4)].iloc[0]
    assert one_draw(SHARE, "null", 4).estimate == row["estimate"]


def test_draws_of_names_worlds_and_places_differ():
    first = {generator(*where).random() for where in [("a", "null", 0), ("a", "null", 1),
                                                      ("a", "reversed", 0), ("b", "null", 0)]}  # fmt: skip
    assert len(first) == 4


def test_a_warning_of_an_estimator_stops_the_run():
    def warns(truth, random):
        return Drawn(float(np.log(np.zeros(1))[0]), 0.0, 0.0, 0.0, truth)

    with pytest.raises(RuntimeWarning):
        one_draw(dataclasses.replace(SHARE, draw=warns), "null", 0)


def test_planted_values_are_those_of_the_worlds():
    assert planted("buffer")["reversed"] == WORLDS["reversed"].buffer
    assert planted("drivers", "inflow")["favourable"] == WORLDS["favourable"].drivers["inflow"]


def test_key_follows_code_plants_and_packages_but_not_explanations(monkeypatch):
    before = key.key(SHARE)
    other = dataclasses.replace(SHARE, variants={**SHARE.variants, "favourable": 0.2})
    assert key.key(other) != before
    assert key.key(dataclasses.replace(SHARE, draws=7)) != before
    monkeypatch.setattr(key, "PACKAGES", ("numpy",))
    assert key.key(SHARE) != before


def test_code_is_followed_through_imports():
    found = key._followed(frozenset({"analysis.simulations.description"}))
    assert {"analysis.methods.clusters", "analysis.methods.trend",
            "analysis.simulations.people"} <= found  # fmt: skip
    assert not found & {"analysis.simulations.run", *key.WITHOUT_NUMBERS}


def test_what_is_left_out_of_the_key_is_there():
    assert all(key._is_module(name) for name in key.WITHOUT_NUMBERS)


def test_explanations_are_left_out_of_the_key():
    source = '"""What it is."""\n\nX = "a # b"  # why\n\n\ndef f():\n    """Do."""\n    return 1\n'
    assert key.without_explanations(source) == 'X = "a # b"\ndef f():\n    return 1'


def test_the_lock_pins_each_package():
    lines = key.locked_versions("numpy==2.4 ; python < '3.12' \\\n    --hash=x\nnumpydoc==1\n")
    assert lines == ["numpy==2.4 ; python < '3.12'"]
    lock = key.locked_versions((record.RESULTS.parents[3] / "requirements.lock").read_text())
    assert {line.split("==")[0] for line in lock} == set(key.PACKAGES)


def test_kept_results_are_equal_bytes_and_notice_change(tmp_path):
    ((_, found),) = run([SHARE], cores=1)
    assert not record.is_current(SHARE, tmp_path)
    record.keep(SHARE, found, tmp_path)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    record.keep(SHARE, found, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first
    assert record.is_current(SHARE, tmp_path)
    assert not record.is_current(dataclasses.replace(SHARE, draws=7), tmp_path)
    random = np.random.default_rng(1)
    assert record.recomputed_wrongly(SHARE, 18, random, tmp_path) == []
    record.keep(SHARE, found.assign(estimate=found["estimate"] * 1.001), tmp_path)
    assert len(record.recomputed_wrongly(SHARE, 18, random, tmp_path)) == 18


def test_results_of_simulations_that_are_no_more_are_removed(tmp_path):
    ((_, found),) = run([SHARE], cores=1)
    record.keep(SHARE, found, tmp_path)
    assert record.remove_others([SHARE.name], tmp_path) == []
    assert record.remove_others([], tmp_path) == [SHARE.name]
    assert not list(tmp_path.iterdir())


def test_a_draw_without_an_answer_is_kept_as_such(tmp_path):
    ((_, found),) = run([SHARE], cores=1)
    found.loc[0, ["estimate", "ci_low", "ci_high"]] = np.nan
    record.keep(SHARE, found, tmp_path)
    again = record.read_draws(SHARE.name, tmp_path)
    assert pd.isna(again.loc[0, "estimate"])
    assert set(again["variant"]) == set(SHARE.variants), "a world called null is no missing value"


def test_an_unknown_simulation_is_refused():
    with pytest.raises(EditionError, match="allowed: .*share"):
        registry.chosen(("nothing",))


def call(*arguments):
    return CliRunner().invoke(main, ["simulate", *arguments])


def test_command_has_nothing_to_do_when_all_is_current():
    done = call("share")
    assert done.exit_code == 0, done.output
    assert "0 of 1 simulations to run" in done.output


def test_command_tells_kept_draws_anew_when_the_rules_changed(monkeypatch):
    told = []
    monkeypatch.setattr(record, "keep_summary", lambda simulation: told.append(simulation.name))
    monkeypatch.setattr(record, "remove_others", lambda names: [])
    assert call("share").exit_code == 0
    assert told == ["share"]


def test_command_checks_draws_and_says_with_which_seed():
    done = call("share", "--check", "--draws", "3", "--seed", "7")
    assert done.exit_code == 0, done.output
    assert "--seed 7" in done.output


def test_command_tells_stale_and_wrong_results(tmp_path, monkeypatch):
    keep = record.keep.__defaults__
    assert keep == (record.RESULTS,)
    monkeypatch.setattr(record, "is_current", lambda simulation: False)
    done = call("share", "--check")
    assert done.exit_code == 1
    assert "run `preventieplan simulate`" in done.output
    monkeypatch.setattr(record, "is_current", lambda simulation: True)
    monkeypatch.setattr(record, "recomputed_wrongly", lambda *arguments: ["null 3"])
    done = call("share", "--check")
    assert done.exit_code == 1
    assert "share (null 3)" in done.output


def test_command_runs_what_changed_and_tells_who_does_not_pass(monkeypatch):
    kept = []

    def biased(truth, random):
        value = float(mean(random.normal(truth + 1, 1, 50), np.arange(50)).estimate)
        return Drawn(value, value - 0.3, value + 0.3, np.nan, truth)

    wrong = dataclasses.replace(SHARE, draw=biased)
    monkeypatch.setattr(registry, "registered", lambda: {wrong.name: wrong})
    monkeypatch.setattr(record, "is_current", lambda simulation: False)
    monkeypatch.setattr(record, "remove_others", lambda names: [])

    def keep(simulation, draws):
        kept.append(simulation.name)
        return record.summary_of(simulation, draws)

    monkeypatch.setattr(record, "keep", keep)
    done = call("--cores", "1")
    assert kept == [wrong.name]
    assert done.exit_code == 1
    assert "1 estimators do not pass: share" in done.output


def test_command_says_what_it_is_for():
    done = call("--help")
    assert "Try the estimators on drawn data" in done.output
    assert "--check" in done.output


@pytest.mark.parametrize("spoil", ["cut", "rows", "empty", "another file", "summary"])
def test_half_written_results_are_not_taken_for_whole(tmp_path, spoil):
    ((_, found),) = run([SHARE], cores=1)
    record.keep(SHARE, found, tmp_path)
    assert record.is_current(SHARE, tmp_path), "whole results are not recognised"
    draws = tmp_path / f"{SHARE.name}.csv.gz"
    whole = draws.read_bytes()
    if spoil == "rows":
        record.keep(SHARE, found.iloc[:-1], tmp_path)
    elif spoil == "summary":
        (tmp_path / f"{SHARE.name}.json").write_text("{}")
    else:
        draws.write_bytes({"cut": whole[:-20], "empty": b"", "another file": b"draws"}[spoil])
    assert not record.is_current(SHARE, tmp_path), "half results count as whole"
