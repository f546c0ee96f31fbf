"""Set-up, sign-in, tokens, keys and roles on a server as it is by default."""
import re

import pytest
import requests

from conftest import QUICK

PASSWORD = "correct horse battery"
EVERYBODY = {"get_setup", "complete_setup", "login", "refresh", "logout", "get_openapi", "get_health", "get_ready",
             "describe_uploads", "get_shared_asset", "get_shared_output"}  # the link is what lets one in


@pytest.fixture
def fresh(make_server):
    return make_server(*QUICK, auth="required")


@pytest.fixture
def owned(fresh):
    token = fresh.setup_link().group(1)
    fresh.api.post("/api/setup", {"token": token, "name": "owner", "password": PASSWORD}, 201)
    return fresh


def sign_in(server, name="owner", password=PASSWORD):
    """A session with its own cookies and access token."""
    session = requests.Session()
    answer = session.post(server.url + "/api/auth/login", json={"name": name, "password": password})
    assert answer.status_code == 200, answer.text
    session.headers["Authorization"] = "Bearer " + answer.json()["access_token"]
    return session


def test_there_is_no_default_password(fresh):
    assert fresh.api.get("/api/setup")["required"] is True
    for name, password in (("admin", "admin"), ("admin", ""), ("root", "root"), ("vigil", "vigil")):
        assert fresh.api.call("POST", "/api/auth/login", json={"name": name, "password": password}).status_code in (401, 422)
    fresh.api.problem(401, "GET", "/api/cameras")
    assert fresh.api.call("POST", "/api/setup", json={"token": "guess", "name": "me", "password": PASSWORD}).status_code in (401, 403)


def test_the_set_up_link_works_once(fresh):
    token = fresh.setup_link().group(1)
    fresh.api.post("/api/setup", {"token": token, "name": "owner", "password": PASSWORD}, 201)
    assert fresh.api.get("/api/setup")["required"] is False
    again = fresh.api.call("POST", "/api/setup", json={"token": token, "name": "second", "password": PASSWORD})
    assert again.status_code in (401, 403, 404, 409, 410)


def test_every_route_but_the_public_ones_asks_who_is_there(owned):
    asked = 0
    for template, item in owned.api.document["paths"].items():
        path = re.sub(r"{\w+}", "x", template)
        for method, operation in item.items():
            if not isinstance(operation, dict) or "operationId" not in operation or operation["operationId"] in EVERYBODY:
                continue
            answer = requests.request(method, owned.url + path, json={} if method in ("post", "patch") else None, timeout=10)
            assert answer.status_code == 401, f"{method} {path}: {answer.status_code}"
            asked += 1
    assert asked > 20


def test_a_viewer_looks_and_touches_nothing(owned):
    owner = sign_in(owned)
    assert owner.post(owned.url + "/api/users", json={"name": "guest", "password": PASSWORD + "2", "role": "viewer"}).status_code == 201
    assert owner.post(owned.url + "/api/cameras", json={"id": "p", "source_type": "http_push"}).status_code == 201
    guest = sign_in(owned, "guest", PASSWORD + "2")
    assert guest.get(owned.url + "/api/cameras").status_code == 200
    for method, path, body in (("post", "/api/cameras", {"id": "q", "source_type": "http_push"}), ("patch", "/api/cameras/p", {"name": "x"}),
                               ("delete", "/api/cameras/p", None), ("post", "/api/cameras/p/stop", None), ("get", "/api/users", None),
                               ("post", "/api/keys", {"name": "k", "role": "administrator"}),
                               ("post", "/api/cameras/probe", {"source_type": "rtsp", "source_url": "rtsp://192.0.2.1/"})):
        assert guest.request(method, owned.url + path, json=body).status_code == 403, path
    assert owner.get(owned.url + "/api/cameras/p").json()["name"] != "x"


def test_refresh_rotates_and_a_stolen_token_ends_the_session(owned):
    session = sign_in(owned)
    stolen = session.cookies.get("vigil_refresh")
    assert stolen
    assert session.post(owned.url + "/api/auth/refresh").status_code == 200
    assert session.cookies.get("vigil_refresh") != stolen
    assert session.post(owned.url + "/api/auth/refresh").status_code == 200
    thief = requests.post(owned.url + "/api/auth/refresh", cookies={"vigil_refresh": stolen})
    assert thief.status_code == 401
    assert session.post(owned.url + "/api/auth/refresh").status_code == 401


def test_the_refresh_cookie_is_out_of_reach_for_scripts(owned):
    answer = requests.post(owned.url + "/api/auth/login", json={"name": "owner", "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/api/auth" in cookie
    foreign = requests.post(owned.url + "/api/auth/refresh", cookies=answer.cookies, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403


def test_signing_out_ends_the_refresh_token(owned):
    session = sign_in(owned)
    token = session.cookies.get("vigil_refresh")
    assert session.post(owned.url + "/api/auth/logout").status_code in (200, 204)
    assert requests.post(owned.url + "/api/auth/refresh", cookies={"vigil_refresh": token}).status_code == 401


def test_api_keys_work_until_they_are_removed(owned):
    owner = sign_in(owned)
    made = owner.post(owned.url + "/api/keys", json={"name": "script", "role": "viewer"})
    assert made.status_code == 201
    secret, key_id = made.json()["key"], made.json()["id"]
    assert secret not in owner.get(owned.url + "/api/keys").text
    headers = {"Authorization": "Bearer " + secret}
    assert requests.get(owned.url + "/api/cameras", headers=headers).status_code == 200
    assert requests.get(owned.url + "/api/cameras", headers={"X-API-Key": secret}).status_code == 200
    assert requests.get(owned.url + "/api/cameras?api_key=" + secret).status_code in (400, 401, 422)
    assert requests.get(owned.url + "/metrics", headers=headers).status_code == 200
    assert owner.delete(owned.url + "/api/keys/" + key_id).status_code == 204
    assert requests.get(owned.url + "/api/cameras", headers=headers).status_code == 401


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "a.b.c.d", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJvd25lciJ9.", "x" * 7000], ids=["empty", "word", "three parts", "four parts", "alg none", "long"])
def test_a_forged_token_is_refused(owned, token):
    assert requests.get(owned.url + "/api/cameras", headers={"Authorization": "Bearer " + token}).status_code in (401, 431)


def test_guessing_is_slowed_down(owned):
    codes = [owned.api.call("POST", "/api/auth/login", json={"name": "owner", "password": f"wrong guess {n}"}) for n in range(12)]
    assert codes[0].status_code == 401 and codes[-1].status_code == 429
    assert int(codes[-1].headers["Retry-After"]) >= 1


def test_secrets_stay_out_of_the_log(owned):
    sign_in(owned)
    for secret in (PASSWORD, "Bearer"):
        assert secret not in owned.log
    assert len(re.findall(r"token=", owned.log)) == 1  # the set-up link, which is used up
