import json

from analysis.airlock.stripping import EXHIBIT_MIME, strip

CANARY = "CANARY-31415"


def dirty_notebook():
    return {
        "cells": [
            {
                "cell_type": "markdown",
                "id": CANARY,
                "metadata": {"tags": ["nl", CANARY], "note": CANARY},
                "attachments": {"a.png": {"image/png": CANARY}},
                "source": ["# Kop"],
            },
            {"cell_type": "raw", "id": "r", "metadata": {"tags": ["nl"]}, "source": [CANARY]},
            {
                "cell_type": "code",
                "id": "x",
                "metadata": {"tags": ["injected-parameters"]},
                "execution_count": 1,
                "outputs": [],
                "source": [f"dataset = '/secret/{CANARY}'"],
            },
            {
                "cell_type": "code",
                "id": "y",
                "metadata": {"papermill": {"start_time": CANARY}, "scrolled": True},
                "execution_count": 2,
                "source": ["chapter.figure()"],
                "outputs": [
                    {"output_type": "stream", "name": "stdout", "text": CANARY},
                    {"output_type": "display_data", "metadata": {"a": CANARY},
                     "data": {EXHIBIT_MIME: {"id": "passed", "extra": CANARY},
                              "text/html": CANARY, "image/png": CANARY}},
                    {"output_type": "display_data", "metadata": {},
                     "data": {EXHIBIT_MIME: {"id": CANARY}}},
                    {"output_type": "display_data", "metadata": {}, "data": {EXHIBIT_MIME: CANARY}},
                    {"output_type": "execute_result", "execution_count": 2, "metadata": {},
                     "data": {"text/plain": CANARY, "application/vnd.jupyter.widget-view+json": {}}},
                    {"output_type": "error", "ename": "E", "evalue": CANARY, "traceback": [CANARY]},
                ],
            },
        ],
        "metadata": {"kernelspec": {"name": CANARY}, "widgets": {"state": CANARY},
                     "papermill": {"parameters": {"dataset": CANARY}}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }  # fmt: skip


def test_only_source_tags_and_passed_exhibits_remain():
    stripped = strip(dirty_notebook(), {"passed"})
    assert CANARY not in json.dumps(stripped)
    prose, code = stripped["cells"]
    assert prose == {
        "cell_type": "markdown", "id": "cell-0", "metadata": {"tags": ["nl"]}, "source": ["# Kop"],
    }  # fmt: skip
    assert code["outputs"] == [
        {"output_type": "display_data", "data": {EXHIBIT_MIME: {"id": "passed"}}, "metadata": {}}
    ]
    assert code["execution_count"] is None


def test_nothing_passes_that_was_not_released():
    stripped = strip(dirty_notebook(), set())
    assert stripped["cells"][1]["outputs"] == []


def test_the_original_is_left_alone():
    notebook = dirty_notebook()
    strip(notebook, {"passed"})
    assert notebook == dirty_notebook()
