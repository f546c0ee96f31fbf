#include "extract/extractor.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <thread>

#include "media/image.h"
#include "media/video_fake.h"

namespace vigil::extract {
namespace {

using namespace std::chrono_literals;

struct Kept final : Outlet {
  Result<void> facts(const VideoFacts& told) override {
    video = told;
    return {};
  }
  Result<void> picture(const PictureNote& note, std::span<const std::uint8_t> bytes) override {
    notes.push_back(note);
    files[frame_name(note.time, PictureFormat::Jpeg)].assign(bytes.begin(), bytes.end());
    if (notes.size() == fail_at) return make_error(ErrorKind::StorageFull, "no room");
    return {};
  }
  Result<void> progress(double now) override {
    done = now;
    if (on_progress) on_progress();
    return {};
  }
  VideoFacts video;
  std::vector<PictureNote> notes;
  std::map<std::string, std::vector<std::uint8_t>> files;
  double done = 0;
  std::size_t fail_at = 0;
  std::function<void()> on_progress;
};

class ExtractorTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::filesystem::path(testing::TempDir()) / ("vigil_extract_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    media::write_thin_bar_video(folder_ / "film.mp4", 100);
  }
  static void TearDownTestSuite() { std::filesystem::remove_all(folder_); }

  Result<Extracted> run(const Program& program, Outlet& outlet, std::stop_token stop = {}) {
    auto input = open_input(folder_ / "film.mp4");
    EXPECT_TRUE(input.ok());
    return extract(program, *input, request, limits, outlet, std::move(stop));
  }
  Error failed(const std::string& how) {
    Kept kept;
    auto done = run({"/proc/self/exe", {"extract_test", "misbehave", how}}, kept);
    EXPECT_FALSE(done.ok());
    return done.ok() ? Error{} : done.error();
  }

  static std::filesystem::path folder_;
  const Program real_{"/proc/self/exe", {"extract_test", "extract"}};
  Request request;
  Limits limits;
};
std::filesystem::path ExtractorTest::folder_;

TEST_F(ExtractorTest, TakesPicturesOutOfAVideoInASandbox) {
  Kept kept;
  request.thumbnails = request.sheet = request.preview = true;
  const auto done = run(real_, kept);
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_TRUE(sandbox::is_sanitized() || done->sandbox.complete()) << done->sandbox.remark;
  EXPECT_EQ(kept.video.width, 64);
  EXPECT_EQ(kept.video.duration_ms, 10000);
  ASSERT_EQ(kept.notes.size(), 14u);
  EXPECT_EQ(kept.notes[9].index, 90);
  EXPECT_EQ(kept.notes[13].kind, PictureKind::Preview);
  EXPECT_EQ(kept.done, 1);
  EXPECT_EQ(done->summary.pictures, 10u);
}

TEST_F(ExtractorTest, GoesOnBehindWhatIsThereWithoutDecodingItAgain) {
  Kept whole, first, second;
  request.fps = 5;
  const auto all = run(real_, whole);
  ASSERT_TRUE(all.ok());
  first.fail_at = 30;
  const auto ended = run(real_, first);
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().kind, ErrorKind::StorageFull);
  request.after = first.notes.back().time;
  const auto rest = run(real_, second);
  ASSERT_TRUE(rest.ok()) << rest.error().message;
  EXPECT_LT(rest->summary.decoded, all->summary.decoded * 6 / 10);
  first.files.merge(second.files);
  EXPECT_TRUE(second.files.empty()) << "pictures came twice";
  EXPECT_EQ(first.files, whole.files);
}

TEST_F(ExtractorTest, EveryEndOfAChildHasItsReason) {
  EXPECT_EQ(failed("crash").code, "extract.crashed");
  EXPECT_EQ(failed("forbidden").code, "extract.forbidden");
  EXPECT_EQ(failed("memory").code, "extract.memory");
  EXPECT_EQ(failed("killed").kind, ErrorKind::Unavailable);
  EXPECT_EQ(failed("crash").kind, ErrorKind::Internal);
}

TEST_F(ExtractorTest, WhatAChildSaysMustMakeSense) {
  for (const char* how : {"nonsense", "garbage", "again", "script"}) EXPECT_EQ(failed(how).code, "extract.nonsense");
}

TEST_F(ExtractorTest, AChildThatHangsOrNeverStopsTalkingIsEnded) {
  limits.silence = 200ms;
  EXPECT_EQ(failed("hang").code, "extract.timeout");
  EXPECT_EQ(failed("hang up").code, "extract.nonsense");
  limits.silence = 60s;
  limits.time = 300ms;
  EXPECT_EQ(failed("chatter").code, "extract.timeout");
}

TEST_F(ExtractorTest, AMachineWithoutASandboxIsRefusedWhereOneIsRequired) {
  if (sandbox::is_sanitized()) GTEST_SKIP() << "built with a sanitizer: there is no sandbox";
  const auto error = failed("refuse");
  EXPECT_EQ(error.code, "extract.sandbox");
  EXPECT_NE(error.message.find("too old"), std::string::npos);
}

TEST_F(ExtractorTest, StopsWhenItIsAskedTo) {
  std::stop_source stop;
  Kept kept;
  kept.on_progress = [&] { stop.request_stop(); };
  const auto done = run({"/proc/self/exe", {"extract_test", "misbehave", "chatter"}}, kept, stop.get_token());
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().kind, ErrorKind::Cancelled);
}

TEST_F(ExtractorTest, PicturesTakeNoMoreRoomThanTheyMay) {
  limits.output_bytes = 2000;
  Kept kept;
  request.fps = 10;
  const auto done = run(real_, kept);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, "extract.output");
}

TEST_F(ExtractorTest, AFileThatIsNoVideoIsSaidToBeNone) {
  std::ofstream(folder_ / "text.mp4") << "#EXTM3U\n/etc/passwd\n";
  auto input = open_input(folder_ / "text.mp4");
  Kept kept;
  const auto done = extract(real_, *input, request, limits, kept);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, "media.format");
  EXPECT_EQ(done.error().kind, ErrorKind::UnsupportedMedia);
  EXPECT_FALSE(open_input(folder_).ok());
  EXPECT_EQ(open_input(folder_ / "none").error().kind, ErrorKind::NotFound);
}

}  // namespace
}  // namespace vigil::extract
