"""``preventieplan simulate``: how good the methods are, on drawn data whose truth is known."""

import secrets

import click

from analysis.cli.parts import clear_errors
from analysis.errors import BookError


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--check", is_flag=True, help="Do some kept draws again instead, and compare.")
@click.option(
    "--draws",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="How many draws of each simulation --check does again.",
)
@click.option("--seed", type=click.IntRange(min=0), help="Which draws; at random when left out.")
@click.option("--cores", type=click.IntRange(min=1), default=2, show_default=True)
@clear_errors
def simulate(names: tuple[str, ...], check: bool, draws: int, seed: int | None, cores: int) -> None:
    """Try the estimators on drawn data, and keep what that tells in the package.

    Runs the simulations whose code, plants or packages changed since; those with NAME only, when
    names are given.
    """
    from analysis.simulations import record
    from analysis.simulations.registry import chosen, registered
    from analysis.simulations.run import run

    wanted = chosen(names)
    if check:
        _check(wanted, draws, secrets.randbits(32) if seed is None else seed)
        return
    stale = [one for one in wanted if not record.is_current(one)]
    for one in wanted:
        if one not in stale:
            # The draws stand, but the rules or the words may be others.
            record.keep_summary(one)
    click.echo(f"{len(stale)} of {len(wanted)} simulations to run.")
    bad = []
    known = registered()
    for name, found in run(stale, cores=cores):
        one = known[name]
        summary = record.keep(one, found)
        said = "; ".join(
            f"{world}: bias {variant.bias:+.2g} ± {variant.bias_se:.1g}, "
            f"coverage {variant.coverage:.1%}"
            + ("" if variant.rejection is None else f", rejection {variant.rejection:.1%}")
            + (f" [{', '.join(variant.broken)}]" if variant.broken else "")
            for world, variant in summary.variants.items()
        )
        click.echo(f"{one.name}: {said}")
        if not summary.holds and not summary.naive:
            bad.append(one.name)
    for name in record.remove_others(list(known)):
        click.echo(f"{name}: removed, it is no simulation any more")
    if bad:
        raise BookError(f"{len(bad)} estimators do not pass: {', '.join(bad)}.")


def _check(wanted: list, draws: int, seed: int) -> None:
    import numpy as np

    from analysis.simulations import record

    click.echo(f"Doing {draws} draws of each simulation again, with --seed {seed}.")
    stale = [one.name for one in wanted if not record.is_current(one)]
    if stale:
        raise BookError(
            f"results of {', '.join(stale)} are out of date; run `preventieplan simulate`."
        )
    random = np.random.default_rng(seed)
    wrong = {one.name: record.recomputed_wrongly(one, draws, random) for one in wanted}
    told = [f"{name} ({', '.join(places)})" for name, places in wrong.items() if places]
    if told:
        raise BookError(f"draws differ from the kept ones: {'; '.join(told)}.")
    click.echo(f"{len(wanted)} simulations give the same numbers.")
