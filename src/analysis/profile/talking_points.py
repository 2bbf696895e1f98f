"""From clear differences to talking points, by rules that were fixed before any data were seen.

A talking point says what is different and where to look first. It never says why it is so, what
should be done, or who did it: the report asks to use data for understanding together.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.languages import Text
from analysis.profile.frame import Figure, Profile
from analysis.profile.measures import EXIT, Topic
from analysis.profile.talk import TALK

#: Standing-out figures that the first page names.
FIRST_PAGE = 5


@dataclass(frozen=True)
class TalkingPoint:
    """A figure that stands out, with what to talk about."""

    figure: Figure
    text: Text


@dataclass(frozen=True)
class Pair:
    """A rule about figures side by side: when it applies, and what it says.

    Attributes
    ----------
    higher
        Names of figures that are all clearly higher.
    not_higher, not_lower
        Name of a figure that was compared and is not.
    """

    text: Text
    higher: tuple[str, ...]
    not_higher: str | None = None
    not_lower: str | None = None

    def applies(self, at: Mapping[str, str]) -> bool:
        """Tell whether positions, by name of the figure, are those of the rule."""
        return (
            all(at.get(name) == "higher" for name in self.higher)
            and (self.not_higher is None or at.get(self.not_higher) in ("within", "lower"))
            and (self.not_lower is None or at.get(self.not_lower) in ("within", "higher"))
        )


PAIRS: tuple[Pair, ...] = (
    Pair(
        Text(
            nl="Het hogere verzuim gaat samen met een langere duur, en niet met meer "
            "ziekmeldingen.",
            en="The higher absence goes with a longer duration, and not with more reports of "
            "illness.",
        ),
        higher=("absence_rate", "mean_duration"),
        not_higher="frequency",
    ),
    Pair(
        Text(
            nl="Het hogere verzuim gaat samen met meer ziekmeldingen, en niet met een langere "
            "duur.",
            en="The higher absence goes with more reports of illness, and not with a longer "
            "duration.",
        ),
        higher=("absence_rate", "frequency"),
        not_higher="mean_duration",
    ),
    Pair(
        Text(
            nl="Verzuim en wisselingen in teams zijn beide hoger. Of die twee in de sector "
            "samengaan, staat in hoofdstuk 2.2c van het boek.",
            en="Absence and team churn are both higher. Whether the two go together in the sector "
            "is told in chapter 2.2c of the book.",
        ),
        higher=("absence_rate", "team_churn"),
    ),
    Pair(
        Text(
            nl="Mensen vertrekken vaker bij de organisatie, maar niet duidelijk vaker uit de "
            "sector. Dat past bij overstappen naar een andere werkgever in zorg en welzijn.",
            en="People leave the organisation more often, but not clearly more often the sector. "
            "That fits with moves to another employer in care and welfare.",
        ),
        higher=("turnover_rate",),
        not_higher="sector_exit_rate",
    ),
    Pair(
        Text(
            nl="Bij 25- tot 35-jarigen is het vertrek uit de sector hoger, in het totaal is dat "
            "niet te zien. Een gemiddelde over alle leeftijden verbergt zoiets.",
            en="Among those of 25 to 34 exit from the sector is higher, which cannot be seen in "
            "the total. A mean over all ages hides such things.",
        ),
        higher=(f"{EXIT}25_to_34",),
        not_higher="sector_exit_rate",
    ),
    Pair(
        Text(
            nl="Tijdelijke contracten en verloop zijn beide hoger. Een deel van het verloop kan "
            "het einde van zulke contracten zijn; kijk dat na.",
            en="Temporary contracts and turnover are both higher. Part of the turnover may be the "
            "end of such contracts; look into it.",
        ),
        higher=("temporary_share", "turnover_rate"),
    ),
    Pair(
        Text(
            nl="De werkdruk is hoger, en de bevlogenheid is niet duidelijk lager. Waaruit halen "
            "mensen energie?",
            en="Workload is higher, and engagement is not clearly lower. What gives people energy?",
        ),
        higher=("workload",),
        not_lower="engagement",
    ),
)


def talking_points(profile: Profile, topic: Topic | None = None) -> tuple[TalkingPoint, ...]:
    """Return a talking point for every figure that stands out, furthest away first.

    Parameters
    ----------
    topic
        Only this one; all when left out.
    """
    return tuple(
        TalkingPoint(figure, TALK[figure.measure.name][figure.position])
        for figure in profile.standing_out
        if topic in (None, figure.measure.topic)
    )


def side_by_side(profile: Profile) -> tuple[Text, ...]:
    """Return what the positions of several figures say together, in a fixed order."""
    at = {figure.measure.name: figure.position for figure in profile.compared}
    return tuple(pair.text for pair in PAIRS if pair.applies(at))
