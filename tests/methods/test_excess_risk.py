"""Interaction on two scales, against the published example of oral cancer."""

import numpy as np
import pytest

from analysis.methods import excess_risk

#: Cases and controls: neither, drinking only, smoking only, both (Rothman & Keller 1972, J. Chronic
#: Dis. 25, men; as analysed by Hosmer & Lemeshow 1992, Epidemiology 3).
CASES, CONTROLS = np.array([3, 8, 6, 225]), np.array([20, 18, 12, 166])
LOGS = np.log(CASES / CONTROLS)[1:] - np.log(3 / 20)
COVARIANCE = np.diag(1 / CASES[1:] + 1 / CONTROLS[1:]) + 1 / 3 + 1 / 20
NORMAL = 1e9


def test_excess_of_oral_cancer():
    found = excess_risk.reri(LOGS, COVARIANCE, NORMAL)
    assert found[:3] == pytest.approx((3.74, -1.84, 9.32), abs=0.02)


def test_the_product_alone_gives_an_excess():
    logs = np.log([1.5, 2.0, 3.0])
    product = excess_risk.beyond_product(logs, np.eye(3) * 0.01, 50)
    assert product[0] == pytest.approx(1.0)
    assert product[1] < 1 < product[2]
    assert excess_risk.reri(logs, np.eye(3) * 0.01, 50)[0] == pytest.approx(0.5)


def test_the_sum_has_no_excess():
    logs = np.log([1.5, 2.0, 2.5])
    estimate, low, high, p_value = excess_risk.reri(logs, np.eye(3) * 0.01, 50)
    assert estimate == pytest.approx(0.0, abs=1e-12)
    assert low < 0 < high
    assert p_value > 0.99
    assert excess_risk.beyond_product(logs, np.eye(3) * 0.01, 50)[0] < 1
