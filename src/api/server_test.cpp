#include "api/server.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "api/server_fake.h"
#include "api/websocket_client_fake.h"

namespace vigil::api {
namespace {

using testing::HasSubstr;
using testing::Not;
using Api = ServerTest;

constexpr const char* kRtsp =
    R"({"id": "cam_001", "source_type": "rtsp", "source_url": "rtsp://user:password@ip:port/stream"})";
constexpr const char* kPush = R"({"id": "cam_002", "source_type": "http_push"})";

TEST_F(Api, TheLinesOfTheIngestModulesTextWork) {
  start_open();
  auto created = call("POST", "/api/cameras", kRtsp);
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(created.headers.get("Location"), "/api/cameras/cam_001");
  EXPECT_THAT(created.body, Not(HasSubstr("password@")));
  EXPECT_EQ(created.json()["source_url"], "rtsp://ip:port/stream");
  EXPECT_EQ(created.json()["username"], "user");
  EXPECT_EQ(created.json()["has_password"], true);
  EXPECT_EQ(call("POST", "/api/cameras", kPush).status, 201);
  auto stamp = "--B\r\nContent-Disposition: form-data; name=\"timestamp\"\r\n\r\n" +
               std::to_string(to_unix_seconds(system_clock().wall())) + "\r\n";
  auto pushed =
      call("POST", "/api/ingest/push/cam_002", form_of(test_jpeg(), stamp), "multipart/form-data; boundary=B");
  EXPECT_EQ(pushed.status, 202) << pushed.body;
  auto frame = call("GET", "/api/cameras/cam_002/frame/latest?width=32");
  EXPECT_EQ(frame.status, 200) << frame.body;
  EXPECT_EQ(frame.headers.get("Content-Type"), "image/jpeg");
  EXPECT_EQ(frame.headers.get("X-Frame-Live"), "true");
  EXPECT_EQ(frame.headers.get("Cache-Control"), "no-store");
  EXPECT_TRUE(frame.headers.find("Last-Modified") && frame.headers.find("X-Frame-Age") &&
              frame.headers.find("X-Frame-Timestamp"));
  EXPECT_EQ(frame.body.substr(0, 2), "\xff\xd8");
  EXPECT_THAT(call("GET", "/metrics").body, HasSubstr("vigil_camera_frames_total{camera=\"cam_002\"} 1"));
}

TEST_F(Api, CamerasAreReadChangedAndRemoved) {
  start_open();
  auto made = call("POST", "/api/cameras",
                   R"({"source_type":"http_push","name":"Tür","motion":{"masks":[[[0,0],[1,0],[1,1]]]}})");
  EXPECT_EQ(made.json()["id"], "cam_001");
  EXPECT_EQ(made.headers.get("ETag"), "\"1\"");
  auto changed = call("PATCH", "/api/cameras/cam_001", R"({"number":7,"motion":{"sensitivity":80}})",
                      "application/merge-patch+json", "If-Match: \"1\"\r\n");
  EXPECT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.json()["number"], 7);
  EXPECT_EQ(changed.json()["name"], "Tür");
  EXPECT_EQ(changed.json()["motion"]["sensitivity"], 80);
  EXPECT_EQ(changed.json()["motion"]["masks"].size(), 1u);
  EXPECT_EQ(changed.json()["version"], 2);
  EXPECT_EQ(
      call("PATCH", "/api/cameras/cam_001", R"({"number":null})", "application/json", "If-Match: \"1\"\r\n").status,
      412);
  EXPECT_TRUE(call("PATCH", "/api/cameras/cam_001", R"({"number":null})").json()["number"].is_null());
  EXPECT_EQ(call("POST", "/api/cameras/cam_001/stop").json()["status"]["state"], "disabled");
  EXPECT_EQ(call("POST", "/api/cameras/cam_001/start").json()["enabled"], true);
  EXPECT_EQ(call("POST", "/api/cameras/cam_001/retry").status, 202);
  EXPECT_EQ(call("GET", "/api/cameras/cam_001/status").json()["camera_id"], "cam_001");
  EXPECT_EQ(call("DELETE", "/api/cameras/cam_001", {}, {}, "If-Match: \"1\"\r\n").status, 412);
  EXPECT_EQ(call("DELETE", "/api/cameras/cam_001").status, 204);
  EXPECT_EQ(call("GET", "/api/cameras/cam_001").code(), "camera.not_found");
}

TEST_F(Api, ListsArePagedAndFiltered) {
  start_open();
  for (const char* number : {"3", "1", "2", "null", "null"}) {
    EXPECT_EQ(call("POST", "/api/cameras",
                   R"({"source_type":"http_push","place":"Hof","number":)" + std::string(number) + "}")
                  .status,
              201);
  }
  std::string ids, query = "/api/cameras?page_size=2&q=hof";
  for (;;) {
    auto page = call("GET", query).json();
    EXPECT_EQ(page["total"], 5);
    for (const auto& camera : page["cameras"]) ids += camera["id"].get<std::string>() + " ";
    if (page["next_cursor"].is_null()) break;
    query = "/api/cameras?page_size=2&q=hof&cursor=" + page["next_cursor"].get<std::string>();
  }
  EXPECT_EQ(ids, "cam_002 cam_003 cam_001 cam_004 cam_005 ");
  query.replace(query.find("q=hof"), 5, "q=off");
  EXPECT_EQ(call("GET", query).code(), "cursor.invalid");
  EXPECT_EQ(call("GET", "/api/cameras?q=nowhere").json()["total"], 0);
  for (const char* bad : {"page_size=0", "page_size=-1", "page_size=501", "page_size=x", "page_size=", "cursor=AAAA",
                          "cursor=", "pagesize=1", "page_size=1&page_size=2", "q=%", "q=%00"}) {
    EXPECT_EQ(call("GET", std::string("/api/cameras?") + bad).status, 400) << bad;
  }
}

TEST_F(Api, WhatIsWrongWithACameraIsSaidWithItsPointer) {
  start_open();
  ASSERT_EQ(call("POST", "/api/cameras", kPush).status, 201);
  auto pointer = [&](const std::string& body, int status = 422) {
    auto reply = call("POST", "/api/cameras", body);
    EXPECT_EQ(reply.status, status) << body << reply.body;
    return reply.json().contains("errors") ? reply.json()["errors"][0]["pointer"].get<std::string>() : reply.code();
  };
  auto rtsp = [](const std::string& url) { return R"({"source_type":"rtsp","source_url":")" + url + "\"}"; };
  EXPECT_EQ(pointer(R"({"source_type":"telepathy"})"), "/source_type");
  EXPECT_EQ(pointer("{}"), "/source_type");
  EXPECT_EQ(pointer(rtsp("not a url")), "/source_url");
  EXPECT_EQ(pointer(rtsp("rtsp://host:99999/")), "/source_url");
  for (const char* scheme :
       {"file:///etc/passwd", "concat:a|b", "exec://x", "http://h/", "pipe:1", "rtsp://h/\\u0000"}) {
    EXPECT_EQ(pointer(rtsp(scheme)), "/source_url") << scheme;
  }
  EXPECT_EQ(pointer(R"({"source_type":"rtsp"})"), "/source_url");
  EXPECT_EQ(pointer(R"({"source_type":"file","source_url":"file:///etc/passwd"})"), "/source_url");
  EXPECT_EQ(pointer(R"({"source_type":"v4l2","source_url":"v4l2:///dev/video0"})"), "/source_url");
  EXPECT_EQ(pointer(R"({"source_type":"http_push","password":"x"})"), "/password");
  for (const char* id : {"a/b", "..", "a\\u0000", "a\\n", "", "a b", "\\u00e4"}) {
    EXPECT_EQ(pointer(R"({"source_type":"http_push","id":")" + std::string(id) + "\"}"), "/id") << id;
  }
  EXPECT_EQ(pointer(kPush, 409), "/id");
  EXPECT_EQ(pointer(R"({"source_type":"http_push","nane":"x"})"), "/nane");
  EXPECT_THAT(call("POST", "/api/cameras", R"({"source_type":"http_push","nane":"x"})").body,
              HasSubstr("did you mean"));
  EXPECT_EQ(pointer(R"({"source_type":"http_push","motion":{"masks":[[[0,0],[1,2],[1,1]]]}})"), "/motion/masks/0/1/1");
  EXPECT_EQ(call("GET", "/api/cameras").json()["total"], 1);
}

TEST_F(Api, WhatIsNoProperRequestIsAProblemWithTheRightStatus) {
  start_open();
  auto post = [&](const std::string& body, const char* type = "application/json", const char* extra = "") {
    return call("POST", "/api/cameras", body, type, extra).status;
  };
  EXPECT_EQ(post("{"), 400);
  EXPECT_EQ(post(R"({"id":1,"id":2})"), 400);
  EXPECT_EQ(post("{\"id\":\"\xff\"}"), 400);
  EXPECT_EQ(post(std::string(100000, '[')), 400);
  EXPECT_EQ(post("[]"), 422);
  EXPECT_EQ(post(""), 400);
  EXPECT_EQ(post("{\"name\":\"" + std::string(10 << 20, 'a') + "\"}"), 413);
  EXPECT_EQ(post("{}", "text/plain"), 415);
  EXPECT_EQ(post("{}", "application/json", "Content-Encoding: gzip\r\n"), 415);
  EXPECT_EQ(post("{}", "application/json", "Accept: text/html\r\n"), 406);
  EXPECT_EQ(call("PUT", "/api/cameras").status, 405);
  EXPECT_EQ(call("PUT", "/api/cameras").headers.get("Allow"), "GET, HEAD, OPTIONS, POST");
  EXPECT_EQ(call("OPTIONS", "/api/cameras").status, 204);
  for (const char* path : {"/api/nothing", "/api/cameras/a%2fb", "/api/cameras/%00", "/api/cameras/.hidden",
                           "/api/cameras/", "/metrics/x"}) {
    EXPECT_EQ(call("GET", path).status, 404) << path;
  }
  EXPECT_EQ(call("HEAD", "/health").status, 200);
}

TEST_F(Api, PushedPicturesAreChecked) {
  start_open();
  ASSERT_EQ(call("POST", "/api/cameras", kPush).status, 201);
  ASSERT_EQ(call("POST", "/api/cameras", kRtsp).status, 201);
  auto push = [&](const std::string& body, const std::string& type, const std::string& id = "cam_002") {
    return call("POST", "/api/ingest/push/" + id, body, type).status;
  };
  const std::string form = "multipart/form-data; boundary=B";
  const auto field = [](const std::string& name, const std::string& value) {
    return "--B\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
  };
  EXPECT_EQ(push(test_jpeg(), "image/jpeg"), 202);
  EXPECT_EQ(push("GIF89a........", "image/jpeg"), 415);
  EXPECT_EQ(push(form_of("hello"), form), 415);
  EXPECT_EQ(push(form_of(""), form), 422);
  EXPECT_EQ(push(form_of(test_jpeg(), field("timestamp", "yesterday")), form), 422);
  EXPECT_EQ(push(form_of(test_jpeg(), field("timestamp", "1e300")), form), 422);
  EXPECT_EQ(push(form_of(test_jpeg(), field("frame", "x")), form), 422);
  EXPECT_EQ(push(field("timestamp", "1") + "--B--", form), 422);
  EXPECT_EQ(push("--B\r\n", form), 400);
  EXPECT_EQ(push(form_of(test_jpeg()), "multipart/form-data"), 400);
  EXPECT_EQ(push(test_jpeg(), "image/webp"), 415);
  EXPECT_EQ(push(test_jpeg(), "image/jpeg", "nobody"), 404);
  EXPECT_EQ(push(test_jpeg(), "image/jpeg", "cam_001"), 409);
  const std::string huge =
      std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x3a\x98\0\0\x3a\x98\x08\x02\0\0\0", 29) + "cccc";
  EXPECT_EQ(push(huge, "image/png"), 422);
  HttpClient client(server_->port());
  client.send(
      "POST /api/ingest/push/cam_002 HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/jpeg\r\nContent-Length: "
      "20971521\r\n\r\n");
  EXPECT_EQ(client.read_reply().status, 413);
}

TEST_F(Api, PicturesComeByAgeAndInBursts) {
  start_open();
  ASSERT_EQ(call("POST", "/api/cameras", kPush).status, 201);
  EXPECT_EQ(call("GET", "/api/cameras/cam_002/frame/latest").status, 503);
  ASSERT_EQ(call("POST", "/api/ingest/push/cam_002", test_jpeg(), "image/jpeg").status, 202);
  EXPECT_EQ(call("GET", "/api/cameras/cam_002/frame/latest").status, 200);
  auto burst = call("GET", "/api/cameras/cam_002/frames?count=3");
  EXPECT_EQ(burst.headers.get("Content-Type"), "multipart/mixed; boundary=vigil");
  EXPECT_THAT(burst.body, HasSubstr("X-Frame-Timestamp: "));
  EXPECT_THAT(burst.body, testing::EndsWith("--vigil--\r\n"));
  EXPECT_EQ(call("GET", "/api/cameras/cam_002/frame/at?age=0").status, 200);
  EXPECT_EQ(call("GET", "/api/cameras/cam_002/frame/at?age=3000").status, 404);
  for (const char* bad :
       {"frame/at", "frame/at?age=-1", "frame/at?age=nan", "frames?count=51", "frames?count=0", "frame/latest?width=15",
        "frame/latest?quality=101", "frame/latest?withd=100", "mjpeg?fps=0", "mjpeg?fps=31"}) {
    EXPECT_EQ(call("GET", std::string("/api/cameras/cam_002/") + bad).status, 400) << bad;
  }
  EXPECT_EQ(call("GET", "/api/cameras/nobody/mjpeg").status, 404);
}

TEST_F(Api, MotionJpegStreamsToALimitedNumberOfViewers) {
  Config config;
  config.auth = AuthMode::None;
  config.max_mjpeg_viewers = 1;
  start(config);
  ASSERT_EQ(call("POST", "/api/cameras", kPush).status, 201);
  ASSERT_EQ(call("POST", "/api/ingest/push/cam_002", test_jpeg(), "image/jpeg").status, 202);
  auto viewer = std::make_unique<HttpClient>(server_->port());
  viewer->send("GET /api/cameras/cam_002/mjpeg?fps=30 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(viewer->read_until("\r\n\r\n"), HasSubstr("multipart/x-mixed-replace; boundary=vigil"));
  EXPECT_THAT(viewer->read_until("\xff\xd8"), HasSubstr("--vigil\r\nContent-Type: image/jpeg"));
  EXPECT_EQ(call("GET", "/api/cameras/cam_002/mjpeg").code(), "viewers.limit");
  viewer.reset();
  int left = 1;
  for (int i = 0; i < 3000 && left > 0; ++i) {
    left = call("GET", "/api/system/status").json()["http"]["mjpeg_viewers"].get<int>();
    system_clock().sleep(std::chrono::milliseconds(1), {});
  }
  EXPECT_EQ(left, 0);
}

TEST_F(Api, MotionJpegEndsWithTheSessionAndWithTheApiKey) {
  start(Config());
  const auto signed_in = sign_in();
  const auto bearer = signed_in.access_token.reveal();
  const auto key = accounts_.add_api_key("wall", store::UserRole::Viewer, std::nullopt);
  ASSERT_TRUE(key.ok()) << key.error().message;
  ASSERT_EQ(as(bearer, "POST", "/api/cameras", kPush).status, 201);
  const auto push = [&](const std::string& credential) {
    EXPECT_EQ(call("POST", "/api/ingest/push/cam_002", test_jpeg(), "image/jpeg",
                   "Authorization: Bearer " + credential + "\r\n")
                  .status,
              202);
  };
  const auto watch = [&](const std::string& credential) {
    auto viewer = std::make_unique<HttpClient>(server_->port());
    viewer->send("GET /api/cameras/cam_002/mjpeg?fps=30 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
                 credential + "\r\n\r\n");
    EXPECT_THAT(viewer->read_until("\xff\xd9\r\n--vigil\r\n"), HasSubstr("200 OK"));
    return viewer;
  };
  push(bearer);
  auto by_session = watch(bearer);
  auto by_key = watch(key->text.reveal());

  ASSERT_TRUE(accounts_.logout(signed_in.refresh_token).ok());
  push(sign_in().access_token.reveal());
  EXPECT_THAT(by_session->read_until("\xff\xd8"), Not(HasSubstr("image/jpeg")));
  EXPECT_THAT(by_key->read_until("\xff\xd9\r\n--vigil\r\n"), HasSubstr("image/jpeg"));

  ASSERT_TRUE(accounts_.remove_api_key(key->key.id).ok());
  push(sign_in().access_token.reveal());
  EXPECT_THAT(by_key->read_until("\xff\xd8"), Not(HasSubstr("image/jpeg")));
}

TEST_F(Api, CredentialsStayOnlyWhileTheHostStays) {
  start_open();
  ASSERT_EQ(call("POST", "/api/cameras",
                 R"({"id":"c","source_type":"rtsp","source_url":"rtsp://u:geheim@127.0.0.1:9/a","enabled":false})")
                .status,
            201);
  auto patch = [&](const std::string& body) {
    auto reply = call("PATCH", "/api/cameras/c", body);
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_THAT(reply.body, Not(HasSubstr("geheim")));
    return reply.json()["username"].dump() + (reply.json()["has_password"] == true ? " password" : "");
  };
  EXPECT_EQ(patch(R"({"name":"x"})"), "\"u\" password");
  EXPECT_EQ(patch(R"({"source_url":"rtsp://127.0.0.1:9/b"})"), "\"u\" password");
  EXPECT_EQ(patch(R"({"source_url":"rtsp://127.0.0.1:9/b","username":"u"})"), "\"u\" password");
  EXPECT_EQ(patch(R"({"source_url":"rtsp://127.0.0.2:9/b"})"), "null");
  EXPECT_EQ(patch(R"({"username":"v","password":"geheim2"})"), "\"v\" password");
  EXPECT_EQ(patch(R"({"password":null})"), "\"v\"");
  EXPECT_EQ(patch(R"({"streams":[{"name":"sub","source_url":"rtsp://u:geheim@127.0.0.1:9/s","roles":["analysis"]}]})"),
            "\"v\"");
  EXPECT_EQ(patch(R"({"streams":[{"name":"sub","source_url":"rtsp://127.0.0.1:9/t","roles":[]}]})"), "\"v\"");
  EXPECT_EQ(call("GET", "/api/cameras/c").json()["streams"][0]["has_password"], true);
  EXPECT_EQ(cameras_.get("c")->streams[1].url->password.reveal(), "geheim");
  patch(R"({"streams":[{"name":"sub","source_url":"rtsp://127.0.0.9:9/t"}]})");
  EXPECT_EQ(call("GET", "/api/cameras/c").json()["streams"][0]["has_password"], false);
}

TEST_F(Api, ACameraThatOnlyTheConfigurationCanMakeMayStillBeRenamed) {
  start_open();
  model::Camera camera;
  camera.id = camera.name = "local";
  camera.source_type = model::SourceType::File;
  camera.enabled = false;
  camera.streams[0].url = *parse_url("file:///nowhere.mp4");
  ASSERT_TRUE(cameras_.add(camera, true).ok());
  EXPECT_EQ(call("PATCH", "/api/cameras/local", R"({"name":"Video"})").status, 200);
  EXPECT_EQ(call("PATCH", "/api/cameras/local", R"({"source_url":"file:///etc/passwd"})").status, 422);
}

TEST_F(Api, AProbeSaysWhyItFailsAndTakesStoredCredentialsOnlyForTheSameHost) {
  start_open();
  auto report = call("POST", "/api/cameras/probe",
                     R"({"source_type":"rtsp","source_url":"rtsp://u:geheim@127.0.0.1:1/x","timeout":2})");
  EXPECT_EQ(report.status, 200);
  EXPECT_EQ(report.json()["ok"], false);
  EXPECT_EQ(report.json()["reason"], "refused");
  EXPECT_THAT(report.body, Not(HasSubstr("geheim")));
  EXPECT_EQ(call("POST", "/api/cameras/probe", R"({"source_type":"rtsp","source_url":"http://127.0.0.1/"})").status,
            422);
  EXPECT_EQ(call("POST", "/api/cameras/probe", R"({"source_type":"file","source_url":"file:///etc/passwd"})").status,
            422);
  EXPECT_EQ(call("POST", "/api/cameras/probe",
                 R"({"source_type":"rtsp","source_url":"rtsp://127.0.0.1:1/","camera_id":"none"})")
                .status,
            404);
}

TEST_F(Api, TheStateOfTheServerIsShown) {
  sinks_ = {{.name = "redis",
             .target = "redis://127.0.0.1:6379",
             .state = sinks::SinkState::Waiting,
             .last_error = "refused"}};
  start_open();
  ASSERT_EQ(call("POST", "/api/cameras", kPush).status, 201);
  auto status = call("GET", "/api/system/status").json();
  EXPECT_EQ(status["status"], "degraded");
  EXPECT_THAT(status["reasons"][0].get<std::string>(), HasSubstr("redis"));
  EXPECT_EQ(status["cameras"]["total"], 1);
  EXPECT_GT(status["process"]["resident_bytes"].get<std::int64_t>(), 1000000);
  EXPECT_EQ(call("GET", "/health").body, R"({"status":"ok"})");
  EXPECT_EQ(call("GET", "/ready").status, 200);
  EXPECT_EQ(call("GET", "/api/openapi.json").json()["openapi"], "3.1.0");
  auto metrics = call("GET", "/metrics").body;
  for (const char* name : {"vigil_camera_up{camera=\"cam_002\"}", "vigil_sink_connected{sink=\"redis\"} 0",
                           "vigil_event_latency_seconds_bucket{sink=\"redis\"",
                           "vigil_http_requests_total{operation=\"create_camera\",status=\"201\"} 1",
                           "process_cpu_seconds_total", "vigil_build_info{version="}) {
    EXPECT_THAT(metrics, HasSubstr(name));
  }
}

TEST_F(Api, WithoutSignInForeignPagesReachNothing) {
  start_open();
  auto get = [&](const std::string& host) {
    HttpClient client(server_->port());
    return client.ask("GET /api/cameras HTTP/1.1\r\nHost: " + host + "\r\n\r\n").status;
  };
  EXPECT_EQ(get("localhost:8000"), 200);
  EXPECT_EQ(get("[::1]:8000"), 200);
  EXPECT_EQ(get("evil.example"), 403);
  EXPECT_EQ(call("POST", "/api/cameras", kPush, "application/json", "Origin: http://evil.example\r\n").status, 403);
  EXPECT_EQ(call("POST", "/api/cameras", kPush, "application/json", "Origin: null\r\n").status, 403);
  EXPECT_EQ(call("POST", "/api/cameras", kPush, "application/json", "Origin: http://127.0.0.1\r\n").status, 201);
  EXPECT_EQ(call("GET", "/api/auth/me").json()["kind"], "local");
  EXPECT_EQ(call("GET", "/api/setup").json()["required"], false);
}

TEST_F(Api, CorsIsForListedOriginsOnly) {
  Config config;
  config.auth = AuthMode::None;
  config.cors_origins = {"https://panel.example"};
  start(config);
  auto preflight = call("OPTIONS", "/api/cameras", {}, {},
                        "Origin: https://panel.example\r\nAccess-Control-Request-Method: POST\r\n");
  EXPECT_EQ(preflight.headers.get("Access-Control-Allow-Origin"), "https://panel.example");
  EXPECT_THAT(std::string(preflight.headers.get("Access-Control-Allow-Methods")), HasSubstr("POST"));
  EXPECT_FALSE(call("GET", "/api/cameras", {}, {}, "Origin: https://evil.example\r\n")
                   .headers.find("Access-Control-Allow-Origin"));
}

TEST_F(Api, EveryOperationAsksForTheRightItDeclares) {
  start({});
  const auto viewer = token("victor");
  for (const auto& operation : contract_->operations()) {
    if (operation.permission == Permission::Public || operation.permission == Permission::Setup) continue;
    auto path = operation.path;
    for (auto open = path.find('{'); open != std::string::npos; open = path.find('{')) {
      const auto length = path.find('}') - open + 1;
      const auto name = path.substr(open, length);
      path.replace(open, length,
                   name == "{session}" ? std::string(32, '0')
                   : name == "{file}"  ? "00000000-1.m4s"
                                       : "1");
    }
    if (operation.id == "get_frame_at") path += "?age=1";
    if (operation.id == "export_tracks") path += "?format=csv";
    if (operation.id == "get_asset_frame") path += "?t=1";
    const std::string extra = operation.websocket ? WebSocketClient::kHandshake : "";
    std::string_view body = operation.bodies.empty() ? "" : "{}";
    const std::string type = operation.bodies.empty() ? "" : operation.bodies.begin()->first;
    auto anonymous = call(operation.method, path, body, type, extra);
    EXPECT_EQ(anonymous.status, 401) << operation.id;
    EXPECT_TRUE(anonymous.headers.find("WWW-Authenticate")) << operation.id;
    EXPECT_EQ(call(operation.method, path, body, type, extra + "Authorization: Bearer nonsense\r\n").status, 401)
        << operation.id;
    const auto status =
        call(operation.method, path, body, type, extra + "Authorization: Bearer " + viewer + "\r\n").status;
    if (operation.permission == Permission::Administrator) {
      EXPECT_EQ(status, 403) << operation.id;
    } else {
      EXPECT_TRUE(status != 401 && status != 403) << operation.id << " " << status;
    }
  }
  EXPECT_EQ(call("GET", "/api/cameras?access_token=" + viewer).status, 401);
  EXPECT_EQ(call("GET", "/health").status, 200);
  EXPECT_EQ(call("GET", "/ready").status, 200);
}

TEST_F(Api, PeopleSignInRefreshAndSignOut) {
  start({});
  auto login = call("POST", "/api/auth/login", R"({"name":"anna","password":"correct horse"})");
  ASSERT_EQ(login.status, 200) << login.body;
  const std::string cookie(login.headers.get("Set-Cookie"));
  EXPECT_THAT(cookie, HasSubstr("; Path=/api/auth; Max-Age="));
  EXPECT_THAT(cookie, HasSubstr("; HttpOnly; SameSite=Strict"));
  EXPECT_THAT(cookie, Not(HasSubstr("Secure")));
  const auto pair = "Cookie: a=b; " + cookie.substr(0, cookie.find(';')) + "\r\n";
  EXPECT_EQ(as(login.json()["access_token"], "GET", "/api/auth/me").json()["name"], "anna");
  EXPECT_EQ(call("POST", "/api/auth/refresh", {}, {}, pair + "Origin: http://evil.example\r\n").status, 403);
  auto again = call("POST", "/api/auth/refresh", {}, {}, pair);
  EXPECT_EQ(again.status, 200) << again.body;
  const std::string next(again.headers.get("Set-Cookie"));
  EXPECT_NE(next, cookie);
  auto out = call("POST", "/api/auth/logout", {}, {}, "Cookie: " + next.substr(0, next.find(';')) + "\r\n");
  EXPECT_EQ(out.status, 204);
  EXPECT_THAT(std::string(out.headers.get("Set-Cookie")), HasSubstr("Max-Age=0"));
  EXPECT_EQ(call("POST", "/api/auth/refresh", {}, {}, "Cookie: " + next.substr(0, next.find(';')) + "\r\n").status,
            401);
  EXPECT_EQ(call("POST", "/api/auth/refresh").status, 401);
  Reply refused;
  for (int i = 0; i < 6; ++i) refused = call("POST", "/api/auth/login", R"({"name":"anna","password":"wrong"})");
  EXPECT_EQ(refused.status, 429);
  EXPECT_TRUE(refused.headers.find("Retry-After"));
}

TEST_F(Api, BehindATrustedProxyTheCookieIsSecure) {
  Config config;
  config.trusted_proxies = {"127.0.0.1"};
  start(config);
  auto login = call("POST", "/api/auth/login", R"({"name":"anna","password":"correct horse"})", "application/json",
                    "X-Forwarded-Proto: https\r\n");
  EXPECT_THAT(std::string(login.headers.get("Set-Cookie")), HasSubstr("; Secure"));
}

TEST_F(Api, KeysAndUsersAreManagedByAdministrators) {
  start({});
  const auto admin = token("anna");
  auto key = as(admin, "POST", "/api/keys", R"({"name":"grafana","expires_in_days":30})");
  ASSERT_EQ(key.status, 201) << key.body;
  EXPECT_EQ(call("GET", "/metrics", {}, {}, "X-API-Key: " + key.json()["key"].get<std::string>() + "\r\n").status, 200);
  EXPECT_EQ(as(key.json()["key"], "GET", "/api/auth/me").json()["kind"], "api_key");
  EXPECT_EQ(as(key.json()["key"], "GET", "/api/keys").status, 403);
  EXPECT_EQ(
      as(key.json()["key"], "POST", "/api/auth/password", R"({"current_password":"x","new_password":"long enough"})")
          .status,
      403);
  EXPECT_THAT(as(admin, "GET", "/api/keys").body, Not(HasSubstr(key.json()["key"].get<std::string>())));
  EXPECT_EQ(as(admin, "DELETE", "/api/keys/" + key.json()["id"].get<std::string>()).status, 204);
  EXPECT_EQ(as(key.json()["key"], "GET", "/api/auth/me").status, 401);
  EXPECT_EQ(as(admin, "GET", "/api/users").json()["users"].size(), 2u);
  EXPECT_EQ(as(admin, "POST", "/api/users", R"({"name":"Victor","role":"viewer","password":"another phrase"})").status,
            409);
  EXPECT_EQ(as(admin, "POST", "/api/users", R"({"name":"w","role":"root","password":"another phrase"})").status, 422);
  EXPECT_EQ(as(admin, "PATCH", "/api/users/" + victor_.id, R"({"disabled":true})").json()["disabled"], true);
  EXPECT_EQ(as(admin, "DELETE", "/api/users/" + anna_.id).status, 409);
  EXPECT_EQ(as(admin, "DELETE", "/api/users/" + victor_.id).status, 204);
}

TEST_F(Api, ThePageIsServedAndNothingBesideIt) {
  std::string folder = testing::TempDir() + "vigil_page_XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const std::filesystem::path root = folder;
  std::filesystem::create_directories(root / "web/assets");
  auto put = [](const std::filesystem::path& file, const char* text) { std::ofstream(file) << text; };
  put(root / "secret.txt", "secret");
  put(root / "web/index.html", "<html>page");
  put(root / "web/.env", "secret");
  put(root / "web/assets/app-1.js", "code");
  Config config;
  config.web_root = root / "web";
  start(config);
  auto page = call("GET", "/cameras/new");
  EXPECT_EQ(page.body, "<html>page");
  EXPECT_EQ(page.headers.get("Cache-Control"), "no-cache");
  EXPECT_THAT(std::string(page.headers.get("Content-Security-Policy")), HasSubstr("script-src 'self';"));
  EXPECT_EQ(call("GET", "/", {}, {}, "If-None-Match: " + std::string(page.headers.get("ETag")) + "\r\n").status, 304);
  EXPECT_THAT(std::string(call("GET", "/assets/app-1.js").headers.get("Cache-Control")), HasSubstr("immutable"));
  for (const char* path : {"/assets/none.js", "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/.env",
                           "/api/x", "/assets//app-1.js"}) {
    auto reply = call("GET", path);
    EXPECT_TRUE(reply.status == 404) << path << " " << reply.status;
    EXPECT_THAT(reply.body, Not(HasSubstr("secret\n"))) << path;
  }
  EXPECT_EQ(call("POST", "/cameras/new", "x").status, 405);
  std::filesystem::remove_all(root);
}

TEST(AuthMode, WithoutSignInOnlyLoopbackIsServedUnlessForced) {
  EXPECT_TRUE(check_auth_mode("127.0.0.1", AuthMode::None, false).ok());
  EXPECT_TRUE(check_auth_mode("::1", AuthMode::None, false).ok());
  EXPECT_TRUE(check_auth_mode("localhost", AuthMode::None, false).ok());
  EXPECT_FALSE(check_auth_mode("0.0.0.0", AuthMode::None, false).ok());
  EXPECT_FALSE(check_auth_mode("192.168.1.2", AuthMode::None, false).ok());
  EXPECT_TRUE(check_auth_mode("0.0.0.0", AuthMode::None, true).ok());
  EXPECT_TRUE(check_auth_mode("0.0.0.0", AuthMode::Required, false).ok());
}

}  // namespace
}  // namespace vigil::api
