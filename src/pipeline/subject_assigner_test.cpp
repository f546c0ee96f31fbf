#include "pipeline/subject_assigner.h"

#include <gtest/gtest.h>

#include <cmath>

namespace vigil::pipeline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

model::AppearancePtr look(double degrees, const std::string& model = "osnet@1") {
  const double a = degrees * 3.14159265358979 / 180;
  return std::make_shared<const model::Appearance>(
      model::Appearance{model, {static_cast<float>(std::cos(a)), static_cast<float>(std::sin(a))}});
}

model::SeenObject person(std::uint64_t track, model::AppearancePtr appearance = nullptr) {
  model::SeenObject out;
  out.track_id = track;
  out.state = model::TrackState::Confirmed;
  out.label = "person";
  out.appearance = std::move(appearance);
  return out;
}

class Subjects : public testing::Test {
 protected:
  model::Observation see(milliseconds at, std::vector<model::SeenObject> objects, const std::string& camera = "cam") {
    model::Observation out;
    out.camera_id = camera;
    out.captured = WallTime(at);
    out.objects = std::move(objects);
    assigner_->assign(out);
    return out;
  }

  const std::shared_ptr<vision::Gallery> gallery_ = std::make_shared<vision::Gallery>(vision::GalleryConfig{});
  const std::unique_ptr<SubjectAssigner> assigner_ = make_subject_assigner(gallery_);
};

TEST_F(Subjects, AreToldFromTheFirstLookOn) {
  EXPECT_EQ(see(seconds(1), {person(1)}).objects[0].subject_id, 0U);
  EXPECT_EQ(see(seconds(2), {person(1, look(0))}).objects[0].subject_id, 1U);
  const auto later = see(seconds(3), {person(1)}).objects[0];
  EXPECT_EQ(later.subject_id, 1U);
  EXPECT_EQ(later.subject_similarity, 1);
  EXPECT_EQ(later.appearance, nullptr);
}

TEST_F(Subjects, GroupTracksOfOneCameraAndOfAnother) {
  see(seconds(1), {person(1, look(0))});
  const auto again = see(seconds(10), {person(2, look(10))}).objects[0];
  EXPECT_EQ(again.subject_id, 1U);
  EXPECT_NEAR(again.subject_similarity, std::cos(10 * 3.14159 / 180), 1e-4);
  EXPECT_EQ(see(seconds(20), {person(1, look(5))}, "other").objects[0].subject_id, 1U);
  EXPECT_EQ(see(seconds(30), {person(3, look(80))}).objects[0].subject_id, 2U);
}

TEST_F(Subjects, WhoIsStillThereIsNotWhoeverComesNow) {
  see(seconds(0), {person(1, look(0))});
  for (int s = 1; s <= 300; ++s) see(seconds(s), {person(1)});  // no more looks are taken of it
  const auto both = see(seconds(300) + milliseconds(100), {person(1), person(2, look(0))});
  EXPECT_EQ(both.objects[0].subject_id, 1U);
  EXPECT_EQ(both.objects[1].subject_id, 2U) << "the first is still in the picture";
}

TEST_F(Subjects, LooksOfATrackAreAveraged) {
  see(seconds(1), {person(1, look(0))});
  const auto second = see(seconds(2), {person(1, look(20))}).objects[0];
  ASSERT_NE(second.appearance, nullptr);
  EXPECT_EQ(second.appearance->model, "osnet@1");
  EXPECT_NEAR(second.appearance->values[0], std::cos(10 * 3.14159 / 180), 1e-4);
  const auto other = see(seconds(3), {person(1, look(90, "other@1"))}).objects[0];
  EXPECT_NEAR(other.appearance->values[0], 0, 1e-6) << "another model's numbers are not added to these";
}

TEST_F(Subjects, ALookThatIsNoneIsDropped) {
  for (const std::vector<float>& values :
       {std::vector<float>{}, {0, 0}, {NAN, 1}, {INFINITY, 0}, std::vector<float>(5000, 0.1F)}) {
    const auto seen =
        see(seconds(1), {person(1, std::make_shared<const model::Appearance>(model::Appearance{"osnet@1", values}))});
    EXPECT_EQ(seen.objects[0].appearance, nullptr);
    EXPECT_EQ(seen.objects[0].subject_id, 0U);
  }
  EXPECT_EQ(gallery_->subjects(), 0U);
}

TEST_F(Subjects, TracksThatEndAreForgotten) {
  see(seconds(1), {person(1, look(0))});
  auto gone = person(1);
  gone.state = model::TrackState::Lost;
  EXPECT_EQ(see(seconds(2), {gone}).objects[0].subject_id, 1U) << "its last word still says who it was";
  EXPECT_EQ(see(seconds(3), {person(1)}).objects[0].subject_id, 0U);
  see(seconds(4), {person(2, look(80))});
  see(seconds(70), {});
  EXPECT_EQ(see(seconds(71), {person(2)}).objects[0].subject_id, 0U) << "not seen for more than a minute";
}

TEST_F(Subjects, WhatWasToldElsewhereStays) {
  auto told = person(1);
  told.subject_id = 7;
  EXPECT_EQ(see(seconds(1), {told}).objects[0].subject_id, 7U);
  model::SeenObject loose;  // no track
  loose.appearance = look(0);
  EXPECT_EQ(see(seconds(1), {loose}).objects[0].subject_id, 0U);
}

}  // namespace
}  // namespace vigil::pipeline
