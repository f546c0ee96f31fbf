#include "screening/screener.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <vector>

#include "media/video_file.h"
#include "screening/bar_video_fake.h"

namespace vigil::screening {
namespace {

using namespace std::chrono_literals;

struct Kept final : Outlet {
  Result<void> facts(const extract::VideoFacts& told) override {
    about = told;
    return {};
  }
  Result<void> seen(model::Observation observation) override {
    all.push_back(std::move(observation));
    if (on_seen) on_seen();
    return all.size() == fail_at ? make_error(ErrorKind::StorageFull, "no room") : Result<void>();
  }
  Result<void> video(std::uint64_t offset, std::span<const std::uint8_t> bytes) override {
    file.resize(std::max(file.size(), static_cast<std::size_t>(offset) + bytes.size()));
    std::copy(bytes.begin(), bytes.end(), file.begin() + static_cast<std::ptrdiff_t>(offset));
    return {};
  }
  Result<void> progress(double now) override {
    done = now;
    return {};
  }
  extract::VideoFacts about;
  std::vector<model::Observation> all;
  std::vector<std::uint8_t> file;
  double done = 0;
  std::size_t fail_at = 0;
  std::function<void()> on_seen;
};

class ScreenerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::filesystem::path(testing::TempDir()) / ("vigil_screening_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    ASSERT_FALSE(write_bar_video(folder_ / "film.mp4", 60).empty());
  }
  static void TearDownTestSuite() { std::filesystem::remove_all(folder_); }

  ScreenerTest() {
    request.analysis.enabled = true;
    request.analysis.rate = {model::RateMode::EveryFrame, 1, 10};
    places.model = "fake";
  }
  Result<Screened> run(std::vector<std::string> arguments, const char* film = "film.mp4", std::stop_token stop = {}) {
    auto input = extract::open_input(folder_ / film);
    EXPECT_TRUE(input.ok());
    arguments.insert(arguments.begin(), "screening_test");
    return screen({"/proc/self/exe", std::move(arguments)}, *input, request, places, limits, kept, std::move(stop));
  }
  std::string failed(const std::string& how) {
    kept = {};
    const auto done = run({"misbehave", how});
    return done ? "it went well" : done.error().code;
  }

  static std::filesystem::path folder_;
  Request request;
  Places places;
  extract::Limits limits;
  Kept kept;
};
std::filesystem::path ScreenerTest::folder_;

TEST_F(ScreenerTest, WhatMovesIsFollowedThroughAllPictures) {
  const auto done = run({"screen"});
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(done->summary.frames, 60u);
  EXPECT_EQ(done->summary.analysed, 60u);
  EXPECT_EQ(done->summary.ended, "");
  EXPECT_EQ(kept.about.width, 160);
  EXPECT_EQ(kept.done, 1);
  ASSERT_EQ(kept.all.size(), 60u);
  const auto& last = kept.all.back();
  EXPECT_EQ(last.sequence, 60u);
  EXPECT_EQ(to_unix_seconds(last.captured), 5.9);
  ASSERT_EQ(last.objects.size(), 1u);
  EXPECT_EQ(last.objects[0].state, model::TrackState::Confirmed);
  EXPECT_EQ(last.objects[0].label, "person");
  EXPECT_NEAR(last.objects[0].box.x, 118, 4);
  EXPECT_TRUE(done->sandbox.complete() || sandbox::is_sanitized()) << done->sandbox.remark;
}

TEST_F(ScreenerTest, TheAnnotatedVideoHasAllPicturesAndCanBePlayed) {
  request.annotate = true;
  request.analysis.rate = {model::RateMode::EveryNth, 5, 10};
  ASSERT_TRUE(run({"screen"}).ok());
  EXPECT_EQ(kept.all.size(), 12u);
  const auto path = folder_ / "annotated.mp4";
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(kept.file.data()), static_cast<std::streamsize>(kept.file.size()));
  const auto file = media::open_video_file(path);
  ASSERT_TRUE(file.ok()) << file.error().message;
  int pictures = 0;
  for (auto frame = (*file)->read(); frame.ok() && *frame; frame = (*file)->read()) ++pictures;
  EXPECT_EQ(pictures, 60);
}

TEST_F(ScreenerTest, OnePictureIsEnough) {
  ASSERT_FALSE(write_bar_video(folder_ / "one.mp4", 1).empty());
  request.annotate = true;
  const auto done = run({"screen"}, "one.mp4");
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(done->summary.frames, 1u);
  EXPECT_FALSE(kept.file.empty());
}

TEST_F(ScreenerTest, WhatCannotBeDoneIsSaidInASentence) {
  places.model = "/srv/models/nobody/1";
  request.analysis.model = "nobody";
  auto done = run({"screen"});
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().kind, ErrorKind::NotFound);
  EXPECT_NE(done.error().message.find("there is no model nobody"), std::string::npos)
      << "by its name, not by where it lies: " << done.error().message;
  places.model = "fake";
  std::ofstream(folder_ / "text.mp4") << "a letter to grandmother";
  EXPECT_EQ(run({"screen"}, "text.mp4").error().code, "media.format");
  request.max_duration = 2s;
  EXPECT_EQ(run({"screen"}).error().code, "media.too_long");
  request.analysis.rate.nth = 0;
  request.analysis.rate.mode = model::RateMode::EveryNth;
  EXPECT_EQ(run({"screen"}).error().kind, ErrorKind::InvalidArgument);
}

TEST_F(ScreenerTest, AFileThatIsCutOffIsLookedAtUntilThere) {
  ASSERT_FALSE(write_bar_video(folder_ / "long.mp4", 300).empty());
  // The index stands at the end: without it there is nothing to see.
  std::filesystem::resize_file(folder_ / "long.mp4", std::filesystem::file_size(folder_ / "long.mp4") / 2);
  const auto done = run({"screen"}, "long.mp4");
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, "media.broken");
}

TEST_F(ScreenerTest, AClassThatTheModelDoesNotKnowIsNamed) {
  request.analysis.classes = {"person", "unicorn"};
  const auto done = run({"screen"});
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_NE(done->summary.degraded.find("unicorn"), std::string::npos) << done->summary.degraded;
  EXPECT_EQ(kept.all.back().objects.size(), 1u);
}

TEST_F(ScreenerTest, NothingOfAChildIsBelieved) {
  for (const char* how : {"early", "garbage", "twice", "backwards", "far", "picture"}) {
    EXPECT_EQ(failed(how), "extract.nonsense") << how;
  }
  EXPECT_EQ(failed("hole"), "extract.nonsense") << "no video was asked for";
  request.annotate = true;
  EXPECT_EQ(failed("hole"), "extract.nonsense");
  EXPECT_EQ(failed("again"), "extract.nonsense");
  limits.output_bytes = 50000;
  EXPECT_EQ(failed("much"), "extract.output");
}

TEST_F(ScreenerTest, WhoeverTakesItEndsIt) {
  kept.fail_at = 5;
  const auto done = run({"screen"});
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().kind, ErrorKind::StorageFull);
  EXPECT_EQ(kept.all.size(), 5u);
}

TEST_F(ScreenerTest, ItCanBeStopped) {
  std::stop_source stop;
  kept.on_seen = [&] { stop.request_stop(); };
  const auto done = run({"screen"}, "film.mp4", stop.get_token());
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().kind, ErrorKind::Cancelled);
}

}  // namespace
}  // namespace vigil::screening
