#include "footage/findings.h"

#include <gtest/gtest.h>

#include "api/handlers/upload_server_fake.h"
#include "base/json.h"

namespace vigil::api {
namespace {

// Two persons and a car walk to the right, ten pictures a second.
model::Observation picture(int number) {
  model::Observation seen;
  seen.sequence = static_cast<std::uint64_t>(number + 1);
  seen.captured = WallTime(std::chrono::milliseconds(number * 100));
  seen.width = 640;
  seen.height = 320;
  seen.model = "fake@1";
  if (number == 30) seen.scene = model::Scene{"day", "Two persons and a car.", 0.5F, ""};
  for (std::uint64_t i = 1; i <= 3; ++i) {
    model::SeenObject object;
    object.track_id = i;
    object.state = model::TrackState::Confirmed;
    object.label = i == 3 ? "car" : "person";
    object.confidence = 0.75F;
    object.box = {static_cast<float>(number) + 100.0F * static_cast<float>(i), 80, 32, 64};
    object.detected = object.box;
    if (i == 3) object.attributes = {{"plate", "MK 724", 0.9F, "tesseract"}};
    seen.objects.push_back(object);
  }
  return seen;
}

class FindingsApi : public UploadApi {
 protected:
  // A job of that asset that is done, with what it found in so many pictures.
  std::string analyse(const std::string& asset, int pictures) {
    model::Job job;
    job.kind = "analyse";
    job.asset = asset;
    job.sole = true;
    auto& jobs = store_->jobs();
    const auto made = jobs.jobs().insert(job);
    EXPECT_TRUE(made.ok());
    const auto claimed = jobs.queue().claim({"w1", {"analyse"}, 0});
    EXPECT_TRUE(claimed.ok() && *claimed);
    footage::FindingsWriter writer(*blobs_, asset, asset + "/" + made->job.id + "/1");
    for (int i = 0; i < pictures; ++i) EXPECT_TRUE(writer.add(picture(i)).ok());
    const auto outputs = writer.finish();
    EXPECT_TRUE(outputs.ok());
    model::JobOutcome outcome;
    outcome.kind = model::JobOutcome::Kind::Done;
    model::FoundPlate plate;
    plate.at = std::chrono::milliseconds(100 * pictures);
    plate.track = 3;
    plate.text = "MK 724";
    plate.plain = "MK724";
    plate.confidence = 0.9F;
    outcome.plates = {plate};
    outcome.result = R"({"video":{},"settings":{},"model":"fake@1","device":"cpu","width":640,"height":320,
      "frames":50,"analysed":50,"detected":50,"interval_ms":100,"tracks":3,"labels":{"car":1,"person":2},"plates":1,
      "scenes":1,"annotated":false,"problems":[]})";
    EXPECT_TRUE(jobs.queue().finish({made->job.id, (*claimed)->lease_token}, outcome, *outputs).ok());
    return made->job.id;
  }
  std::string hand_in(unsigned seed) {
    const auto bytes = video(2000, seed);
    const auto path = create(bytes.size());
    return std::string(finish(path, bytes).headers.get("X-Asset-Id"));
  }
  std::string hand_in_as(const std::string& sign_in, unsigned seed) {
    const auto bytes = video(2000, seed);
    const auto reply =
        call("POST", "/api/uploads", bytes, kChunk,
             lines({{"Upload-Length", std::to_string(bytes.size())}}) + "Authorization: Bearer " + sign_in + "\r\n");
    EXPECT_EQ(reply.status, 201) << reply.body;
    return std::string(reply.headers.get("X-Asset-Id"));
  }
  Json get(const std::string& path, int status = 200) {
    const auto reply = call("GET", path);
    EXPECT_EQ(reply.status, status) << path << ": " << reply.body;
    return parse_json(reply.body).value();
  }
};

TEST_F(FindingsApi, WhatWasFoundIsGivenInPages) {
  begin();
  const auto path = "/api/assets/" + hand_in(1);
  EXPECT_EQ(get(path + "/analysis", 404)["code"], "analysis.none");
  EXPECT_EQ(get(path + "/boxes", 404)["code"], "analysis.none");
  const auto job = analyse(path.substr(12), 50);
  auto page = get(path + "/tracks?limit=2");
  EXPECT_EQ(page["job_id"], job);
  ASSERT_EQ(page["tracks"].size(), 2u);
  EXPECT_EQ(page["next"], 2);
  const auto& first = page["tracks"][0];
  EXPECT_EQ(first["label"], "person");
  EXPECT_EQ(first["first_ms"], 0);
  EXPECT_EQ(first["last_ms"], 4900);
  EXPECT_EQ(first["best_box"][2], 0.05);
  EXPECT_FALSE(first.contains("camera_id") || first.contains("run_id"));
  page = get(path + "/tracks?limit=2&skip=2");
  ASSERT_EQ(page["tracks"].size(), 1u);
  EXPECT_TRUE(page["next"].is_null());
  EXPECT_EQ(page["tracks"][0]["plate"]["text"], "MK 724");
  EXPECT_EQ(get(path + "/tracks?label=car&label=dog")["tracks"].size(), 1u);
  EXPECT_EQ(get(path + "/plates")["plates"][0]["track"], 3);
  EXPECT_EQ(get(path + "/scenes")["scenes"][0]["time_ms"], 3000);
}

TEST_F(FindingsApi, BoxesAreGivenForAnyTime) {
  begin();
  const auto asset = hand_in(2);
  analyse(asset, 50);
  const auto path = "/api/assets/" + asset + "/boxes";
  const auto part = get(path + "?from_ms=1000&to_ms=1200");
  ASSERT_EQ(part["frames"].size(), 2u);
  EXPECT_EQ(part["frames"][0]["time_ms"], 1000);
  EXPECT_EQ(part["frames"][0]["sequence"], 11);
  EXPECT_EQ(part["frames"][0]["objects"][1], Json({{"track", 2},
                                                   {"label", "person"},
                                                   {"confidence", 0.749},
                                                   {"state", "confirmed"},
                                                   {"box", {210, 80, 32, 64}}}));
  EXPECT_TRUE(part["next_ms"].is_null());
  EXPECT_EQ(get(path)["frames"].size(), 50u);
  EXPECT_EQ(get(path + "?from_ms=-1", 400)["code"], get("/api/jobs?limit=0", 400)["code"]);
}

TEST_F(FindingsApi, AnotherAssetsAnalysisIsNotShown) {
  begin();
  const auto mine = hand_in(3), other = hand_in(4);
  const auto old = analyse(mine, 5), job = analyse(mine, 10);
  EXPECT_NE(old, job);
  EXPECT_EQ(get("/api/assets/" + mine + "/analysis?job=" + job)["job_id"], job);
  EXPECT_EQ(get("/api/assets/" + mine + "/analysis")["job_id"], job);
  for (const char* what : {"analysis", "tracks", "plates", "scenes", "boxes"}) {
    EXPECT_EQ(get("/api/assets/" + other + "/" + what + "?job=" + job, 404)["code"], "analysis.none");
  }
}

TEST_F(FindingsApi, ALaterAnalysisReplacesTheOneBeforeIt) {
  begin();
  const auto asset = hand_in(6);
  const auto old = analyse(asset, 5);
  EXPECT_TRUE(get("/api/jobs/" + old)["replaced_by"].is_null());
  const auto job = analyse(asset, 10);
  EXPECT_EQ(get("/api/jobs/" + old)["replaced_by"], job);
  for (const char* what : {"analysis", "tracks", "plates", "scenes", "boxes"}) {
    const auto path = "/api/assets/" + asset + "/" + what;
    EXPECT_EQ(get(path)["job_id"], job);
    EXPECT_EQ(get(path + "?job=" + old, 404)["code"], "analysis.replaced");
  }
}

TEST_F(FindingsApi, PlatesAreFoundInAllOfOnesOwnFiles) {
  begin(false);
  const auto victor = token("victor"), anna = token("anna");
  const auto mine = hand_in_as(victor, 7), others = hand_in_as(anna, 8);
  analyse(mine, 5);
  const auto job = analyse(others, 10);
  const auto search = [&](const std::string& who, const std::string& query) {
    const auto reply = as(who, "GET", "/api/assets/plates" + query);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return parse_json(reply.body).value()["plates"];
  };
  const auto hits = search(victor, "?text=mk724");
  ASSERT_EQ(hits.size(), 1u) << "other people's do not exist";
  EXPECT_EQ(hits[0]["asset_id"], mine);
  EXPECT_EQ(hits[0]["time_ms"], 500);
  EXPECT_EQ(hits[0]["track"], 3);
  EXPECT_TRUE(hits[0]["listed"].is_null());
  EXPECT_EQ(search(anna, "").size(), 2u) << "an administrator's look";
  EXPECT_EQ(search(anna, "?asset=" + others)[0]["job_id"], job);
  EXPECT_EQ(search(victor, "?asset=" + others).size(), 0u);
  EXPECT_EQ(search(victor, "?text=MK72&match=fuzzy").size(), 1u);
  EXPECT_EQ(search(victor, "?text=MK72").size(), 0u);
  EXPECT_EQ(as(victor, "GET", "/api/assets/plates?limit=0").status, 400);
}

TEST_F(FindingsApi, WhatIsOrderedIsLookedAtBefore) {
  begin();
  const auto path = "/api/assets/" + hand_in(5) + "/jobs";
  const auto order = [&](const char* what) {
    return call("POST", path, std::string(R"({"kind":"analyse","analyse":)") + what + "}", "application/json");
  };
  auto reply = order(R"({"fps":2,"every":3})");
  EXPECT_EQ(reply.status, 422);
  EXPECT_NE(reply.body.find("/analyse/fps"), std::string::npos) << reply.body;
  EXPECT_EQ(order(R"({"colour":"red"})").status, 422);
  reply = order(R"({"classes":["person"],"every":2,"annotate":true})");
  ASSERT_EQ(reply.status, 201) << reply.body;
  const auto id = parse_json(reply.body).value()["id"].get<std::string>();
  const auto job = store_->jobs().jobs().get(id);
  EXPECT_EQ(job->limits.start_to_close, std::chrono::hours(24));
  EXPECT_TRUE(job->sole);
  EXPECT_EQ(order(R"({"classes":["person"],"every":2,"annotate":true})").status, 200) << "it is at work already";
}

}  // namespace
}  // namespace vigil::api
