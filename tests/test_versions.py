"""Versions of stages: what they are made of is what they import."""

from __future__ import annotations

from pipeline.versions import made_of, release, stage_version


def test_reading_does_not_depend_on_dictionaries_of_names_nor_on_rules():
    parts = made_of("read")
    assert "dictionaries/trades.toml" not in parts
    assert not [part for part in parts if part.startswith("pipeline.rules")]


def test_a_stage_rests_on_what_it_imports_and_on_the_dictionaries_named_there():
    assert {
        "extractors.ocr.lean",
        "extractors.ocr.paddle",
        "openvino",
        "extractors.page",
        "pipeline.records",
    } <= made_of("read")
    assert {"opencv-contrib-python", "numpy"} <= made_of("clean")
    assert "dictionaries/trades.toml" in made_of("match")
    assert "pipeline.rules.figures" in made_of("check")


def test_stages_have_versions_of_their_own():
    stages = ("intake", "clean", "read", "sort", "extract", "match", "check", "compare", "write")
    assert len({stage_version(stage) for stage in stages}) == len(stages)


def test_a_library_that_is_not_there_has_no_release():
    assert release("no-such-package-of-ours") == ""
