#include "vision/gallery.h"

#include <gtest/gtest.h>

#include <cmath>

namespace vigil::vision {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// A look at that angle to the others: looks that differ by an angle a have similarity cos(a).
std::vector<float> look(double degrees) {
  const double a = degrees * 3.14159265358979 / 180;
  return {static_cast<float>(std::cos(a)), static_cast<float>(std::sin(a))};
}

Sighting seen(const std::string& camera, std::uint64_t track, int from_s, int to_s, double degrees) {
  return {camera, track, "person", "osnet@1", WallTime(seconds(from_s)), WallTime(seconds(to_s)), look(degrees)};
}

TEST(Gallery, OneWhoComesBackIsTheSameSubject) {
  Gallery gallery({});
  const auto first = gallery.assign(seen("a", 1, 0, 10, 0));
  EXPECT_TRUE(first.is_new);
  EXPECT_EQ(first.subject, 1U);
  const auto again = gallery.assign(seen("a", 2, 20, 30, 20));
  EXPECT_EQ(again.subject, first.subject);
  EXPECT_FALSE(again.is_new);
  EXPECT_NEAR(again.similarity, std::cos(20 * 3.14159 / 180), 1e-4);
  EXPECT_NE(gallery.assign(seen("a", 3, 40, 50, 80)).subject, first.subject) << "looks different";
}

TEST(Gallery, TwoAtTheSameTimeOnOneCameraAreTwo) {
  Gallery gallery({});
  const auto first = gallery.assign(seen("a", 1, 0, 10, 0));
  EXPECT_NE(gallery.assign(seen("a", 2, 5, 15, 0)).subject, first.subject);
}

TEST(Gallery, WhoIsSeenOnIsStillThere) {
  Gallery gallery({.looks_per_subject = 2});
  const auto first = gallery.assign(seen("a", 1, 0, 1, 0));
  gallery.seen("a", 1, WallTime(seconds(100)));
  gallery.seen("nobody", 1, WallTime(seconds(100)));
  EXPECT_NE(gallery.assign(seen("a", 2, 99, 110, 0)).subject, first.subject);
  // Others of that subject push out whoever was not seen for the longest, and that is not the first one.
  gallery.assign(seen("b", 1, 10, 11, 0));
  gallery.assign(seen("b", 2, 20, 21, 0));
  EXPECT_NE(gallery.assign(seen("a", 3, 99, 110, 0)).subject, first.subject);
}

TEST(Gallery, InDoubtATrackIsANewSubject) {
  Gallery gallery({});
  gallery.assign(seen("a", 1, 0, 10, 0));
  gallery.assign(seen("a", 2, 5, 15, 40));
  EXPECT_TRUE(gallery.assign(seen("a", 3, 20, 30, 20)).is_new) << "as near to the one as to the other";
}

TEST(Gallery, NobodyComesBackAfterTheWindow) {
  Gallery gallery({.same_camera_window = minutes(1)});
  gallery.assign(seen("a", 1, 0, 10, 0));
  EXPECT_TRUE(gallery.assign(seen("a", 2, 200, 210, 0)).is_new);
}

TEST(Gallery, OnAnotherCameraItMustLookMoreAlike) {
  Gallery gallery({});
  const auto first = gallery.assign(seen("a", 1, 0, 10, 0));
  EXPECT_EQ(gallery.assign(seen("b", 1, 20, 30, 30)).subject, first.subject);
  Gallery stricter({.other_camera = 0.9F});
  stricter.assign(seen("a", 1, 0, 10, 0));
  EXPECT_TRUE(stricter.assign(seen("b", 1, 20, 30, 30)).is_new);
}

TEST(Gallery, OnlyLinkedCamerasFollowOnEachOtherAndTheWayTakesItsTime) {
  GalleryConfig config;
  config.links = {{"a", "b", seconds(30), seconds(90)}};
  Gallery gallery(config);
  const auto first = gallery.assign(seen("a", 1, 0, 10, 0));
  EXPECT_NE(gallery.assign(seen("b", 1, 15, 20, 0)).subject, first.subject) << "nobody runs that fast";
  EXPECT_NE(gallery.assign(seen("c", 1, 60, 70, 0)).subject, first.subject) << "no way leads there";
  Gallery other(config);
  const auto there = other.assign(seen("b", 7, 0, 10, 0));
  EXPECT_EQ(other.assign(seen("a", 1, 60, 70, 0)).subject, there.subject) << "both directions";
}

TEST(Gallery, ATrackThatIsToldAgainKeepsItsSubject) {
  Gallery gallery({});
  const auto first = gallery.assign(seen("a", 1, 0, 10, 0));
  const auto again = gallery.assign(seen("a", 1, 0, 60, 70));
  EXPECT_EQ(again.subject, first.subject);
  EXPECT_EQ(gallery.subjects(), 1U);
  EXPECT_TRUE(gallery.assign(seen("a", 2, 30, 40, 70)).is_new) << "its times were renewed";
}

TEST(Gallery, LabelsAndModelsAreNotMixed) {
  Gallery gallery({});
  auto one = seen("a", 1, 0, 10, 0);
  gallery.assign(one);
  auto other = seen("a", 2, 20, 30, 0);
  other.model = "other@1";
  EXPECT_TRUE(gallery.assign(other).is_new);
  EXPECT_TRUE(gallery.nearest(look(0), "third@1", 10).empty());
  EXPECT_EQ(gallery.nearest(look(0), "other@1", 10).size(), 1U);
}

TEST(Gallery, FindsWhereElseSomebodyWasSeen) {
  Gallery gallery({});
  gallery.assign(seen("a", 1, 0, 10, 0));
  gallery.assign(seen("b", 4, 500, 510, 10));
  gallery.assign(seen("c", 9, 0, 10, 90));
  const auto found = gallery.nearest(look(9), "osnet@1", 5);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].camera_id, "b");
  EXPECT_EQ(found[0].track_id, 4U);
  EXPECT_EQ(gallery.nearest(look(9), "osnet@1", 1).size(), 1U);
}

TEST(Gallery, ForgetsTheLongestUnseen) {
  Gallery gallery({.max_subjects = 2});
  for (int i = 0; i < 5; ++i) gallery.assign(seen("a", static_cast<std::uint64_t>(i), 0, 20 + i, 0));
  EXPECT_EQ(gallery.subjects(), 2U);
  EXPECT_EQ(gallery.next_subject(), 6U);
  const auto left = gallery.nearest(look(0), "osnet@1", 10);
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(left[0].track_id, 3U);
  EXPECT_EQ(left[1].track_id, 4U);
}

TEST(Gallery, GoesOnFromWhatTheStoreKnows) {
  Gallery gallery({});
  gallery.restore(seen("a", 1, 0, 10, 0), 41);
  EXPECT_EQ(gallery.next_subject(), 42U);
  EXPECT_EQ(gallery.assign(seen("a", 2, 20, 30, 5)).subject, 41U);
}

TEST(Gallery, WhatIsToldAgainIsRenewed) {
  Gallery gallery({.same_camera_window = seconds(30)});
  gallery.restore(seen("a", 1, 0, 10, 0), 41);
  gallery.restore(seen("a", 1, 0, 100, 60), 7);
  EXPECT_EQ(gallery.subjects(), 1U);
  EXPECT_EQ(gallery.assign(seen("a", 2, 110, 120, 60)).subject, 41U) << "by its newer look, and its newer time";
}

TEST(Gallery, WithoutAnIdNobodyIsLookedFor) {
  std::uint64_t id = 0;
  Gallery gallery({}, [&id] { return id; });
  EXPECT_EQ(gallery.assign(seen("a", 1, 0, 10, 0)).subject, 0U);
  EXPECT_EQ(gallery.subjects(), 0U);
  id = 17;
  EXPECT_EQ(gallery.assign(seen("a", 1, 0, 10, 0)).subject, 17U);
  id = 0;
  EXPECT_EQ(gallery.assign(seen("a", 2, 20, 30, 0)).subject, 17U) << "who is known needs none";
}

TEST(Gallery, LooksOfNoLengthAreNotCompared) {
  Gallery gallery({});
  auto none = seen("a", 1, 0, 10, 0);
  none.look = {};
  EXPECT_EQ(gallery.assign(none).subject, 0U);
  none.look = {0, 0};
  EXPECT_EQ(gallery.assign(none).subject, 0U);
  none.look = {std::numeric_limits<float>::quiet_NaN(), 1};
  EXPECT_EQ(gallery.assign(none).subject, 0U);
}

TEST(Gallery, WrongSettingsAreNamed) {
  EXPECT_TRUE(validate(GalleryConfig{}).ok());
  EXPECT_EQ(validate(GalleryConfig{.same_camera = 2}).error().pointer, "/reid/same_camera");
  EXPECT_EQ(validate(GalleryConfig{.links = {{"a", ""}}}).error().pointer, "/reid/links");
  EXPECT_FALSE(validate(GalleryConfig{.links = {{"a", "b", seconds(9), seconds(1)}}}).ok());
  EXPECT_FALSE(validate(GalleryConfig{.max_subjects = 0}).ok());
  EXPECT_FALSE(validate(GalleryConfig{.same_camera_window = Nanos(5)}).ok());
}

}  // namespace
}  // namespace vigil::vision
