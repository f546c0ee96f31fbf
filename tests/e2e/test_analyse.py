"""Uploaded videos are analysed by jobs: what is found is what `vigil process` finds, lies under the upload, and goes with it."""
import json
import os
import pathlib
import re
import signal
import subprocess

import pytest
import requests

import tiny_onnx
from conftest import FOOTAGE, QUICK, ROOT, VIGIL, command_line, wait_until
from test_extract import H264, ffmpeg, hand_in
from test_jobs import cluster, postgres  # noqa: F401
from test_recognition import BGR, PLATE, add_model, add_shared_model, rolling_car  # noqa: F401

DATA = pathlib.Path(os.environ.get("VIGIL_TEST_DATA", ROOT / "../shared/data")).resolve()


def order(server, asset, status=201, **what):
    return server.api.post(f"/api/assets/{asset}/jobs", {"kind": "analyse", "analyse": what}, status)["id"]


def ended(server, job):
    def look():
        state = requests.get(f"{server.url}/api/jobs/{job}", timeout=60).json()
        return state if state["state"] in ("done", "failed", "cancelled") else None
    return wait_until(look, 300, "the end of the job", every=0.3)


def analysed(server, asset, **what):
    done = ended(server, order(server, asset, **what))
    assert done["state"] == "done", done
    return done


def all_of(server, asset, kind, **query):
    out, skip = [], 0
    while skip is not None:
        page = server.api.get(f"/api/assets/{asset}/{kind}", params={**query, "skip": skip, "limit": 7})
        out += page[kind]
        skip = page["next"]
    return out


def boxes(server, asset, **query):
    out, at = [], 0
    while at is not None:
        page = server.api.get(f"/api/assets/{asset}/boxes", params={"from_ms": at, **query})
        out += page["frames"]
        at = page["next_ms"]
    return out


def process(server, film, out, *options):
    done = subprocess.run([VIGIL, "process", film, "--data", server.data, "--save-json", out / "seen.jsonl", *map(str, options)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), [json.loads(line) for line in (out / "seen.jsonl").read_text().splitlines()]


def agrees(server, asset, summary, lines):
    """The same tracks and, of each, the same boxes in the same pictures."""
    report = server.api.get(f"/api/assets/{asset}/analysis")
    assert (report["frames"], report["analysed"], report["detected"]) == (summary["frames"], summary["analysed"], summary["detected"])
    assert report["tracks"] == summary["tracks"] and report["model"] == summary["model"] and report["problems"] == summary["problems"]
    believed = {o["id"] for line in lines for o in line["objects"] if o["vigil"]["state"] == "confirmed"}
    expected = {}
    for line in lines:
        for o in line["objects"]:
            if o.get("id") in believed and o["vigil"]["state"] != "lost":
                expected[line["vigil"]["sequence"], o["id"]] = (line["timestamp"] // 1_000_000, o["roi_type"], o["vigil"]["state"], o["vigil"]["box"])
    got = {(f["sequence"], o["track"]): (f["time_ms"], o["label"], o["state"], o["box"]) for f in boxes(server, asset) for o in f["objects"]}
    assert got.keys() == expected.keys()
    labels = {track["number"]: track["label"] for track in all_of(server, asset, "tracks")}
    assert labels.keys() == believed
    for key, (time, label, state, box) in expected.items():
        assert abs(got[key][0] - time) <= 1 and got[key][2] == state, (key, got[key])
        # Boxes are kept to a quarter of a pixel, and told to a tenth.
        assert all(abs(a - b) <= 0.18 for a, b in zip(box, got[key][3])), (key, box, got[key][3])
    assert {number: labels[number] for number in labels} == {number: [o["roi_type"] for line in lines for o in line["objects"] if o.get("id") == number][-1] for number in labels}
    return report


@pytest.fixture(scope="module")
def walkers(tmp_path_factory):
    """Real pedestrians, for six seconds."""
    assert FOOTAGE.exists(), "the demo footage is missing: run tools/footage.sh build/demo"
    return ffmpeg(tmp_path_factory.mktemp("films") / "walkers.mp4", "-i", FOOTAGE, "-frames:v", "60", *H264, "-g", "20", "-bf", "2")


def test_an_upload_is_seen_as_vigil_process_sees_it(server, walkers, tmp_path):
    asset = hand_in(server, walkers.read_bytes())
    server.api.get(f"/api/assets/{asset}/analysis", 404)
    analysed(server, asset, model="classic", annotate=True)
    report = agrees(server, asset, *process(server, walkers, tmp_path, "--model", "classic", "--save-video", tmp_path / "boxes.mp4"))
    assert report["tracks"] >= 2 and report["model"] == "classic" and report["annotated"]
    # The video with the boxes upon it is the same, too, to the last byte.
    stored = requests.get(f"{server.url}/api/jobs/{report['job_id']}/outputs/annotated.mp4", timeout=60)
    assert stored.headers["Content-Type"] == "video/mp4"
    assert stored.content == (tmp_path / "boxes.mp4").read_bytes()
    # Nothing of it stands among what cameras saw.
    for path, name in (("/api/tracks", "tracks"), ("/api/runs", "runs")):
        assert server.api.get(path)[name] == []


SETTINGS = [(("--every", 3), {"every": 3}), (("--fps", 4), {"fps": 4}), (("--no-gate", "--classes", "person"), {"gate": False, "classes": ["person"]}),
            (("--confidence", 0.9), {"confidence": 0.9})]


def test_the_settings_mean_the_same(server, walkers, tmp_path):
    asset = hand_in(server, walkers.read_bytes())
    for options, wanted in SETTINGS:
        done = analysed(server, asset, model="classic", **wanted)
        report = agrees(server, asset, *process(server, walkers, tmp_path, "--model", "classic", *options))
        assert report["job_id"] == done["id"], "without a name it is the newest"


def test_people_in_a_street_are_the_same_with_a_real_model(server, tmp_path):
    street = DATA / "videos/TUD-Campus.mp4"
    if not street.exists():
        pytest.skip("needs TUD-Campus.mp4 in ../shared/data/videos")
    film = ffmpeg(tmp_path / "street.mp4", "-i", street, "-frames:v", "24", *H264)
    add_shared_model(server, "yolox_nano_416x416", layout="yolox", labels="coco", preparation={**BGR, "fit": "letterbox", "fill": 114})
    asset = hand_in(server, film.read_bytes())
    analysed(server, asset, classes=["person"])
    report = agrees(server, asset, *process(server, film, tmp_path, "--classes", "person"))
    assert report["labels"].keys() == {"person"} and report["tracks"] >= 3


def test_plates_and_scenes_are_found(server, rolling_car):  # noqa: F811
    add_model(server, "cars", tiny_onnx.detector(box=(4, 4, 60, 34)), labels=["car"], fitted=False)
    asset = hand_in(server, rolling_car.read_bytes())
    analysed(server, asset, fps=2, plates=True, scene=True)
    plates = all_of(server, asset, "plates")
    assert [plate["text"] for plate in plates] == [PLATE]
    track = all_of(server, asset, "tracks")[0]
    assert track["plate"]["text"] == PLATE and track["number"] == plates[0]["track"]
    assert all_of(server, asset, "scenes")[0]["description"]
    assert server.api.get("/api/plates")["plates"] == []
    # It is found among all uploads, and is gone with its file.
    other = hand_in(server, rolling_car.read_bytes() + b"\0")
    analysed(server, other, fps=2, plates=True)

    def search(**query):
        return [(hit["asset_id"], hit["text"]) for hit in server.api.get("/api/assets/plates", params=query)["plates"]]
    assert search() == [(other, PLATE), (asset, PLATE)]
    assert search(text=PLATE, asset=asset) == [(asset, PLATE)] and search(text=PLATE[:3], match="prefix", limit=1) == [(other, PLATE)]
    assert search(text="ZZZZ9999", match="fuzzy") == []
    hit = server.api.get("/api/assets/plates", params={"asset": asset})["plates"][0]
    assert (hit["time_ms"], hit["track"]) == (plates[0]["time_ms"], track["number"])
    analysed(server, asset, fps=1, plates=True)
    assert len(search(asset=asset)) == 1, "only of the analysis that counts"
    server.api.delete(f"/api/assets/{other}")
    assert search() == [(asset, PLATE)]


def test_what_cannot_be_analysed_fails_with_a_sentence(server, walkers, tmp_path):
    asset = hand_in(server, walkers.read_bytes())
    done = ended(server, order(server, asset, model="nobody"))
    assert (done["state"], done["attempt"]) == ("failed", 1) and "nobody" in done["detail"]
    sound = ffmpeg(tmp_path / "sound.mp4", "-f", "lavfi", "-i", "sine=duration=2", "-c:a", "aac")
    whole = walkers.read_bytes()
    for data, code, words in ((sound.read_bytes(), "media.no_video", "There is sound in the file, but no video."), (whole[:len(whole) // 2], "media.broken", "has no index")):
        odd = hand_in(server, data)
        wait_until(lambda: server.api.get(f"/api/assets/{odd}")["fault"], 60, "a look at it")
        refused = server.api.post(f"/api/assets/{odd}/jobs", {"kind": "analyse"}, 422)
        assert refused["code"] == code and words in refused["detail"]
    for wrong in ({"fps": 2, "every": 3}, {"fps": 0}, {"colour": "red"}, {"classes": "person"}, {"confidence": 2}, {"model": 7}):
        server.api.post(f"/api/assets/{asset}/jobs", {"kind": "analyse", "analyse": wrong}, 422)
    server.api.get(f"/api/assets/{asset}/tracks", 404)


def test_odd_files_give_what_there_is(server, walkers, tmp_path):
    one = ffmpeg(tmp_path / "one.mp4", "-i", walkers, "-frames:v", "1", *H264)
    asset = hand_in(server, one.read_bytes())
    done = analysed(server, asset, model="classic", annotate=True)
    assert (done["result"]["frames"], done["result"]["tracks"], done["result"]["problems"]) == (1, 0, [])
    assert boxes(server, asset) == []
    # Its index stands at the beginning: what is there can be looked at.
    front = ffmpeg(tmp_path / "front.mp4", "-i", walkers, "-c", "copy", "-movflags", "+faststart").read_bytes()
    done = analysed(server, hand_in(server, front[:len(front) * 2 // 3]), model="classic")
    assert 10 < done["result"]["frames"] < 60 and "breaks off at" in " ".join(done["result"]["problems"])
    done = analysed(server, asset, model="classic", classes=["unicorn"])
    assert "unicorn" in " ".join(done["result"]["problems"]) and done["result"]["tracks"] == 0


def long_film(walkers, tmp_path):
    """A video that takes a while."""
    return ffmpeg(tmp_path / "long.mp4", "-stream_loop", "2", "-i", walkers, "-c", "copy")


def everything(server, asset):
    """All that can be known of the analysis of a video, but for names and times that differ each time."""
    report = server.api.get(f"/api/assets/{asset}/analysis")
    job = report.pop("job_id")
    report.pop("finished_at")
    names = [output["name"] for output in server.api.get(f"/api/jobs/{job}/outputs")["outputs"]]
    video = requests.get(f"{server.url}/api/jobs/{job}/outputs/annotated.mp4", timeout=60).content
    return report, names, all_of(server, asset, "tracks"), boxes(server, asset), video


def processor_seconds(pid):
    user, system = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def at_work(program):
    """The child of that program that looks at the video, once it has got somewhere: a quick one is done before it says so."""
    return wait_until(lambda: [pid for pid in program.children("screen") if processor_seconds(pid) > 0.3], 120, "a child at work", every=0.02)


def attempts_on_disk(blobs, asset, job):
    return {int(folder.name) for folder in blobs.glob(f"*/{asset}/{job}/*") if folder.is_dir() and any(folder.iterdir())}


def check_as_if_nothing_had_happened(server, asset, job, blobs, undisturbed, program, children):
    done = ended(server, job)
    assert done["state"] == "done", done
    assert done["attempt"] == 2 and [error["attempt"] for error in done["errors"]] == [1], done
    for now, before in zip(everything(server, asset), undisturbed):
        assert now == before
    # Nothing is left of the attempt that was broken off: no process, no file.
    assert not any("screen" in command_line(pid) for pid in children)
    wait_until(lambda: len(attempts_on_disk(blobs, asset, job)) == 1, 60, "one attempt's files")
    assert list((program.data / "scratch").iterdir()) == []
    return done


def orders(server, film):
    """What an undisturbed analysis finds; then another one of the same video, under way."""
    asset = hand_in(server, film.read_bytes())
    analysed(server, asset, model="classic", annotate=True)
    undisturbed = everything(server, asset)
    assert undisturbed[0]["tracks"] >= 2
    return asset, undisturbed, order(server, asset, model="classic", annotate=True)


def test_a_server_that_is_told_to_stop_in_between_begins_anew_and_nothing_is_there_twice(make_server, walkers, tmp_path):
    server = make_server(*QUICK)
    long = long_film(walkers, tmp_path)
    asset = hand_in(server, long.read_bytes())
    job = order(server, asset, model="classic")
    at_work(server)
    server.stop(signal.SIGTERM)
    server = make_server(*QUICK)
    done = ended(server, job)
    assert done["state"] == "done", done
    outputs = server.api.get(f"/api/jobs/{job}/outputs")["outputs"]
    assert [output["name"] for output in outputs if output["name"] == "records.bin"] == ["records.bin"]
    agrees(server, asset, *process(server, long, tmp_path, "--model", "classic"))


def test_after_a_killed_server_it_is_as_if_nothing_had_happened(make_server, walkers, tmp_path):
    """77, 79"""
    server = make_server(*QUICK)
    asset, undisturbed, job = orders(server, long_film(walkers, tmp_path))
    children = at_work(server)
    server.stop(signal.SIGKILL)
    wait_until(lambda: not any("screen" in command_line(pid) for pid in children), 60, "the end of the child")
    server = make_server(*QUICK, data=server.data)
    check_as_if_nothing_had_happened(server, asset, job, server.data / "blobs", undisturbed, server, children)


def test_after_a_killed_child_it_is_as_if_nothing_had_happened(make_server, walkers, tmp_path):
    """80: the machine may be to blame, so it is tried once more."""
    server = make_server(*QUICK)
    asset, undisturbed, job = orders(server, long_film(walkers, tmp_path))
    children = at_work(server)
    for child in children:
        os.kill(child, signal.SIGKILL)
    done = check_as_if_nothing_had_happened(server, asset, job, server.data / "blobs", undisturbed, server, children)
    assert done["errors"][0]["code"].startswith("extract.") and done["errors"][0]["fault"] == "transient", done
    metrics = requests.get(server.url + "/metrics", timeout=30).text
    assert re.search(r'vigil_job_faults_total{[^}]*code="extract\.[a-z]+"[^}]*} 1', metrics), "it stands in the figures"


def test_after_a_killed_worker_it_is_as_if_nothing_had_happened(cluster, walkers, tmp_path):  # noqa: F811
    """77: the one that is started again with the same folder takes the job over."""
    server, start = cluster
    worker = start("worker1")
    worker.data = tmp_path / "worker1"
    asset, undisturbed, job = orders(server, long_film(walkers, tmp_path))
    children = at_work(worker)
    worker.stop(signal.SIGKILL)
    worker = start("worker1")
    worker.data = tmp_path / "worker1"
    check_as_if_nothing_had_happened(server, asset, job, tmp_path / "shared", undisturbed, worker, children)


def test_a_later_analysis_replaces_the_one_before_it(server, walkers):
    asset = hand_in(server, walkers.read_bytes())
    path = f"/api/assets/{asset}"
    older = analysed(server, asset, model="classic", every=10)["id"]
    failed = ended(server, order(server, asset, model="nobody"))
    assert failed["state"] == "failed" and server.api.get(f"{path}/analysis")["job_id"] == older
    newer = order(server, asset, model="classic", every=5)
    # Whoever reads meanwhile sees one of the two, whole.
    seen = []
    while server.api.get(f"/api/jobs/{newer}")["state"] not in ("done", "failed"):
        page = server.api.get(f"{path}/tracks")
        assert page["job_id"] in (older, newer)
        seen.append(page["job_id"])
    assert seen == sorted(seen, key=[older, newer].index), "never back"
    assert server.api.get(f"{path}/analysis")["job_id"] == newer
    assert server.api.get(f"{path}/analysis", 404, params={"job": older})["code"] == "analysis.replaced"
    assert server.api.get(f"/api/jobs/{older}")["replaced_by"] == newer and server.api.get(f"/api/jobs/{newer}")["replaced_by"] is None
    assert server.api.get(f"/api/jobs/{older}/outputs")["outputs"] == []
    # By the order of their ends, not of their orders.
    assert server.api.get(f"/api/jobs/{failed['id']}")["replaced_by"] is None


def test_it_can_be_cancelled_and_goes_with_its_file(server, walkers, tmp_path):
    long = ffmpeg(tmp_path / "long.mp4", "-stream_loop", "30", "-i", walkers, "-c", "copy")
    asset = hand_in(server, long.read_bytes())
    job = order(server, asset, model="classic")
    wait_until(lambda: server.api.get(f"/api/jobs/{job}")["state"] == "processing", 60, "the beginning")
    server.api.post(f"/api/jobs/{job}/cancel", {})
    assert ended(server, job)["state"] == "cancelled"
    short = hand_in(server, walkers.read_bytes())
    analysed(server, short, model="classic", annotate=True)
    assert list((server.data / "blobs").glob("metadata/**/records.bin"))
    for gone in (asset, short):
        server.api.delete(f"/api/assets/{gone}")
        server.api.get(f"/api/assets/{gone}/tracks", 404)
    left = [path for path in (server.data / "blobs").rglob("*.bin")] + [path for path in (server.data / "blobs").rglob("*.mp4")]
    assert left == [] and list((server.data / "scratch").iterdir()) == []


def test_other_peoples_findings_do_not_exist(server, walkers):
    asset, other = hand_in(server, walkers.read_bytes()), hand_in(server, walkers.read_bytes() + b"\0")
    job = analysed(server, asset, model="classic", every=10)["id"]
    assert server.api.get(f"/api/assets/{asset}/analysis", params={"job": job})["job_id"] == job
    server.api.get(f"/api/assets/{other}/analysis", 404, params={"job": job})
    server.api.get(f"/api/assets/{other}/boxes", 404, params={"job": job})
