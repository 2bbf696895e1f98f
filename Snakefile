# The DAG of one edition. `preventieplan build` calls it with --directory build/<edition>.
# A step depends on the recorded content of its inputs (inputs/*.json), not on their dates, and
# writes its outputs whole or not at all. Its declared output is the file that it writes last.

from shlex import quote

CHAPTERS = config["chapters"]
LANGUAGES = ["nl", "en"]
STEP = f"{quote(config['python'])} -m analysis.cli step"
# Braces in a path are not wildcards.
SITE = config["site"].replace("{", "{{").replace("}", "}}")
CODE = "inputs/code.json"


wildcard_constraints:
    chapter="|".join(CHAPTERS).replace(".", r"\."),
    language="|".join(LANGUAGES),


rule dataset:
    input:
        CODE,
        "inputs/deliveries.json",
        "inputs/edition.json",
    output:
        "dataset/manifest.json",
    params:
        deliveries=lambda wildcards: config["deliveries"],
        fill=lambda wildcards: ["--fill", config["fill"]] if config["fill"] else [],
    shell:
        "{STEP} dataset --edition {config[edition]} --deliveries {params.deliveries:q} {params.fill:q}"


rule chapter:
    input:
        CODE,
        "inputs/edition.json",
        "inputs/claims.json",
        "inputs/notebook-{chapter}.json",
        "dataset/manifest.json",
    output:
        "chapters/{chapter}/chapter.ipynb",
    params:
        notebook=lambda wildcards: f"{config['notebooks']}/{wildcards.chapter}.ipynb",
    shell:
        "{STEP} chapter {params.notebook:q} -p edition {config[edition]}"


# After all kernels have ended, on the candidates of all chapters together.
rule airlock:
    input:
        CODE,
        "inputs/edition.json",
        "inputs/ledger.json",
        "dataset/manifest.json",
        expand("chapters/{chapter}/chapter.ipynb", chapter=CHAPTERS),
    output:
        "released/disclosure.json",
    shell:
        "{STEP} airlock --edition {config[edition]} {CHAPTERS:q}"


rule render:
    input:
        CODE,
        "inputs/edition.json",
        "inputs/claims.json",
        "released/disclosure.json",
    output:
        "release/manifest.json",
    shell:
        "{STEP} render --edition {config[edition]}"


rule pages:
    input:
        CODE,
        "inputs/book.json",
        "release/manifest.json",
    output:
        "pages/{language}/index.html",
    shell:
        "{STEP} pages {wildcards.language}"


rule site:
    input:
        CODE,
        "release/manifest.json",
        expand("pages/{language}/index.html", language=LANGUAGES),
    output:
        f"{SITE}/{config['edition']}/manifest.json",
        f"{SITE}/index.html",
    params:
        site=lambda wildcards: config["site"],
    shell:
        "{STEP} site {params.site:q}"
