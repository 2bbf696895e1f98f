"""What the same people say more of, by hand."""

import numpy as np
import pandas as pd
import pytest

from analysis.methods import clusters, mentions, themes
from analysis.methods.results import Absent
from analysis.methods.themes import Said, Voices


def voices(scores) -> Voices:
    """Voices of 18 organisations who keep (1) or stop (-1) two themes."""
    scores = np.asarray(scores)
    people = pd.DataFrame({"organisation": np.arange(len(scores)) % 18})
    marks = {"keep": (scores == 1.0).astype(float), "stop": (scores == -1.0).astype(float)}
    names = tuple(map(str, range(18)))
    return Voices(marks, ("direct_contact", "channels"), people, names, 2025, "codings")


def test_two_themes_are_compared_within_each_voice():
    random = np.random.default_rng(1)
    scores = random.choice([-1, 0, 1], size=(360, 2), p=[0.2, 0.6, 0.2])
    found = mentions.contrast(voices(scores), "direct_contact", "channels", term="valued")
    row = found.frame.iloc[0]
    each = scores[:, 0] - scores[:, 1]
    assert row["estimate"] == pytest.approx(100 * each.mean())
    expected = clusters.mean(each, np.arange(360) % 18).interval()
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((100 * expected[0], 100 * expected[1]))
    assert list(found.frame["term"]) == ["valued"], "one side would tell how few want to keep it"
    nobody = mentions.contrast(
        voices(np.zeros((360, 2))), "direct_contact", "channels", term="valued"
    )
    assert isinstance(nobody, Absent)


def test_a_difference_is_within_the_same_people():
    random = np.random.default_rng(2)
    said = voices(random.choice([-1, 0, 1], size=(360, 2)))
    more, less = Said(("direct_contact",), ("keep",)), Said(("channels",), ("keep", "stop"))
    row = mentions.difference(said, "gap", more, less).frame.iloc[0]
    shares = themes.shares(said, {"more": more, "less": less}).frame["estimate"]
    assert row["estimate"] == pytest.approx(shares[0] - shares[1])
    assert row["ci_high"] < 0
    assert row["p_value"] < 0.001
    assert isinstance(mentions.difference(said, "none", more, more), Absent)
    assert isinstance(mentions.difference(said, "uncoded", more, Said(("board",))), Absent)
