#include <gtest/gtest.h>

#include "api/handlers/upload_server_fake.h"

namespace vigil::api {
namespace {

class AssetContent : public UploadApi {
 protected:
  // An asset of those bytes, of the user whose token it is.
  std::string hand_in(std::string_view bytes, const std::string& sign_in = {}) {
    const auto more = sign_in.empty() ? "" : "Authorization: Bearer " + sign_in + "\r\n";
    auto reply =
        call("POST", "/api/uploads", bytes, kChunk, lines({{"Upload-Length", std::to_string(bytes.size())}}) + more);
    EXPECT_EQ(reply.status, 201) << reply.body;
    return std::string(reply.headers.get("X-Asset-Id"));
  }
  Reply get(const std::string& target, const std::string& extra = "") { return call("GET", target, {}, "", extra); }
};

// 95
TEST_F(AssetContent, ComesWholeAndInParts) {
  begin();
  const auto bytes = video(3'000'000);
  const auto path = "/api/assets/" + hand_in(bytes) + "/content";
  const auto whole = get(path);
  EXPECT_EQ(whole.status, 200);
  EXPECT_TRUE(whole.body == bytes);
  EXPECT_EQ(whole.headers.get("Content-Length"), "3000000");
  EXPECT_EQ(whole.headers.get("Accept-Ranges"), "bytes");
  const std::string tag(whole.headers.get("ETag"));
  for (const auto& [range, from, size] : std::vector<std::tuple<std::string, std::size_t, std::size_t>>{
           {"0-0", 0, 1}, {"-1", 2'999'999, 1}, {"5-", 5, 2'999'995}, {"1000000-2999999", 1'000'000, 2'000'000}}) {
    const auto part = get(path, "Range: bytes=" + range + "\r\n");
    EXPECT_EQ(part.status, 206) << range;
    EXPECT_TRUE(part.body == bytes.substr(from, size)) << range;
    EXPECT_EQ(part.headers.get("Content-Range"),
              "bytes " + std::to_string(from) + "-" + std::to_string(from + size - 1) + "/3000000");
  }
  EXPECT_EQ(get(path, "Range: bytes=0-,0-\r\n").status, 200);
  EXPECT_EQ(get(path, "Range: bytes=0-0\r\nIf-Range: \"old\"\r\n").status, 200);
  EXPECT_EQ(get(path, "Range: bytes=0-0\r\nIf-Range: " + tag + "\r\n").status, 206);
  EXPECT_EQ(get(path, "If-None-Match: " + tag + "\r\n").status, 304);
  const auto behind = get(path, "Range: bytes=3000000-\r\n");
  EXPECT_EQ(behind.status, 416);
  EXPECT_EQ(behind.headers.get("Content-Range"), "bytes */3000000");
  const auto head = call("HEAD", path, {}, "", "Range: bytes=0-0\r\n");
  EXPECT_EQ(head.status, 206);
  EXPECT_EQ(get("/api/assets/none/content").status, 404);
}

TEST_F(AssetContent, WhatAJobMadeIsReadByItsName) {
  begin();
  auto& work = store_->jobs();
  model::Job job;
  job.kind = "test";
  job.owner = "local";
  const auto id = work.jobs().insert(job)->job.id;
  const auto mine = **work.queue().claim({"worker", {"test"}, 0});
  std::vector<model::JobOutput> outputs;
  for (int i = 0; i < 120; ++i) {
    const auto name = "f.jpg" + std::string(i < 100 ? 0 : 1, '0') + (i == 0 ? "" : std::to_string(i));
    const auto key = blob::Key::make(blob::Prefix::Frames, {"a", "1", "f" + std::to_string(i)});
    ASSERT_TRUE(blobs_->put(*key, "picture " + std::to_string(i)));
    outputs.push_back({name, key->text(), 8 + std::to_string(i).size(), i == 5 ? "text/html" : "image/jpeg", "{}"});
  }
  ASSERT_TRUE(work.queue().finish({id, mine.lease_token}, {model::JobOutcome::Kind::Done, "{}"}, outputs));
  const auto path = "/api/jobs/" + id + "/outputs/";
  for (const int i : {0, 1, 7, 99, 119}) {
    const auto got = get(path + outputs[static_cast<std::size_t>(i)].name);
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.body, "picture " + std::to_string(i));
    EXPECT_EQ(got.headers.get("Content-Type"), "image/jpeg");
  }
  // A browser must not take it for a page.
  EXPECT_EQ(get(path + "f.jpg5").headers.get("Content-Type"), "application/octet-stream");
  EXPECT_EQ(get(path + "f.jpg0", "Range: bytes=0-6\r\n").status, 404);
  EXPECT_EQ(get(path + "f.jpg", "Range: bytes=0-6\r\n").body, "picture");
  EXPECT_EQ(get(path + "f.jpe").status, 404);
  EXPECT_EQ(get(path + "g").status, 404);
  EXPECT_EQ(get("/api/jobs/none/outputs/f.jpg").status, 404);
}

// 3: a link opens one asset for a while, and nothing else.
TEST_F(AssetContent, ALinkOpensItForWhoHasIt) {
  begin(false);
  const auto victor = token("victor");
  const auto bytes = video(5000), others = video(6000, 2);
  const auto id = hand_in(bytes, victor), other = hand_in(others, victor);
  EXPECT_EQ(get("/api/assets/" + id + "/content").status, 401);
  const auto made = as(victor, "POST", "/api/assets/" + id + "/links", R"({"seconds":60})");
  ASSERT_EQ(made.status, 201) << made.body;
  const auto url = made.json()["url"].get<std::string>();
  const auto opened = get(url);
  EXPECT_EQ(opened.status, 200);
  EXPECT_TRUE(opened.body == bytes);
  EXPECT_EQ(get("/api/assets/" + other + "/shared" + url.substr(url.find('?'))).status, 403);
  EXPECT_EQ(get(url + "0").status, 403);
  clock_.advance(std::chrono::seconds(61));
  EXPECT_EQ(get(url).status, 403);
}

TEST_F(AssetContent, ALinkOpensAnOutputForWhoHasIt) {
  begin(false);
  const auto victor = token("victor"), anna = token("anna");
  const auto asset = hand_in(video(5000), victor);
  auto& work = store_->jobs();
  model::Job job;
  job.kind = "odd";
  job.asset = asset;
  job.owner = store_->uploads().assets().get(asset)->owner;
  const auto id = work.jobs().insert(job)->job.id;
  const auto mine = **work.queue().claim({"w", {"odd"}, 0});
  std::vector<model::JobOutput> outputs;
  for (const std::string name : {"a.mp4", "b.mp4"}) {
    const auto key = blob::Key::make(blob::Prefix::Thumbnails, {"a", "1", name});
    ASSERT_TRUE(blobs_->put(*key, "video " + name));
    outputs.push_back({name, key->text(), 11, "video/mp4", "{}"});
  }
  ASSERT_TRUE(work.queue().finish({id, mine.lease_token}, {model::JobOutcome::Kind::Done, "{}"}, outputs));
  const auto path = "/api/jobs/" + id + "/outputs/";
  const auto made = as(victor, "POST", path + "a.mp4/links", R"({"seconds":60})");
  ASSERT_EQ(made.status, 201) << made.body;
  const auto url = made.json()["url"].get<std::string>();
  EXPECT_EQ(get(url).body, "video a.mp4");
  EXPECT_EQ(get(url).headers.get("Content-Type"), "video/mp4");
  EXPECT_EQ(get(path + "a.mp4").status, 401);
  const auto link = url.substr(url.find('?'));
  EXPECT_EQ(get(path + "b.mp4/shared" + link).status, 403);
  EXPECT_EQ(get("/api/assets/" + asset + "/shared" + link).status, 403);
  EXPECT_EQ(get(url + "0").status, 403);
  EXPECT_EQ(as(victor, "POST", path + "c.mp4/links", R"({"seconds":60})").status, 404);
  ASSERT_EQ(as(victor, "DELETE", "/api/assets/" + asset).status, 204);
  EXPECT_EQ(get(url).status, 404) << "it goes with its file";
  clock_.advance(std::chrono::seconds(61));
  EXPECT_EQ(get(url).status, 403);
}

TEST_F(AssetContent, AHeldAssetIsKept) {
  begin(false);
  const auto victor = token("victor"), anna = token("anna");
  const auto path = "/api/assets/" + hand_in(video(5000), victor);
  EXPECT_EQ(as(victor, "PUT", path + "/hold", R"({"held":true})").status, 403);
  EXPECT_EQ(as(anna, "PUT", path + "/hold", R"({"held":true})").json()["held"], true);
  const auto refused = as(victor, "DELETE", path);
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.json()["code"], "asset.held");
  EXPECT_EQ(as(anna, "PUT", path + "/hold", R"({"held":false})").json()["held"], false);
  EXPECT_EQ(as(victor, "DELETE", path).status, 204);
  EXPECT_EQ(as(victor, "GET", path + "/content").status, 404);
}

}  // namespace
}  // namespace vigil::api
