#include "footage/probe_handler.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "blob/memory.h"
#include "footage/footage_fake.h"
#include "media/image.h"
#include "model/job_rules.h"
#include "store/temp_dir_fake.h"

namespace vigil::footage {
namespace {

class ProbeHandlerTest : public testing::Test {
 protected:
  ProbeHandlerTest() {
    assets_.asset.id = "a1";
    assets_.asset.key = "originals/a1";
    config_.program = {"/proc/self/exe", {"footage_test", "extract"}};
    put(video(dir_.path() + "/film.mp4", 100));
  }
  void put(const std::string& bytes) { ASSERT_TRUE(blobs_->put(*blob::Key::parse("originals/a1"), bytes).ok()); }
  Result<jobs::Finished> run(model::Job job = {}) {
    job.id = "j1";
    job.asset = "a1";
    FakeRun attempt(job);
    ProbeHandler handler(config_, assets_, *blobs_, fetching_opener(*blobs_, dir_.path() + "/scratch"), system_clock());
    return handler.run(attempt);
  }
  Result<blob::Piece> poster() { return blobs_->read(*blob::Key::parse("thumbnails/a1/poster.jpg"), 0, 1u << 20); }

  store::TempDir dir_;
  std::unique_ptr<blob::Store> blobs_ = blob::make_memory_store();
  FakeAssets assets_;
  ProbeConfig config_;
};

TEST_F(ProbeHandlerTest, WhatAVideoIsStandsWithItsAssetAndAPicture) {
  const auto done = run();
  ASSERT_TRUE(done.ok()) << done.error().message;
  const auto& look = assets_.asset.look;
  const auto video = parse_json(look.video);
  ASSERT_TRUE(video.ok());
  EXPECT_EQ((*video)["codec"], "h264");
  EXPECT_EQ((*video)["duration_ms"], 10000);
  EXPECT_EQ((*video)["width"], 64);
  EXPECT_EQ(look.fault, "");
  EXPECT_EQ(look.thumbnail, "thumbnails/a1/poster.jpg");
  const auto jpeg = poster();
  ASSERT_TRUE(jpeg.ok());
  const auto info =
      media::inspect_image({reinterpret_cast<const std::uint8_t*>(jpeg->bytes.data()), jpeg->bytes.size()});
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->width, 64);
}

TEST_F(ProbeHandlerTest, AFileThatIsNoVideoHasItWrittenDown) {
  put("#EXTM3U\n/etc/passwd\n");
  const auto done = run();
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(model::fault_of(done.error()), model::JobFault::Permanent);
  EXPECT_EQ(assets_.asset.look.fault_code, "media.format");
  EXPECT_EQ(assets_.asset.look.fault, done.error().message);
  EXPECT_EQ(assets_.asset.look.video, "");
  EXPECT_FALSE(poster().ok());
}

TEST_F(ProbeHandlerTest, AVideoThatIsTooLongSaysSoAndWhatItIs) {
  config_.max_duration = std::chrono::seconds(5);
  const auto done = run();
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(assets_.asset.look.fault_code, "media.too_long");
  EXPECT_EQ(assets_.asset.look.fault, "The video takes 0:00:10, and 0:00:05 is the most that is taken.");
  EXPECT_EQ((*parse_json(assets_.asset.look.video))["duration_ms"], 10000);
  // The limit was raised, and it is looked at again.
  config_.max_duration = std::chrono::minutes(5);
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(assets_.asset.look.fault_code, "");
}

TEST_F(ProbeHandlerTest, AVideoThatTheDecoderDiesOfIsFaultyOnlyTheSecondTime) {
  config_.program = {"/proc/self/exe", {"footage_test", "crash"}};
  EXPECT_EQ(run().error().code, "extract.crashed");
  EXPECT_EQ(assets_.asset.look.fault, "");
  model::Job again;
  again.errors.push_back({.code = "extract.crashed"});
  EXPECT_EQ(run(again).error().kind, ErrorKind::DataLoss);
  EXPECT_EQ(assets_.asset.look.fault_code, "extract.crashed");
}

TEST_F(ProbeHandlerTest, OfAnAssetThatWasDeletedMeanwhileNothingIsLeft) {
  assets_.deleted = true;
  EXPECT_EQ(run().error().kind, ErrorKind::NotFound);
  EXPECT_FALSE(poster().ok());
}

}  // namespace
}  // namespace vigil::footage
