"""Who was seen where over restarts and servers, and what lists say of plates: with the real programs."""
import re

import redis as redis_client
import requests

from conftest import QUICK, wait_until
from test_recognition import BGR, IMAGENET, PLATE, add_camera, add_shared_model, rolling_car, sees_cars  # noqa: F401


def subjects_of_tracks(server):
    return {int(t["subject"]["id"]) for t in server.api.get("/api/tracks?limit=200")["tracks"] if t["subject"]}


def watch(server, sim):
    add_shared_model(server, "yolox_nano_416x416", layout="yolox", labels="coco", preparation={**BGR, "fit": "letterbox", "fill": 114})
    add_shared_model(server, "osnet_x0_25_msmt17", task="appearance", preparation=IMAGENET)
    add_camera(server, sim, model="yolox-nano-416x416", appearance=True)


def seen_elsewhere(server):
    return [sighting for subject in subjects_of_tracks(server) for sighting in server.api.get(f"/api/subjects/{subject}")["elsewhere"]]


def has_look(server, track):
    return server.api.session.get(f"{server.url}/api/tracks/{track}/similar", timeout=10).status_code == 200


def test_subjects_go_on_after_a_restart_and_other_servers_hear_of_them(make_sim, make_server, redis, footage):
    options = (*QUICK, "--redis", redis.url, "--reid-name", "north")
    server = make_server(*options)
    sim = make_sim(file=footage)
    watch(server, sim)
    before = wait_until(lambda: subjects_of_tracks(server), 120, "subjects", every=1)
    assert max(before) <= 1000, "ids begin with 1"
    shared = redis_client.Redis(port=redis.port)
    assert shared.xlen("vigil:reid:looks") > 0 and 0 < shared.pttl("vigil:reid:looks") <= 30 * 60 * 1000
    fields = shared.xrange("vigil:reid:looks", count=1)[0][1]
    assert fields[b"s"] == b"north" and b"gate" in fields[b"d"]
    wait_until(lambda: any(has_look(server, track["id"]) for track in server.api.get("/api/tracks?limit=200")["tracks"]), 90, "looks that are kept", every=1)
    server.stop()
    again = make_server(*options, data=server.data, name="again")
    assert re.search(r"subjects of before are known looks=\d+ subjects=\d+", again.log)
    before = subjects_of_tracks(again)  # with those that were written last
    later = wait_until(lambda: subjects_of_tracks(again) - before, 120, "a new subject", every=1)
    assert min(later) > 1000, "ids of before are not used again, not even those that nobody bore"
    again.stop()
    # Another server that watches the same place recognises who was here, and says where.
    south = make_server(*QUICK, "--redis", redis.url, "--reid-name", "south", name="south")
    watch(south, sim)
    sightings = wait_until(lambda: seen_elsewhere(south), 120, "somebody whom north saw", every=1)
    assert {sighting["camera"] for sighting in sightings} == {"north/gate"}
    assert all(sighting["first_seen"] <= sighting["last_seen"] for sighting in sightings)


def test_lists_of_plates_say_what_was_read(make_sim, sees_cars, rolling_car):  # noqa: F811
    server = sees_cars
    settings = server.api.get("/api/plate-settings")
    assert settings["version"] == 0 and settings["deny"] == []
    body = {"version": 0, "deny": [{"plate": f"{PLATE[:2]}-{PLATE[2:]}", "label": "stolen"}], "formats": [{"name": "test", "pattern": "[A-Z]{2}[0-9]{3}[A-Z]{2}"}]}
    changed = requests.put(server.url + "/api/plate-settings", json=body, timeout=10)
    assert changed.status_code == 200 and changed.json()["version"] == 1
    assert "audit=true" in server.log and "plate lists and formats were changed" in server.log and PLATE[2:] not in server.log
    assert requests.put(server.url + "/api/plate-settings", json=body, timeout=10).status_code == 412
    add_camera(server, make_sim(file=rolling_car), model="cars", plates=True)
    read = wait_until(lambda: server.api.get(f"/api/plates?text={PLATE}")["plates"], 60, f"the plate {PLATE}", every=0.5)[0]
    assert read["region"] == "test"
    assert read["listed"] == {"list": "denied", "plate": f"{PLATE[:2]}-{PLATE[2:]}", "label": "stolen"}
