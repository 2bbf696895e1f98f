"""Cox's model against R's survival package, and the traps of late entry and of robust errors."""

import json

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.methods.cox import cox
from tests.conftest import SHARED

COLUMNS = ["fin", "age", "race", "wexp", "mar", "paro", "prio"]


@pytest.fixture(scope="module")
def rossi():
    path = SHARED / "reference_cases" / "data" / "rossi.csv"
    if not path.exists():
        pytest.skip("the reference cases are not on this machine")
    return pd.read_csv(path)


@pytest.fixture(scope="module")
def late(rossi):
    """The same people, each seen from a later week on."""
    entry = np.random.default_rng(30).integers(0, 20, len(rossi))
    kept = entry < rossi["week"].to_numpy()
    return rossi[kept].assign(entry=entry[kept])


def test_r30_recidivism(rossi):
    cases = json.loads((SHARED / "reference_cases" / "cases.json").read_text(encoding="utf-8"))
    cases = cases if isinstance(cases, list) else cases["cases"]
    wanted = {q["name"]: q for q in next(c for c in cases if c["id"] == "R30")["quantities"]}
    fit = cox(rossi["week"], rossi["arrest"], rossi[COLUMNS])
    for name in COLUMNS:
        assert fit.params[name] == pytest.approx(wanted[name]["reference"], abs=1e-6), name
    assert fit.se["fin"] == pytest.approx(wanted["se_fin"]["reference"], abs=1e-5)
    assert fit.log_likelihood == pytest.approx(wanted["loglik"]["reference"], abs=1e-3)


def by_hand(time, event, x, entry):
    """Newton steps of the partial likelihood with Efron's ties; at risk in (entry, time]."""
    beta = 0.0
    for _ in range(25):
        slope = curve = 0.0
        for moment in np.unique(time[event == 1]):
            risk = (entry < moment) & (moment <= time)
            dead = (time == moment) & (event == 1)
            weight = np.exp(beta * x)
            for nth in range(dead.sum()):
                part = nth / dead.sum()
                w = weight * risk - part * weight * dead
                mean = (w * x).sum() / w.sum()
                slope -= mean
                curve += (w * x**2).sum() / w.sum() - mean**2
            slope += x[dead].sum()
        beta += slope / curve
    return beta


def test_who_enters_at_a_moment_is_not_yet_at_risk(late):
    """A trap: statsmodels counts them from the very moment at which they enter."""
    time, event, entry = (late[name].to_numpy(float) for name in ("week", "arrest", "entry"))
    right = cox(time, event, late[["fin"]], entry=entry).params["fin"]
    assert right == pytest.approx(
        by_hand(time, event, late["fin"].to_numpy(float), entry), abs=1e-6
    )
    plain = sm.PHReg(time, late[["fin"]], status=event, entry=entry, ties="efron").fit().params[0]
    assert abs(plain - right) > 1e-4


def test_robust_errors_take_late_entry_into_account(late):
    groups = np.random.default_rng(1).integers(0, 60, len(late))
    fit = cox(late["week"], late["arrest"], late[COLUMNS], entry=late["entry"], clusters=groups)
    without = []
    for group in range(60):
        some = late[groups != group]
        one = cox(some["week"], some["arrest"], some[COLUMNS], entry=some["entry"])
        without.append(one.params.to_numpy())
    spread = np.sqrt(59 / 60 * ((np.array(without) - np.mean(without, axis=0)) ** 2).sum(axis=0))
    assert fit.se.to_numpy() == pytest.approx(spread, rel=0.08), "as leaving out a cluster says"


def test_spells_that_saw_no_event_do_not_spoil_the_robust_errors(late):
    """A trap: statsmodels calls their scores missing, and with them every robust error."""
    idle = late.iloc[:1].assign(entry=0, week=0.5, arrest=0)
    more = pd.concat([late, idle], ignore_index=True)
    groups = np.arange(len(more)) % 50
    fit = cox(more["week"], more["arrest"], more[COLUMNS], entry=more["entry"], clusters=groups)
    assert np.isfinite(fit.se).all()
    model = sm.PHReg(more["week"], more[COLUMNS], status=more["arrest"], entry=more["entry"] + 0.25)
    assert np.isnan(model.fit(groups=groups).bse).all()


def test_a_spell_must_be_seen_before_it_ends(late):
    with pytest.raises(ValueError, match="before they are seen"):
        cox(late["week"], late["arrest"], late[COLUMNS], entry=late["week"])
