"""How many respondents were absent, and how far by their own account from work."""

from analysis.dataset import DataTable
from analysis.languages import Text
from analysis.methods import clusters
from analysis.methods.behind import behind
from analysis.methods.cells import Cell
from analysis.methods.results import Absent, Estimates, estimates
from analysis.methods.survey_sample import CAUSES
from analysis.methods.years import in_latest_year

METHOD = Text(
    nl="gewogen aandeel van de respondenten in de nieuwste meting; wie afwezig was en de reden "
    "noemde, telt ook voor wie die niet noemde; 95%-intervallen met organisaties als clusters, op "
    "de schaal van de log-odds",
    en="weighted share of respondents in the newest wave; those who were absent and told the cause "
    "count for those who did not too; 95% intervals with organisations as clusters, on the scale "
    "of log odds",
)
UNWEIGHTED = Text(
    nl="; ongewogen: er zijn geen gewichten geleverd", en="; unweighted: no weights were delivered"
)
NOT_ABSENT = "not_absent"
#: What the report calls work-related, beside its two parts.
WORK_RELATED = "partly+wholly"


def by_cause(individuals: DataTable, *, last: int) -> Estimates | Absent:
    """Estimate the shares not absent, and absent by how far it came from work, in percent.

    Terms ``not_absent``, ``none``, ``partly``, ``wholly``, and ``partly+wholly``. Who was absent
    and did not tell the cause is left out; those who were absent and told it count for them too, as
    else fewer would seem to be absent.
    """
    wave = in_latest_year(individuals, last)
    if wave is None:
        return Absent((individuals.name,))
    weighted = bool(wave["weight"].notna().any())
    wave = wave[wave["weight"].notna() | (not weighted)]
    wave = wave.assign(weight=wave["weight"] if weighted else 1.0)
    absent = wave["self_reported_absence"].eq(1)
    told = absent & wave["work_related"].notna()
    if not told.any():
        return Absent((individuals.name,))
    more = wave.loc[absent, "weight"].sum() / wave.loc[told, "weight"].sum()
    wave = wave.assign(weight=wave["weight"].where(~told, wave["weight"] * more))
    wave = wave[told | wave["self_reported_absence"].eq(0)]
    if wave["organisation"].nunique() < 2:
        return Absent((individuals.name,))
    year = int(wave["year"].max())
    cause = wave["work_related"].where(wave["self_reported_absence"] == 1, NOT_ABSENT)
    weight = wave["weight"].to_numpy(float)
    whole = Cell.of("respondents", year=year, answered="absence")
    rows = []
    for levels in ((NOT_ABSENT,), *((name,) for name in CAUSES), CAUSES[1:]):
        inside = cause.isin(levels).to_numpy()
        if not inside.any() or inside.all():
            continue
        share = clusters.mean(inside, wave["organisation"].to_numpy(), weight=weight)
        low, high = share.logit_interval()
        part = whole.within(absence_cause=levels)
        rows.append(
            {
                "term": "+".join(levels),
                "estimate": 100 * share.estimate,
                "ci_low": 100 * low,
                "ci_high": 100 * high,
                "n": float(len(wave)),
                "n_organisations": float(wave["organisation"].nunique()),
                "df": float(share.df),
                "period": f"{year}JJ00",
                "behind": behind(
                    "weighted share", whole, part,
                    numerator=float(inside.sum()),
                    part_organisations=float(wave["organisation"][inside].nunique()),
                    magnitude="weighted respondents",
                    weight=float(weight.sum()),
                ),
            }
        )  # fmt: skip
    if not rows:
        return Absent((individuals.name,))
    method = METHOD if weighted else Text(
        nl=METHOD.nl + UNWEIGHTED.nl, en=METHOD.en + UNWEIGHTED.en
    )  # fmt: skip
    return estimates(rows, tables=(individuals.name,), method=method, unit="percent")
