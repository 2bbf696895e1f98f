import pytest
import yaml

from analysis.errors import EditionError
from analysis.stub.worlds import PLANTS, WORLDS, World, override, world_named


def test_every_plant_has_its_three_variants():
    plants = yaml.safe_load(PLANTS.read_text())
    assert set(plants) == set(World.model_fields)
    for name, variants in plants.items():
        assert list(variants) == ["favourable", "null", "reversed"], name


def test_worlds_differ_where_something_is_planted():
    for plant in World.model_fields:
        variants = [getattr(world, plant) for world in WORLDS.values()]
        if plant == "scale_structure":
            # What a scale consists of is no effect: it has its parts where nothing is related.
            assert variants[0] == variants[1] != variants[2]
            continue
        assert variants[0] != variants[1], f"{plant} is the same in the null world"


def test_one_part_of_a_plant_can_be_switched_off(tmp_path):
    file = tmp_path / "mine.yml"
    file.write_text("base: favourable\ndrivers: {inflow: 0.0}\nbuffer: 0\n")
    world = world_named(str(file))
    assert world.drivers["inflow"] == 0
    assert world.drivers["temporary"] == WORLDS["favourable"].drivers["temporary"]
    assert world.buffer == 0
    assert (
        world.model_copy(
            update={"drivers": WORLDS["favourable"].drivers, "buffer": WORLDS["favourable"].buffer}
        )
        == WORLDS["favourable"]
    )


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"base": "rosy"}, "base 'rosy' is not known; allowed: favourable, null, reversed"),
        ({"bufer": 0.0}, "plant 'bufer' is not known; allowed: flexible_slope"),
        ({"drivers": {"luck": 0.0}}, "plant 'drivers' takes irregular_allowance"),
        ({"drivers": 0.0}, "plant 'drivers' takes irregular_allowance"),
        ({"buffer": "none"}, "plant 'buffer' is not a number between"),
        ({"buffer": float("nan")}, "plant 'buffer' is not a number between -100 and 100"),
        ({"buffer": 1e308}, "plant 'buffer' is not a number between -100 and 100"),
        ({"buffer": True}, "plant 'buffer' is not a number between"),
        ({"drivers": {"inflow": None}}, "plant 'drivers' is not a number between"),
        (["buffer"], "not a list of plants; expected 'plant: value' lines"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_wrong_overrides_name_what_is_allowed(given, told):
    with pytest.raises(EditionError) as error:
        override(given, where="mine.yml")
    assert told in str(error.value)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(EditionError, match="no such file; name a YAML file"):
        world_named(str(tmp_path / "absent.yml"))
    file = tmp_path / "broken.yml"
    file.write_text("drivers: {inflow: [")
    with pytest.raises(EditionError, match="not YAML; expected plants as in plants.yml"):
        world_named(str(file))
    with pytest.raises(EditionError, match="allowed: favourable, null, reversed, or a YAML file"):
        world_named("rosy")
