// Videos that lie elsewhere: what of them is fetched, and what a taken-over child may ask for.

#include "extract/supply.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <utility>

#include "media/video_fake.h"

namespace vigil::extract {
namespace {

using namespace std::chrono_literals;
using Calls = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

struct FakeSource final : Source {
  Result<void> fetch(std::uint64_t offset, std::uint64_t bytes) override {
    if (calls.size() == fail_at) return make_error(ErrorKind::Unavailable, "the storage is away", "blob.s3");
    calls.emplace_back(offset / kBlockBytes, bytes);
    fetched += bytes;
    if (!to) return {};
    const auto written = ::pwrite(to.get(), from.data() + offset, bytes, static_cast<off_t>(offset));
    return written == static_cast<ssize_t>(bytes) ? Result<void>() : make_error(ErrorKind::Internal, "pwrite");
  }
  Calls calls;
  std::uint64_t fetched = 0;
  std::size_t fail_at = SIZE_MAX;
  std::string from;
  Fd to;
};

TEST(Supply, BringsMoreTheLongerItIsReadWithoutALeapAndNothingTwice) {
  FakeSource source;
  Supply supply(source, 40 * kBlockBytes + 5, 0);
  EXPECT_EQ(*supply.get(20), (BlockRun{20, 1}));
  EXPECT_EQ(*supply.get(0), (BlockRun{0, 1}));
  EXPECT_EQ(*supply.get(1), (BlockRun{1, 2}));
  EXPECT_EQ(*supply.get(3), (BlockRun{3, 4}));
  EXPECT_EQ(*supply.get(7), (BlockRun{7, 8}));
  EXPECT_EQ(*supply.get(15), (BlockRun{15, 5})) << "the next one is there";
  EXPECT_EQ(*supply.get(40), (BlockRun{40, 1}));
  EXPECT_EQ(source.calls.back(), (Calls::value_type{40, 5})) << "the file ends there";
  EXPECT_FALSE(supply.may_be_asked_for(15));
  EXPECT_FALSE(supply.may_be_asked_for(41));
  EXPECT_FALSE(supply.may_be_asked_for(UINT64_MAX));
  EXPECT_TRUE(supply.may_be_asked_for(39));
}

TEST(Supply, BringsNoMoreThanItMay) {
  FakeSource source;
  Supply supply(source, 40 * kBlockBytes, 3 * kBlockBytes);
  ASSERT_TRUE(supply.get(0));
  ASSERT_TRUE(supply.get(1));
  EXPECT_EQ(supply.get(30).error().code, "extract.far");
  EXPECT_EQ(source.fetched, 3 * kBlockBytes);
}

struct Kept final : Outlet {
  Result<void> facts(const VideoFacts&) override { return {}; }
  Result<void> picture(const PictureNote& note, std::span<const std::uint8_t> bytes) override {
    files[frame_name(note.time, PictureFormat::Jpeg)].assign(bytes.begin(), bytes.end());
    return {};
  }
  Result<void> progress(double) override { return {}; }
  std::map<std::string, std::vector<std::uint8_t>> files;
};

class DistantTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::filesystem::path(testing::TempDir()) / ("vigil_supply_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    std::ifstream file(media::write_noise_video(folder_ / "noise.mp4", 60), std::ios::binary);
    film_.assign(std::istreambuf_iterator<char>(file), {});
  }
  static void TearDownTestSuite() { std::filesystem::remove_all(folder_); }

  void SetUp() override {
    ASSERT_GT(film_.size(), 6 * kBlockBytes);
    request.cadence = Cadence::Times;
    request.times = {41s};
    const auto path = folder_ / "copy";
    std::filesystem::remove(path);
    auto source = std::make_unique<FakeSource>();
    source->from = film_;
    source->to = Fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    distant_.file = Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    distant_.size = film_.size();
    source_ = source.get();
    distant_.source = std::move(source);
  }
  Result<Extracted> run(const Input& input, Outlet& outlet) {
    return extract({"/proc/self/exe", {"extract_test", "extract"}}, input, request, limits, outlet);
  }
  std::string failed(const std::string& how) {
    Kept kept;
    auto done = extract({"/proc/self/exe", {"extract_test", "misbehave", how}}, distant_, request, limits, kept);
    EXPECT_FALSE(done.ok());
    return done.ok() ? "" : done.error().code;
  }

  static std::filesystem::path folder_;
  static std::string film_;
  Request request;
  Limits limits;
  Input distant_;
  FakeSource* source_ = nullptr;
};
std::filesystem::path DistantTest::folder_;
std::string DistantTest::film_;

TEST_F(DistantTest, APictureCostsWhatIsReadForItAndIsTheSame) {
  Kept here, there;
  const auto local = open_input(folder_ / "noise.mp4");
  ASSERT_TRUE(run(*local, here).ok());
  const auto done = run(distant_, there);
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_TRUE(sandbox::is_sanitized() || done->sandbox.complete()) << done->sandbox.remark;
  ASSERT_EQ(here.files.size(), 1u);
  EXPECT_EQ(there.files, here.files);
  EXPECT_LT(source_->fetched, film_.size() / 2);
}

TEST_F(DistantTest, AllPicturesTogetherFetchTheFileOnceInLargePieces) {
  Kept here, there;
  request.cadence = Cadence::Fps;
  const auto local = open_input(folder_ / "noise.mp4");
  ASSERT_TRUE(run(*local, here).ok());
  const auto done = run(distant_, there);
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(there.files.size(), 60u);
  EXPECT_EQ(there.files, here.files);
  EXPECT_LE(source_->fetched, film_.size());
  EXPECT_LT(source_->calls.size(), film_.size() / kBlockBytes / 2 + 6);
}

TEST_F(DistantTest, WhatTheStorageSaysInBetweenEndsIt) {
  request.cadence = Cadence::Fps;
  source_->fail_at = 3;
  Kept kept;
  const auto done = run(distant_, kept);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, "blob.s3");
  EXPECT_EQ(done.error().kind, ErrorKind::Unavailable);
}

TEST_F(DistantTest, NoMoreIsFetchedThanMayBe) {
  request.cadence = Cadence::Fps;
  limits.fetch_bytes = 2 * kBlockBytes;
  Kept kept;
  const auto done = run(distant_, kept);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, "extract.far");
  EXPECT_LE(source_->fetched, limits.fetch_bytes);
}

TEST_F(DistantTest, AChildAsksForNothingThatItCannotWant) {
  distant_.size = 1ull << 40;
  source_->to = {};
  for (const char* how : {"want beyond", "want most", "want again", "want halves", "give"}) {
    EXPECT_EQ(failed(how), "extract.nonsense") << how;
  }
  EXPECT_LE(source_->fetched, kBlockBytes) << "of the one that may be asked for once";
}

TEST_F(DistantTest, AChildThatAsksForEverIsEndedWhetherItListensOrNot) {
  distant_.size = 1ull << 46;
  source_->to = {};
  limits.time = 300ms;
  EXPECT_EQ(failed("want all"), "extract.timeout");
  limits.time = 60s;
  EXPECT_EQ(failed("want deaf"), "extract.nonsense");
}

TEST_F(DistantTest, NobodyAsksForAFileThatIsHere) {
  distant_.source.reset();
  EXPECT_EQ(failed("want again"), "extract.nonsense");
}

}  // namespace
}  // namespace vigil::extract
