#include "footage/extract_handler.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "base/json.h"
#include "blob/memory.h"
#include "footage/footage_fake.h"
#include "footage/payload.h"
#include "store/temp_dir_fake.h"

namespace vigil::footage {
namespace {

class ExtractHandlerTest : public testing::Test {
 protected:
  ExtractHandlerTest() {
    assets_.asset.id = "a1";
    assets_.asset.key = "originals/a1/file";
    put(video(dir_.path() + "/film.mp4", 100));
    config_.program = {"/proc/self/exe", {"footage_test", "extract"}};
    config_.checkpoint_pictures = 5;
  }
  void put(const std::string& bytes) { ASSERT_TRUE(blobs_->put(*blob::Key::parse("originals/a1/file"), bytes).ok()); }
  Result<jobs::Finished> run(FakeRun& run) {
    ExtractHandler handler(config_, assets_, *blobs_, fetching_opener(*blobs_, dir_.path() + "/scratch"),
                           system_clock());
    return handler.run(run);
  }
  static model::Job job(const std::string& payload) {
    model::Job out;
    out.id = "j1";
    out.kind = "extract";
    out.asset = "a1";
    out.payload = payload;
    return out;
  }
  std::map<std::string, std::string> stored() {
    std::map<std::string, std::string> out;
    for (const char* folder : {"frames/", "thumbnails/", "metadata/"}) {
      const auto listed = blobs_->list(folder, "", blob::kMaxListed);
      if (!listed) continue;
      for (const auto& one : *listed) {
        out[one.key] = blobs_->read(*blob::Key::parse(one.key), 0, blob::kMaxPiece)->bytes;
      }
    }
    return out;
  }

  store::TempDir dir_;
  std::unique_ptr<blob::Store> blobs_ = blob::make_memory_store();
  FakeAssets assets_;
  ExtractConfig config_;
};

TEST_F(ExtractHandlerTest, PicturesAndFactsBecomeBlobsThatAreListedInTheirOrder) {
  FakeRun attempt(job(R"({"cadence":"fps","fps":2,"thumbnails":true,"sheet":true,"preview":true})"));
  const auto done = run(attempt);
  ASSERT_TRUE(done.ok()) << done.error().message;
  const auto files = stored();
  EXPECT_EQ(files.size(), 25u);
  EXPECT_EQ(attempt.names.size(), 25u);
  EXPECT_TRUE(files.contains("frames/a1/j1/frame_000009500.jpg"));
  EXPECT_TRUE(files.contains("thumbnails/a1/j1/preview.mp4"));
  const auto facts = parse_json(attempt.names.at("frame_000002500.jpg").facts);
  EXPECT_EQ((*facts)["time_ms"], 2500);
  EXPECT_EQ((*facts)["index"], 25);
  EXPECT_EQ((*facts)["width"], 64);
  const auto result = parse_json(done->result);
  EXPECT_EQ((*result)["pictures"], 20);
  EXPECT_EQ((*result)["video"]["duration_ms"], 10000);
  EXPECT_EQ(attempt.done, 1);
}

// 79: killed at 60 %.
TEST_F(ExtractHandlerTest, AfterACrashNoPictureIsMadeTwiceAndNoneIsMissing) {
  const std::string payload = R"({"cadence":"every","every":4})";
  FakeRun whole(job(payload));
  ASSERT_TRUE(run(whole).ok());
  const auto reference = stored();
  ASSERT_TRUE(blob::remove_folder(*blobs_, "frames/").ok());
  FakeRun first(job(payload));
  first.die_after = 3;
  EXPECT_EQ(run(first).error().code, "job.lease_lost");
  auto again = job(payload);
  again.cursor = first.job().cursor;
  FakeRun second(again);
  const auto done = run(second);
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ((*parse_json(done->result))["pictures"], 25);
  EXPECT_EQ(stored(), reference);
  for (const auto& [name, output] : second.names) {
    EXPECT_TRUE(name == "video.json" || !first.names.contains(name)) << name << " came twice";
  }
  first.names.merge(second.names);
  EXPECT_EQ(first.names.size(), whole.names.size());
}

// 84: what was made before is removed at any time; it is not written over.
TEST_F(ExtractHandlerTest, AfterItWasCancelledItBeginsAnewElsewhere) {
  auto again = job(R"({"cadence":"every","every":4})");
  again.first_token = 2;
  FakeRun attempt(again);
  ASSERT_TRUE(run(attempt).ok());
  for (const auto& [name, output] : attempt.names) {
    EXPECT_NE(output.key.find("/a1/j1/from_2/" + name), std::string::npos) << output.key;
  }
}

TEST_F(ExtractHandlerTest, AVideoThatIsNoneIsPermanentlySo) {
  put("#EXTM3U\n/etc/passwd\n");
  FakeRun attempt(job("{}"));
  const auto done = run(attempt);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, "media.format");
  EXPECT_EQ(model::fault_of(done.error()), model::JobFault::Permanent);
  EXPECT_TRUE(stored().empty());
}

TEST_F(ExtractHandlerTest, AVideoThatTheDecoderDiesOfTwiceIsToBlame) {
  config_.program = {"/proc/self/exe", {"footage_test", "crash"}};
  FakeRun first(job("{}"));
  auto done = run(first);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, "extract.crashed");
  EXPECT_EQ(model::fault_of(done.error()), model::JobFault::Transient);
  auto again = job("{}");
  again.errors.push_back({.code = "extract.crashed"});
  FakeRun second(again);
  done = run(second);
  EXPECT_EQ(model::fault_of(done.error()), model::JobFault::Permanent);
}

TEST_F(ExtractHandlerTest, TheCopyOfABlobLeavesNothingBehind) {
  const auto open = fetching_opener(*blobs_, dir_.path() + "/scratch");
  const auto input = open(*blob::Key::parse("originals/a1/file"));
  ASSERT_TRUE(input.ok()) << input.error().message;
  EXPECT_GT(input->size, 1000u);
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path() + "/scratch"));
}

TEST(Payload, ComesBackAsItWasAndSaysWhatIsWrong) {
  auto request =
      *read_request(R"({"cadence":"times","times_ms":[0,1500],"format":"png","max_width":640,"sheet":true})");
  EXPECT_EQ(request.times.size(), 2u);
  EXPECT_EQ(*read_request(to_text(to_json(request))), request);
  EXPECT_EQ(*read_request("{}"), extract::Request{});
  for (const char* text : {"[]", R"({"fps":"1"})", R"({"fps":0})", R"({"cadence":"often"})", R"({"codec":"-i"})",
                           R"({"max_width":1e99})", R"({"times_ms":[-1],"cadence":"times"})", R"({"format":"bmp"})",
                           R"({"every":0,"cadence":"every"})", R"({"sheet":1})", "{"}) {
    EXPECT_FALSE(read_request(text).ok()) << text;
  }
}

TEST(Cursor, ComesBackAsItWasAndIsNotBelieved) {
  const Progress progress{Ticks(90000), 12, true};
  EXPECT_EQ(*read_cursor(write_cursor(progress)), progress);
  EXPECT_EQ(*read_cursor(""), Progress{});
  for (const char* text : {"{}", "[]", "x", R"({"pictures":-1,"frames_done":true})"}) {
    EXPECT_EQ(read_cursor(text).error().code, "job.cursor") << text;
  }
}

}  // namespace
}  // namespace vigil::footage
