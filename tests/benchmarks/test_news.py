"""News without labels, by which the event networks learn more."""

import json
from pathlib import Path
from typing import Any

from training.events.news import beginning, plain_news


def _corpora(folder: Path) -> Path:
    rest: dict[str, dict[str, Any]] = {
        "worldwide": {"entities": []},
        "unlabelled": {},
        "polnear": {"date": "", "title": "", "attributions": []},
    }
    for name, more in rest.items():
        key = "text" if name == "polnear" else "body"
        rows = [{"id": f"{name}-{n}", key: f"Ministers of {name} met on day {n}.", **more} for n in range(3)]
        if name == "unlabelled":
            rows.append({"id": "ecb-1", key: "Talks  were held ."})
        file = folder / ("unlabelled.jsonl" if name == "unlabelled" else f"{name}_train.jsonl")
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    stories = ["Envoys met in Geneva", "SOCCER - RESULTS OF FRIDAY", "Rebels took a town"]
    (folder / "conllpp_train.txt").write_text(
        "".join(
            "-DOCSTART- -X- O O\n\n" + "".join(f"{word} NN O O\n" for word in story.split()) + "\n" for story in stories
        ),
        encoding="utf-8",
    )
    return folder


def test_news_comes_from_all_corpora_without_sport_and_ecb_plus(tmp_path: Path) -> None:
    (shard,) = plain_news(_corpora(tmp_path), 1000, ())
    bodies = [article.body or "" for article in shard]
    assert len(bodies) == 11
    assert not [body for body in bodies if "SOCCER" in body or "Talks" in body]
    assert len({article.id for article in shard}) == 11


def test_worldwide_news_and_reuters_come_first(tmp_path: Path) -> None:
    (shard,) = plain_news(_corpora(tmp_path), 1000, ())
    near = [
        "worldwide" in (article.body or "") or "met in" in (article.body or "") or "Rebels" in (article.body or "")
        for article in shard
    ]
    assert near == sorted(near, reverse=True)


def test_no_more_words_come_than_are_asked_for(tmp_path: Path) -> None:
    shards = plain_news(_corpora(tmp_path), 30, ())
    words = sum(len((article.body or "").split()) for shard in shards for article in shard)
    assert 20 < words <= 30


def test_what_is_labelled_does_not_come_unlabelled_too(tmp_path: Path) -> None:
    told = {beginning("Ministers of unlabelled met on day 1.")}
    (shard,) = plain_news(_corpora(tmp_path), 1000, told)
    bodies = [article.body for article in shard]
    assert len(bodies) == 10
    assert "Ministers of unlabelled met on day 1." not in bodies


def test_a_text_is_known_again_with_other_white_space() -> None:
    assert beginning("Envoys  met\n\nin Geneva.") == beginning("ENVOYS met in Geneva")
    assert beginning("Envoys met in Geneva") != beginning("Envoys met in Oslo")
