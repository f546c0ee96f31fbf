#include "store/records.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "api/server_fake.h"
#include "model/box_track.h"
#include "records/picture_files.h"

namespace vigil::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr WallTime kNoon{std::chrono::seconds(1'763'726'400)};  // 2025-11-21T12:00:00Z

// Two cameras, on each of which somebody walked by each minute.
class RecordsApi : public ServerTest {
 protected:
  RecordsApi() {
    folder_ = testing::TempDir() + "vigil_records_XXXXXX";
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
    store::RecordBatch batch;
    for (const char* camera : {"door", "yard"}) batch.runs.push_back(run(camera));
    for (std::uint64_t i = 0; i < 3; ++i) {
      for (const char* camera : {"door", "yard"}) batch.tracks.push_back(track(camera, i + 1));
    }
    EXPECT_TRUE(store_->records().log().write(batch).ok());
  }
  ~RecordsApi() override { std::filesystem::remove_all(folder_); }

  static std::string run_id(const std::string& camera) {
    return camera == "door" ? "00000000000000d0" : "00000000000000f0";
  }
  static model::Run run(const std::string& camera) {
    model::Run out;
    out.id = run_id(camera);
    out.camera_id = camera;
    out.model = "yolox-nano@1";
    out.device = "cpu";
    out.began = kNoon;
    out.last = kNoon + std::chrono::minutes(10);
    out.width = 640;
    out.height = 480;
    out.frames = 100;
    out.detections = {{"person", 90}};
    out.latency_p50_ms = 20;
    return out;
  }
  static model::TrackRecord track(const std::string& camera, std::uint64_t number) {
    model::TrackRecord out;
    out.run_id = run_id(camera);
    out.id = model::track_key(out.run_id, number);
    out.camera_id = camera;
    out.number = number;
    out.label = number == 3 ? "car" : "person";
    out.specific_type = number == 3 ? "van" : "";
    out.first_seen = kNoon + std::chrono::minutes(number);
    out.last_seen = out.first_seen + std::chrono::seconds(20);
    out.frames = 300;
    out.best_score = 0.5F + 0.1F * static_cast<float>(number);
    out.best_box = {64, 48, 128, 240};
    out.path = {{0.1, 0.9}, {0.5, 0.9}};
    out.subject = camera == "door" || number > 1 ? 0 : 77;
    out.subject_similarity = out.subject != 0 ? 0.7F : 0;
    out.attributes = {{"upper_colour", number == 1 ? "red" : "blue", 0.8F, "attributes@1"}};
    out.zone = number == 2 ? "till" : "";
    out.ended = true;
    return out;
  }
  void write(const store::RecordBatch& batch) { ASSERT_TRUE(store_->records().log().write(batch).ok()); }
  void begin() {
    Config config;
    config.auth = AuthMode::None;
    config.data_dir = folder_;
    start(config);
  }
  std::vector<std::string> seen(const std::string& query) {
    std::vector<std::string> out;
    const auto answer = call("GET", "/api/tracks" + query).json();
    for (const auto& track : answer["tracks"]) {
      out.push_back(track["camera_id"].get<std::string>() + std::to_string(track["number"].get<int>()));
    }
    return out;
  }
  // Status and the parameter that is named.
  std::string fault(const std::string& target) {
    auto reply = call("GET", target);
    auto json = reply.json();
    return std::to_string(reply.status) + " " +
           (json.contains("errors") ? json["errors"][0]["pointer"].get<std::string>() : reply.code());
  }

  std::string folder_;
};

TEST_F(RecordsApi, TracksAreFoundByWhatIsKnownOfThem) {
  begin();
  EXPECT_EQ(seen("").size(), 6u);
  EXPECT_THAT(seen("?camera=door"), ElementsAre("door3", "door2", "door1"));
  EXPECT_EQ(seen("?camera=door&camera=yard").size(), 6u);
  EXPECT_THAT(seen("?camera=door&label=car"), ElementsAre("door3"));
  EXPECT_THAT(seen("?camera=door&label=car&label=person").size(), 3u);
  EXPECT_THAT(seen("?camera=door&specific_type=van"), ElementsAre("door3"));
  EXPECT_THAT(seen("?camera=yard&from=2025-11-21T12:02:30Z"), ElementsAre("yard3"));
  EXPECT_THAT(seen("?camera=yard&to=2025-11-21T13:02:00%2B01:00"), ElementsAre("yard1"));
  EXPECT_THAT(seen("?camera=yard&attribute=upper_colour:red"), ElementsAre("yard1"));
  EXPECT_THAT(seen("?camera=yard&min_score=0.75"), ElementsAre("yard3"));
  EXPECT_THAT(seen("?subject=77"), ElementsAre("yard1"));
  EXPECT_THAT(seen("?zone=till&camera=yard"), ElementsAre("yard2"));
  EXPECT_EQ(seen("?area=0,0.8;1,0.8;1,1;0,1").size(), 6u);
  EXPECT_TRUE(seen("?area=0,0;1,0;1,0.5;0,0.5").empty());
  EXPECT_TRUE(seen("?label=unicorn").empty());
  EXPECT_TRUE(seen("?stationary=true").empty());
  EXPECT_THAT(seen("?run=00000000000000d0").size(), 3u);
}

TEST_F(RecordsApi, ATrackIsShownWithBoxesAsPartsOfThePicture) {
  begin();
  auto one = call("GET", "/api/tracks/00000000000000f0-1");
  ASSERT_EQ(one.status, 200) << one.body;
  EXPECT_EQ(to_text(one.json()["best_box"]), "[0.1,0.1,0.2,0.5]");
  EXPECT_EQ(one.json()["first_seen"], "2025-11-21T12:01:00.000Z");
  EXPECT_EQ(to_text(one.json()["subject"]), R"({"id":"77","similarity":0.7})");
  EXPECT_EQ(one.json()["attributes"][0]["value"], "red");
  EXPECT_TRUE(one.json()["key_frame_id"].is_null());
  EXPECT_EQ(call("GET", "/api/tracks/none").status, 404);
}

TEST_F(RecordsApi, PagesFollowEachOtherAndTheirCursorsAreGoodForTheirConditionsOnly) {
  begin();
  std::vector<std::string> all;
  std::string cursor, more;
  for (int pages = 0; pages < 10; ++pages) {
    auto page = call("GET", "/api/tracks?label=person&limit=3" + more).json();
    for (const auto& track : page["tracks"]) all.push_back(track["id"]);
    if (page["next_cursor"].is_null()) break;
    cursor = page["next_cursor"];
    more = "&cursor=" + cursor;
  }
  EXPECT_EQ(all.size(), 4u);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 4u);
  ASSERT_FALSE(cursor.empty());
  EXPECT_EQ(call("GET", "/api/tracks?label=person&limit=2&cursor=" + cursor).status, 200);
  EXPECT_EQ(call("GET", "/api/tracks?label=car&cursor=" + cursor).code(), "cursor.invalid");
  EXPECT_EQ(call("GET", "/api/plates?cursor=" + cursor).code(), "cursor.invalid");
  EXPECT_EQ(call("GET", "/api/tracks?cursor=AAAA").code(), "cursor.invalid");
}

TEST_F(RecordsApi, WhatIsWrongWithAQueryIsNamed) {
  begin();
  EXPECT_EQ(fault("/api/tracks?from=yesterday"), "400 query:from");
  EXPECT_EQ(fault("/api/tracks?to=2025-02-30T00:00:00Z"), "400 query:to");
  EXPECT_EQ(fault("/api/tracks?from=2025-11-21T12:00:00Z&to=2025-11-21T11:00:00Z"), "400 query:to");
  for (const char* area : {"0,0;1,0;2,1", "0,0;1,0;x,1", "0,0;1,0;1,1,1", "0,0;1,0;nan,1", "0,0,0,0,0,0"}) {
    EXPECT_EQ(fault(std::string("/api/tracks?area=") + area), "400 query:area") << area;
  }
  EXPECT_EQ(fault("/api/tracks?area=0,0;1,0;;;;;"), "400 query:area");
  EXPECT_EQ(fault("/api/tracks?attribute=red"), "400 query:attribute");
  EXPECT_EQ(fault("/api/tracks?subject=0"), "400 query:subject");
  EXPECT_EQ(fault("/api/tracks?subject=99999999999999999999"), "400 query:subject");
  EXPECT_EQ(fault("/api/tracks?min_score=2"), "400 query:min_score");
  EXPECT_EQ(fault("/api/tracks?limit=0"), "400 query:limit");
  EXPECT_EQ(fault("/api/tracks?camera=a%2Fb"), "400 query:camera");
  EXPECT_EQ(fault("/api/plates?match=wild"), "400 query:match");
  EXPECT_EQ(fault("/api/scenes?from=x"), "400 query:from");
  EXPECT_EQ(fault("/api/runs?to=x"), "400 query:to");
  EXPECT_EQ(fault("/api/subjects?to=x"), "400 query:to");
  EXPECT_EQ(fault("/api/subjects/99999999999999999999"), "404 not_found");
  EXPECT_EQ(fault("/api/export/tracks"), "400 query:format");
  EXPECT_EQ(fault("/api/export/tracks?format=mot"), "400 query:run");
}

TEST_F(RecordsApi, TheBoxesOfATrackComeWithTheirTimes) {
  store::RecordBatch batch;
  std::vector<model::TimedBox> boxes;
  for (std::uint64_t i = 0; i < 10; ++i) {
    boxes.push_back({i, kNoon + std::chrono::seconds(60 + i), {10.0F * static_cast<float>(i), 20, 30, 40}, 0.5F});
  }
  model::BoxSegment segment;
  segment.track_id = track("yard", 1).id;
  segment.id = model::segment_key(segment.track_id, 0);
  segment.run_id = run_id("yard");
  segment.camera_id = "yard";
  segment.label = "person";
  segment.from = boxes.front().time;
  segment.to = boxes.back().time;
  segment.boxes = boxes.size();
  segment.coded = model::encode_boxes(boxes);
  batch.segments = {segment};
  write(batch);
  begin();
  const std::string target = "/api/tracks/" + segment.track_id + "/boxes";
  auto all = call("GET", target).json();
  EXPECT_EQ(all["boxes"].size(), 10u);
  EXPECT_EQ(all["width"], 640);
  EXPECT_EQ(to_text(all["boxes"][2]["box"]), "[20.0,20.0,30.0,40.0]");
  EXPECT_EQ(all["boxes"][2]["time"], to_unix_seconds(boxes[2].time));
  EXPECT_EQ(all["boxes"][2]["state"], "confirmed");
  auto some = call("GET", target + "?from=2025-11-21T12:01:03Z&to=2025-11-21T12:01:05Z").json();
  EXPECT_EQ(some["boxes"].size(), 2u);
  EXPECT_EQ(call("GET", "/api/tracks/none/boxes").status, 404);
  auto mot = HttpClient(server_->port());
  mot.send("GET /api/export/tracks?format=mot&run=" + run_id("yard") + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(mot.read_until("\r\n\r\n"), HasSubstr("filename=\"tracks.txt\""));
  EXPECT_THAT(mot.read_until("\n"), HasSubstr(",1,0"));
}

TEST_F(RecordsApi, SimilarTracksComeWithTheirSimilarityAndWithoutTheOneAskedFor) {
  store::RecordBatch batch;
  auto looks = [&](const std::string& camera, std::uint64_t number, std::vector<float> values) {
    auto seen = track(camera, number);
    batch.embeddings.push_back(
        {seen.id, seen.run_id, camera, seen.last_seen, seen.label, "osnet@1", std::move(values)});
  };
  looks("door", 1, {1, 0});
  looks("yard", 1, {0.8F, 0.6F});
  looks("yard", 2, {0, 1});
  write(batch);
  begin();
  const std::string target = "/api/tracks/" + track("door", 1).id + "/similar";
  auto found = call("GET", target).json()["tracks"];
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0]["similarity"], 0.8);
  EXPECT_EQ(found[0]["track"]["id"], track("yard", 1).id);
  EXPECT_EQ(call("GET", target + "?min_similarity=0").json()["tracks"].size(), 2u);
  EXPECT_EQ(call("GET", target + "?min_similarity=0&limit=1").json()["tracks"].size(), 1u);
  EXPECT_EQ(call("GET", target + "?camera=door").json()["tracks"].size(), 0u);
  EXPECT_EQ(call("GET", "/api/tracks/" + track("door", 2).id + "/similar").code(), "track.no_appearance");
  EXPECT_EQ(call("GET", "/api/tracks/none/similar").status, 404);
}

TEST_F(RecordsApi, SubjectsAreShownWithTheirTracksAndHowSureTheyAre) {
  begin();
  auto all = call("GET", "/api/subjects").json()["subjects"];
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0]["id"], "77");
  EXPECT_EQ(all[0]["similarity"], 0.7);
  auto one = call("GET", "/api/subjects/77").json();
  EXPECT_EQ(one["track_count"], 1);
  EXPECT_EQ(one["tracks"][0]["id"], track("yard", 1).id);
  EXPECT_EQ(one["tracks"][0]["subject"]["similarity"], 0.7);
  EXPECT_EQ(call("GET", "/api/subjects/78").status, 404);
  EXPECT_EQ(call("GET", "/api/subjects/mr-x").status, 404);
  EXPECT_EQ(call("GET", "/api/subjects?label=car").json()["subjects"].size(), 0u);
}

TEST_F(RecordsApi, PlatesScenesAndRunsAreListed) {
  store::RecordBatch batch;
  auto car = track("door", 3);
  batch.plates = {
      {car.id, car.run_id, "door", car.id, "", car.last_seen, "M-AB 123", "MAB123", "DE", 0.9F, car.best_box}};
  batch.scenes = {{"s1", car.run_id, "door", "", kNoon, "outdoor day", "A street with a van.", 0.8F, "rules"}};
  write(batch);
  begin();
  auto plates = [&](const std::string& query) { return call("GET", "/api/plates" + query).json()["plates"].size(); };
  EXPECT_EQ(call("GET", "/api/plates").json()["plates"][0]["text"], "M-AB 123");
  EXPECT_EQ(plates("?text=mab123"), 1u);
  EXPECT_EQ(plates("?text=mab12"), 0u);
  EXPECT_EQ(plates("?text=mab12&match=prefix"), 1u);
  EXPECT_EQ(plates("?text=mab128&match=fuzzy"), 1u);
  EXPECT_EQ(plates("?text=mab888&match=fuzzy"), 0u);
  EXPECT_EQ(plates("?text=mab188&match=fuzzy&max_edits=2"), 1u);
  EXPECT_EQ(plates("?camera=yard"), 0u);
  EXPECT_EQ(plates("?track=" + car.id), 1u);
  EXPECT_EQ(call("GET", "/api/scenes?type=outdoor%20day").json()["scenes"][0]["description"], "A street with a van.");
  EXPECT_EQ(call("GET", "/api/scenes?type=indoor").json()["scenes"].size(), 0u);
  EXPECT_EQ(call("GET", "/api/runs").json()["runs"].size(), 2u);
  auto run = call("GET", "/api/runs?camera=yard").json()["runs"][0];
  EXPECT_EQ(run["detections"]["person"], 90);
  EXPECT_TRUE(run["ended"].is_null());
  EXPECT_EQ(call("GET", "/api/runs?to=2025-11-21T11:00:00Z").json()["runs"].size(), 0u);
}

TEST_F(RecordsApi, KeptPicturesAreShownWholeSmallerOrCut) {
  auto seen = track("door", 1);
  seen.frames += 1;
  model::KeyFrame frame;
  frame.id = seen.key_frame_id = model::frame_key(seen.run_id, 5);
  frame.run_id = seen.run_id;
  frame.camera_id = "door";
  frame.sequence = 5;
  frame.time = kNoon;
  frame.width = 320;
  frame.height = 240;
  frame.path = records::picture_path("door", kNoon, frame.id);
  const auto jpeg = test_jpeg(320, 240);
  ASSERT_TRUE(records::write_picture(folder_, frame.path, jpeg).ok());
  store::RecordBatch batch;
  batch.key_frames = {frame};
  batch.tracks = {seen};
  write(batch);
  begin();
  auto size_of = [](const Reply& reply) {
    auto info = media::inspect_image({reinterpret_cast<const std::uint8_t*>(reply.body.data()), reply.body.size()});
    return info.ok() ? std::to_string(info->width) + "x" + std::to_string(info->height) : reply.body;
  };
  auto whole = call("GET", "/api/key-frames/" + frame.id + "/picture");
  EXPECT_EQ(whole.body, jpeg);
  EXPECT_EQ(whole.headers.get("Cache-Control"), "private, max-age=86400");
  EXPECT_EQ(whole.headers.get("X-Frame-Timestamp"), "1763726400.000000");
  const std::string target = "/api/tracks/" + seen.id + "/picture";
  EXPECT_EQ(call("GET", target).body, jpeg);
  EXPECT_EQ(size_of(call("GET", target + "?width=160")), "160x120");
  // The box is 64,48 128x240 of 640x480: half of it in the kept picture, and a quarter of the box on each side.
  auto cut = call("GET", target + "?crop=true");
  EXPECT_EQ(size_of(cut), "96x174");
  EXPECT_NE(cut.headers.get("ETag"), whole.headers.get("ETag"));
  auto same =
      call("GET", target + "?crop=true", {}, {}, "If-None-Match: " + std::string(cut.headers.get("ETag")) + "\r\n");
  EXPECT_EQ(same.status, 304);
  EXPECT_TRUE(same.body.empty());
  EXPECT_EQ(call("GET", "/api/tracks/" + track("door", 2).id + "/picture").code(), "picture.none");
  EXPECT_EQ(call("GET", "/api/key-frames/none/picture").code(), "picture.none");
  ASSERT_TRUE(records::remove_picture(folder_, frame.path).ok());
  EXPECT_EQ(call("GET", target).code(), "picture.none");
}

TEST_F(RecordsApi, TracksAreExportedWholeInEachFormat) {
  store::RecordBatch batch;
  for (std::uint64_t i = 10; i < 2100; ++i) batch.tracks.push_back(track("door", i));
  write(batch);
  begin();
  auto download = [&](const std::string& query) {
    HttpClient client(server_->port());
    client.send("GET /api/export/tracks?" + query + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("200 OK"));
    return client.read_until("no such text");
  };
  const auto csv = download("format=csv&camera=door");
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 3 + 2090);
  EXPECT_EQ(csv.find("best_score", csv.find('\n')), std::string::npos);  // one head line only
  const auto few = download("format=csv&camera=yard&label=car");
  EXPECT_EQ(std::count(few.begin(), few.end(), '\n'), 2);
  EXPECT_THAT(download("format=coco"), HasSubstr("\"annotations\""));
}

TEST_F(RecordsApi, MoreBoxesThanAMotFileIsMadeOfAreRefusedWithAWayOut) {
  store::RecordBatch batch;
  for (std::uint64_t i = 0; i < 10000; ++i) {
    model::BoxSegment segment;
    segment.track_id = track("door", 1).id;
    segment.id = model::segment_key(segment.track_id, i);
    segment.run_id = run_id("door");
    segment.camera_id = "door";
    segment.from = segment.to = kNoon;
    batch.segments.push_back(segment);
  }
  write(batch);
  begin();
  const auto refused = call("GET", "/api/export/tracks?format=mot&run=" + run_id("door"));
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("ask for a shorter time"));
}

TEST_F(RecordsApi, ACocoFileOfManyPagesIsOneDocument) {
  store::RecordBatch batch;
  for (std::uint64_t i = 0; i < 2100; ++i) {
    model::KeyFrame frame;
    frame.id = model::frame_key(run_id("door"), i);
    frame.run_id = run_id("door");
    frame.camera_id = "door";
    frame.sequence = i;
    frame.time = kNoon + std::chrono::seconds(i);
    batch.key_frames.push_back(frame);
    model::DetectedObject object;
    object.track_id = track("door", 1).id;
    object.id = model::object_key(object.track_id, i);
    object.key_frame_id = frame.id;
    object.run_id = run_id("door");
    object.camera_id = "door";
    object.time = frame.time;
    object.label = "person";
    batch.objects.push_back(object);
  }
  write(batch);
  begin();
  HttpClient client(server_->port());
  client.send("GET /api/export/tracks?format=coco&camera=door HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("200 OK"));
  const auto text = client.read_until("no such text");
  const auto json = parse_json(text);
  ASSERT_TRUE(json) << text.substr(0, 300);
  EXPECT_EQ((*json)["images"].size(), 2100u);
  EXPECT_EQ((*json)["annotations"].size(), 2100u);
}

}  // namespace
}  // namespace vigil::api
