// What is known of an asset, and pictures of it.

#include <gtest/gtest.h>

#include "api/handlers/upload_server_fake.h"
#include "jobs/asset_pictures.h"

namespace vigil::api {
namespace {

using namespace std::chrono_literals;

class FakePictures final : public jobs::AssetPictures {
 public:
  Result<jobs::AssetPicture> at(const model::Asset&, std::chrono::milliseconds time, int width,
                                std::stop_token) override {
    ++asked;
    last_width = width;
    if (!error.message.empty()) return error;
    if (time >= 10s) return make_error(ErrorKind::NotFound, "the video ends at 10.000 s", "frame.beyond_end");
    return jobs::AssetPicture{test_jpeg(), 64, 48, time / 100 * 100};
  }
  int asked = 0, last_width = -1;
  Error error;
};

class AssetLook : public UploadApi {
 protected:
  std::string hand_in(const std::string& sign_in = {}) {
    const auto bytes = video(2000);
    const auto more = sign_in.empty() ? "" : "Authorization: Bearer " + sign_in + "\r\n";
    auto reply =
        call("POST", "/api/uploads", bytes, kChunk, lines({{"Upload-Length", std::to_string(bytes.size())}}) + more);
    EXPECT_EQ(reply.status, 201) << reply.body;
    return std::string(reply.headers.get("X-Asset-Id"));
  }
  Reply get(const std::string& target, const std::string& extra = "") { return call("GET", target, {}, "", extra); }
  void begin_with_pictures(bool open = true) {
    pictures_ = &fake_;
    begin(open);
  }
  FakePictures fake_;
};

TEST_F(AssetLook, WhatAVideoIsAndItsThumbnailAreShown) {
  begin();
  const auto id = hand_in(), path = "/api/assets/" + id;
  auto asset = get(path).json();
  EXPECT_TRUE(asset["video"].is_null());
  EXPECT_TRUE(asset["thumbnail"].is_null());
  EXPECT_TRUE(asset["fault"].is_null());
  EXPECT_EQ(get(path + "/thumbnail").json()["code"], "thumbnail.none");
  const auto jpeg = test_jpeg();
  ASSERT_TRUE(blobs_->put(*blob::Key::parse("thumbnails/" + id + "/poster.jpg"), jpeg));
  model::AssetLook look;
  look.video = R"({"format":"mov","codec":"h264","width":64,"height":48,"rotation":90,"bits":8,"interlaced":false,)"
               R"("fps":29.97,"duration_ms":10000,"audio":{"codec":"aac","sample_rate":48000,"channels":2},)"
               R"("tags":{"title":"<b>walk</b>"}})";
  look.thumbnail = "thumbnails/" + id + "/poster.jpg";
  ASSERT_TRUE(store_->uploads().assets().describe(id, look));
  asset = get(path).json();
  EXPECT_EQ(asset["video"]["codec"], "h264");
  EXPECT_EQ(asset["video"]["tags"]["title"], "<b>walk</b>");
  const auto picture = get(asset["thumbnail"].get<std::string>());
  EXPECT_EQ(picture.status, 200);
  EXPECT_EQ(picture.body, jpeg);
  EXPECT_EQ(picture.headers.get("Content-Type"), "image/jpeg");
  const std::string tag(picture.headers.get("ETag"));
  EXPECT_EQ(get(path + "/thumbnail", "If-None-Match: " + tag + "\r\n").status, 304);
  EXPECT_EQ(get("/api/assets").json()["assets"][0]["video"]["duration_ms"], 10000);
}

TEST_F(AssetLook, WhatCannotBeUsedSaysWhyAndIsOnlyLookedAtAgain) {
  begin_with_pictures();
  const auto id = hand_in(), path = "/api/assets/" + id;
  model::AssetLook look;
  look.fault_code = "media.no_video";
  look.fault = "There is sound in the file, but no video.";
  ASSERT_TRUE(store_->uploads().assets().describe(id, look));
  EXPECT_EQ(get(path).json()["fault"]["detail"], look.fault);
  const auto refused = call("POST", path + "/jobs", R"({"kind":"extract"})");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.json()["code"], "media.no_video");
  EXPECT_EQ(refused.json()["detail"], look.fault);
  EXPECT_EQ(get(path + "/frame?t=1").json()["code"], "media.no_video");
  EXPECT_EQ(fake_.asked, 0);
  const auto again = call("POST", path + "/jobs", R"({"kind":"probe"})");
  EXPECT_EQ(again.status, 201) << again.body;
  EXPECT_EQ(call("POST", path + "/jobs", R"({"kind":"probe"})").status, 200);
}

TEST_F(AssetLook, OnePictureAtATimeIsKeptForever) {
  begin_with_pictures(false);
  const auto victor = token("victor"), id = hand_in(victor);
  const auto path = "/api/assets/" + id + "/frame?t=2.55&width=320";
  EXPECT_EQ(get(path).status, 401);
  add("wendy", store::UserRole::Viewer);
  EXPECT_EQ(as(token("wendy"), "GET", path).status, 404);
  const auto picture = as(victor, "GET", path);
  ASSERT_EQ(picture.status, 200) << picture.body;
  EXPECT_EQ(picture.body, test_jpeg());
  EXPECT_EQ(picture.headers.get("X-Frame-Time"), "2.500");
  EXPECT_EQ(fake_.last_width, 320);
  EXPECT_NE(picture.headers.get("Cache-Control").find("private"), std::string::npos);
  EXPECT_NE(picture.headers.get("Cache-Control").find("immutable"), std::string::npos);
  const auto signed_in = "Authorization: Bearer " + victor + "\r\n";
  const auto kept = "If-None-Match: " + std::string(picture.headers.get("ETag")) + "\r\n";
  EXPECT_EQ(get(path, signed_in + kept).status, 304);
  EXPECT_EQ(fake_.asked, 1);
  EXPECT_EQ(get("/api/assets/" + id + "/frame?t=2.56&width=320", signed_in + kept).status, 200);
}

TEST_F(AssetLook, APictureThatThereIsNotSaysWhy) {
  begin_with_pictures();
  const auto path = "/api/assets/" + hand_in() + "/frame";
  EXPECT_EQ(get(path + "?t=10").status, 404);
  EXPECT_EQ(get(path + "?t=10").json()["code"], "frame.beyond_end");
  EXPECT_EQ(get(path).status, 400);
  EXPECT_EQ(get(path + "?t=-1").status, 400);
  EXPECT_EQ(get(path + "?t=nan").status, 400);
  EXPECT_EQ(get(path + "?t=1&width=1").status, 400);
  fake_.error =
      make_error(ErrorKind::UnsupportedMedia, "The video is coded as ansi, which is not taken.", "media.codec");
  auto refused = get(path + "?t=1");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.json()["detail"], fake_.error.message);
  fake_.error = make_error(ErrorKind::Internal, "The decoder crashed on this video.", "extract.crashed");
  EXPECT_EQ(get(path + "?t=1").status, 422);
  fake_.error = make_error(ErrorKind::Unavailable, "others wait", "frame.busy");
  refused = get(path + "?t=1");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.get("Retry-After"), "2");
  EXPECT_EQ(refused.headers.get("ETag"), "");
}

}  // namespace
}  // namespace vigil::api
