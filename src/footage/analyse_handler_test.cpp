#include "footage/analyse_handler.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/json.h"
#include "blob/memory.h"
#include "footage/findings.h"
#include "footage/footage_fake.h"
#include "screening/bar_video_fake.h"
#include "store/temp_dir_fake.h"

namespace vigil::footage {
namespace {

class AnalyseHandlerTest : public testing::Test {
 protected:
  AnalyseHandlerTest() {
    assets_.asset.id = "a1";
    assets_.asset.key = "originals/a1/file";
    config_.program = {"/proc/self/exe", {"footage_test", "screen"}};
    config_.scratch = dir_.path() + "/scratch";
    config_.find_model = [](const std::string& name) -> Result<std::string> {
      if (name == "nobody") return make_error(ErrorKind::NotFound, "there is no model nobody", "model.not_found");
      return std::string("fake");
    };
    put(60);
  }
  void put(int pictures) {
    const auto path = screening::write_bar_video(dir_.path() + "/film.mp4", pictures);
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    ASSERT_TRUE(blobs_->put(*blob::Key::parse("originals/a1/file"), bytes).ok());
  }
  Result<jobs::Finished> run(FakeRun& run) {
    AnalyseHandler handler(config_, assets_, *blobs_, fetching_opener(*blobs_, config_.scratch), system_clock());
    return handler.run(run);
  }
  static model::Job job(const std::string& payload) {
    model::Job out;
    out.id = "j1";
    out.kind = "analyse";
    out.asset = "a1";
    out.payload = payload;
    return out;
  }
  std::vector<std::string> stored() {
    std::vector<std::string> out;
    for (const char* folder : {"thumbnails/", "metadata/"}) {
      const auto listed = blobs_->list(folder, "", blob::kMaxListed);
      if (!listed) continue;
      for (const auto& one : *listed) out.push_back(one.key);
    }
    return out;
  }

  store::TempDir dir_;
  std::unique_ptr<blob::Store> blobs_ = blob::make_memory_store();
  FakeAssets assets_;
  AnalyseConfig config_;
};

TEST_F(AnalyseHandlerTest, WhatIsFoundBecomesOutputsAndNumbers) {
  FakeRun attempt(job(R"({"annotate":true})"));
  const auto done = run(attempt);
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(attempt.checkpoints, 0) << "all of it appears at once";
  ASSERT_EQ(done->outputs.size(), 3u);
  const auto result = parse_json(done->result);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ((*result)["frames"], 60);
  EXPECT_EQ((*result)["analysed"], 60);
  EXPECT_EQ((*result)["tracks"], 1);
  EXPECT_EQ((*result)["labels"], Json({{"person", 1}}));
  EXPECT_EQ((*result)["interval_ms"], 100);
  EXPECT_EQ((*result)["width"], 160);
  EXPECT_EQ((*result)["annotated"], true);
  EXPECT_EQ((*result)["problems"], Json::array());
  EXPECT_EQ((*result)["video"]["duration_ms"], 6000);
  const auto found = read_findings(*blobs_, done->outputs);
  ASSERT_TRUE(found.ok()) << found.error().message;
  ASSERT_EQ(found->tracks.size(), 1u);
  EXPECT_EQ(found->tracks[0].label, "person");
  EXPECT_EQ(found->tracks[0].camera_id, "a1");
  EXPECT_EQ(stored(), (std::vector<std::string>{"thumbnails/a1/1/1/annotated.mp4", "metadata/a1/1/1/boxes_000000.bin",
                                                "metadata/a1/1/1/records.bin"}));
  EXPECT_TRUE(std::filesystem::is_empty(config_.scratch));
  EXPECT_EQ(attempt.done, 1);
}

TEST_F(AnalyseHandlerTest, WhoIsStoppedLeavesNothingBehind) {
  put(600);
  FakeRun attempt(job(R"({"annotate":true})"));
  attempt.stop_at = 0.5;
  const auto done = run(attempt);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().kind, ErrorKind::Cancelled);
  EXPECT_TRUE(stored().empty());
  EXPECT_TRUE(std::filesystem::is_empty(config_.scratch));
}

TEST_F(AnalyseHandlerTest, WhatCannotBeDoneIsPermanentlySo) {
  for (const auto& [payload, code] : std::vector<std::pair<const char*, const char*>>{
           {R"({"model":"nobody"})", "model.not_found"}, {R"({"fps":-1})", "analyse.request"}}) {
    FakeRun attempt(job(payload));
    const auto done = run(attempt);
    ASSERT_FALSE(done.ok()) << payload;
    EXPECT_EQ(done.error().code, code);
    EXPECT_EQ(model::fault_of(done.error()), model::JobFault::Permanent);
  }
  ASSERT_TRUE(blobs_->put(*blob::Key::parse("originals/a1/file"), "#EXTM3U\n/etc/passwd\n").ok());
  FakeRun attempt(job("{}"));
  EXPECT_EQ(run(attempt).error().code, "media.format");
  EXPECT_TRUE(stored().empty());
}

TEST_F(AnalyseHandlerTest, AVideoThatTheDecoderDiesOfTwiceIsToBlame) {
  config_.program = {"/proc/self/exe", {"footage_test", "crash"}};
  FakeRun first(job("{}"));
  auto done = run(first);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, "extract.crashed");
  EXPECT_EQ(model::fault_of(done.error()), model::JobFault::Transient);
  auto again = job("{}");
  again.errors.push_back({.code = "extract.crashed"});
  FakeRun second(again);
  EXPECT_EQ(model::fault_of(run(second).error()), model::JobFault::Permanent);
}

TEST_F(AnalyseHandlerTest, AClassThatNobodyKnowsIsAProblemAndNoFailure) {
  FakeRun attempt(job(R"({"classes":["unicorn"]})"));
  const auto done = run(attempt);
  ASSERT_TRUE(done.ok()) << done.error().message;
  const auto result = *parse_json(done->result);
  EXPECT_EQ(result["tracks"], 0);
  ASSERT_EQ(result["problems"].size(), 1u);
  EXPECT_NE(result["problems"][0].get<std::string>().find("unicorn"), std::string::npos);
}

}  // namespace
}  // namespace vigil::footage
