#include "extract/choice.h"

#include <gtest/gtest.h>

namespace vigil::extract {
namespace {

using std::chrono::milliseconds;

// Pictures at these milliseconds, the first a key frame and every fifth.
std::vector<media::ClipPlace> places(const std::vector<int>& times) {
  std::vector<media::ClipPlace> out;
  for (std::size_t i = 0; i < times.size(); ++i) {
    media::ClipPlace place;
    place.time = Ticks(times[i] * 90);
    if (i > 0) place.previous = out.back().time;
    if (i + 1 < times.size()) place.next = Ticks(times[i + 1] * 90);
    place.index = static_cast<std::int64_t>(i);
    place.key = i % 5 == 0;
    out.push_back(place);
  }
  return out;
}

std::vector<int> chosen(const Request& request, const std::vector<int>& times) {
  std::vector<int> out;
  for (const auto& place : places(times)) {
    if (is_chosen(request, place)) out.push_back(static_cast<int>(place.time.count() / 90));
  }
  return out;
}

TEST(Choice, TakesTheFirstPictureOfEachInterval) {
  Request request;
  request.fps = 2;
  EXPECT_EQ(chosen(request, {0, 100, 499, 520, 900, 1000, 1600, 3400}), (std::vector<int>{0, 520, 1000, 1600, 3400}));
}

TEST(Choice, CountsATimeThatWasRoundedDownToTheIntervalThatItBegins) {
  Request request;
  request.fps = 30;
  // 30 a second in ticks: 3000 each; in milliseconds it is 33.33.
  media::ClipPlace place;
  place.previous = Ticks(2999);
  place.time = Ticks(5999);
  EXPECT_TRUE(is_chosen(request, place));
}

TEST(Choice, TakesWhatIsShownAtATimeAndTheNearestBeyondTheEnds) {
  Request request;
  request.cadence = Cadence::Times;
  request.times = {milliseconds(0), milliseconds(250), milliseconds(399), milliseconds(400), milliseconds(9000)};
  EXPECT_EQ(chosen(request, {40, 100, 200, 300, 400, 500}), (std::vector<int>{40, 200, 300, 400, 500}));
}

TEST(Choice, DoesNotTakeTheFirstPictureAfterASeekForTheFirstOfTheVideo) {
  Request request;
  request.cadence = Cadence::Times;
  request.times = {milliseconds(0), milliseconds(60000)};
  media::ClipPlace place;
  place.time = Ticks(59000 * 90);
  place.next = Ticks(59040 * 90);
  EXPECT_FALSE(is_chosen(request, place));
  place.next = Ticks(60040 * 90);
  EXPECT_TRUE(is_chosen(request, place));
}

TEST(Choice, CountsByIndexAndKnowsKeyFrames) {
  Request request;
  request.cadence = Cadence::EveryNth;
  request.every = 3;
  EXPECT_EQ(chosen(request, {0, 1, 2, 3, 4, 5, 6}), (std::vector<int>{0, 3, 6}));
  request.cadence = Cadence::KeyFrames;
  EXPECT_EQ(chosen(request, {0, 1, 2, 3, 4, 5, 6}), (std::vector<int>{0, 5}));
  request.cadence = Cadence::None;
  EXPECT_TRUE(chosen(request, {0, 1, 2}).empty());
}

TEST(Request, SaysWhatIsWrongWithIt) {
  const auto wrong = [](auto change) {
    Request request;
    change(request);
    return !check(request).ok();
  };
  EXPECT_TRUE(check({}).ok());
  EXPECT_TRUE(wrong([](Request& r) { r.fps = 0; }));
  EXPECT_TRUE(wrong([](Request& r) { r.fps = 1e9; }));
  EXPECT_TRUE(wrong([](Request& r) { r.fps = std::numeric_limits<double>::quiet_NaN(); }));
  EXPECT_TRUE(wrong([](Request& r) { r.cadence = Cadence::EveryNth, r.every = 0; }));
  EXPECT_TRUE(wrong([](Request& r) { r.cadence = Cadence::Times; }));
  EXPECT_TRUE(wrong([](Request& r) { r.cadence = Cadence::Times, r.times = {milliseconds(-1)}; }));
  EXPECT_TRUE(wrong([](Request& r) { r.max_width = 3; }));
  EXPECT_TRUE(wrong([](Request& r) { r.max_pictures = 0; }));
  EXPECT_TRUE(wrong([](Request& r) { r.quality = 101; }));
}

TEST(Request, NamesAPictureByItsTime) {
  EXPECT_EQ(frame_name(Ticks(90 * 1500), PictureFormat::Jpeg), "frame_000001500.jpg");
  EXPECT_EQ(frame_name(Ticks(-5), PictureFormat::Png), "frame_000000000.png");
}

}  // namespace
}  // namespace vigil::extract
