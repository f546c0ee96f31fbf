#include "vision/attributes.h"

#include <gtest/gtest.h>

#include "vision/attributes/faces.h"
#include "vision/picture_fake.h"
#include "vision/recognise_fake.h"
#include "vision/reid.h"

namespace vigil::vision {
namespace {

TEST(AttributeVote, TheValueWithMostConfidenceWins) {
  AttributeVote vote;
  vote.add({{"hat", "yes", 0.9F, "m"}});
  vote.add({{"hat", "yes", 0.8F, "m"}});
  vote.add({{"hat", "no", 0.6F, "m"}});
  const auto result = vote.result();
  ASSERT_EQ(result.size(), 1U);
  EXPECT_EQ(result[0].value, "yes");
  EXPECT_EQ(result[0].model, "m");
  EXPECT_NEAR(result[0].confidence, 0.85F * 1.7F / 2.3F, 1e-5);
}

TEST(AttributeVote, WhatIsNotSureEnoughIsUnknown) {
  AttributeVote weak;
  weak.add({{"gender", "male", 0.55F, "m"}});
  EXPECT_EQ(weak.result()[0].value, "unknown");
  AttributeVote split;
  split.add({{"gender", "male", 0.9F, "m"}});
  split.add({{"gender", "female", 0.9F, "m"}});
  EXPECT_EQ(split.result()[0].value, "unknown");
  EXPECT_TRUE(AttributeVote().result().empty());
}

TEST(AttributeVote, IsBounded) {
  AttributeVote vote;
  for (int i = 0; i < 1000; ++i)
    vote.add({{"name" + std::to_string(i), "x", 0.9F, ""}, {"name0", std::to_string(i), 0.9F, ""}});
  vote.add({{"bad", "x", 2.F, ""}, {"bad", "x", std::numeric_limits<float>::quiet_NaN(), ""}});
  EXPECT_EQ(vote.result().size(), AttributeVote::kMaxNames);
}

TEST(VehicleType, IsTheClassOfAVehicle) {
  EXPECT_EQ(vehicle_type("truck", 0.7F)->value, "truck");
  EXPECT_FALSE(vehicle_type("person", 0.9F));
}

struct Painted {
  const char* word;
  int y, cb, cr;  // BT.601, full range
};

TEST(Colours, HaveTheirWords) {
  for (const auto& [word, y, cb, cr] :
       {Painted{"red", 76, 85, 255}, Painted{"green", 90, 90, 80}, Painted{"blue", 60, 210, 105},
        Painted{"yellow", 210, 30, 145}, Painted{"white", 235, 128, 128}, Painted{"black", 20, 128, 128},
        Painted{"gray", 120, 128, 128}, Painted{"orange", 160, 50, 185}}) {
    // The other half is coloured, so that the picture is no night vision.
    const auto frame = drawn(128, 128, [y = y, cb = cb, cr = cr](int plane, int x, int) {
      if (x >= (plane == 0 ? 64 : 32)) return plane == 0 ? 100 : 170;
      return plane == 0 ? y : plane == 1 ? cb : cr;
    });
    const auto found = colours(frame, {4, 4, 56, 120}, "car");
    ASSERT_EQ(found.size(), 1U) << word;
    EXPECT_EQ(found[0].name, "colour");
    EXPECT_EQ(found[0].value, word);
    EXPECT_GT(found[0].confidence, 0.9F);
    EXPECT_EQ(colours(frame, {4, 4, 56, 120}, "person").size(), 2U);
    EXPECT_TRUE(colours(frame, {4, 4, 56, 120}, "chair").empty());
    EXPECT_TRUE(colours(frame, {-500, -500, 100, 100}, "car").empty());
  }
}

TEST(Colours, ThereAreNoneInNightVision) {
  const auto frame = drawn(128, 128, [](int plane, int, int) { return plane == 0 ? 100 : 128; });
  EXPECT_TRUE(colours(frame, {4, 4, 100, 120}, "car").empty());
}

TEST(Faces, FewerNumbersThanPriorBoxesAreNoFace) {
  const auto count = attributes::prior_count(160, 120);
  EXPECT_GT(count, 500U);
  std::vector<float> loc(count * 14), conf(count * 2), iou(count);
  EXPECT_FALSE(attributes::best_face(loc, conf, iou, 160, 120, 0.5F));
  conf[2 * 7 + 1] = 0.9F;
  iou[7] = 0.9F;
  const auto face = attributes::best_face(loc, conf, iou, 160, 120, 0.5F);
  ASSERT_TRUE(face);
  EXPECT_NEAR(face->score, 0.9F, 1e-4);
  EXPECT_NEAR(face->box.width, 16, 1e-3);
  EXPECT_NEAR(face->box.x + face->box.width / 2, 20, 1e-3);
  loc.pop_back();
  EXPECT_FALSE(attributes::best_face(loc, conf, iou, 160, 120, 0.5F));
}

ModelCard bgr(Task task) {
  ModelCard card;
  card.task = task;
  card.has_preparation = true;
  card.preparation.fit = Preparation::Fit::Stretch;
  card.preparation.order = Preparation::Order::Bgr;
  card.preparation.scale = {1, 1, 1};
  return card;
}

TEST(Models, SayWhatTheySeeOfAPerson) {
  const auto frame = test_picture("images/dlstreamer_pedestrians.jpg");
  if (!frame) GTEST_SKIP() << "no test data: " << frame.error().message;
  auto model = test_model("person-attributes-recognition-crossroad-0230.onnx", bgr(Task::PersonAttributes));
  ASSERT_TRUE(model.ok()) << model.error().message;
  auto reader = make_person_attributes(*model);
  ASSERT_TRUE(reader.ok()) << reader.error().message;
  const auto found = (*reader)->read(**frame, {100, 50, 80, 200});
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->size(), 8U);
  for (const auto& each : *found) EXPECT_GE(each.confidence, 0.5F) << each.name;
  EXPECT_TRUE((*reader)->read(**frame, {100, 50, 8, 20})->empty());
  EXPECT_FALSE(make_embedder(*model).ok());

  auto faces = test_model("face_detection_yunet_120x160.onnx", bgr(Task::FindFaces));
  ASSERT_TRUE(faces.ok()) << faces.error().message;
  auto ages = test_model("age-gender-recognition-retail-0013.onnx", bgr(Task::AgeGender));
  ASSERT_TRUE(ages.ok()) << ages.error().message;
  auto face = make_face_attributes(*faces, *ages);
  ASSERT_TRUE(face.ok()) << face.error().message;
  EXPECT_TRUE((*face)->read(**frame, {100, 50, 80, 200}).ok());
  EXPECT_FALSE(make_face_attributes(*ages, *faces).ok());
}

TEST(Models, GiveALookOfUnitLengthThatIsNearerToItselfMovedThanToAnother) {
  const auto frame = test_picture("images/dlstreamer_pedestrians.jpg");
  if (!frame) GTEST_SKIP() << "no test data: " << frame.error().message;
  auto osnet = bgr(Task::Appearance);
  osnet.preparation.order = Preparation::Order::Rgb;
  osnet.preparation.mean = {123.675F, 116.28F, 103.53F};
  osnet.preparation.scale = {58.395F, 57.12F, 57.375F};
  for (const auto& [file, card] : {std::pair("osnet_x0_25_msmt17.onnx", osnet),
                                   std::pair("person-reidentification-retail-0287.onnx", bgr(Task::Appearance))}) {
    auto model = test_model(file, card);
    ASSERT_TRUE(model.ok()) << model.error().message;
    auto embedder = make_embedder(*model);
    ASSERT_TRUE(embedder.ok()) << embedder.error().message;
    const auto a = (*embedder)->embed(**frame, {100, 50, 80, 200}), b = (*embedder)->embed(**frame, {103, 52, 80, 200}),
               c = (*embedder)->embed(**frame, {350, 60, 80, 200});
    ASSERT_TRUE(a.ok() && b.ok() && c.ok());
    ASSERT_FALSE(a->empty());
    auto dot = [](const auto& x, const auto& y) {
      double sum = 0;
      for (std::size_t i = 0; i < x.size(); ++i) sum += static_cast<double>(x[i]) * y[i];
      return sum;
    };
    EXPECT_NEAR(dot(*a, *a), 1, 1e-4);
    EXPECT_GT(dot(*a, *b), 0.9) << file;
    EXPECT_GT(dot(*a, *b), dot(*a, *c)) << file;
    EXPECT_TRUE((*embedder)->embed(**frame, {-100, 50, 80, 200})->empty()) << "hardly in the picture";
  }
}

}  // namespace
}  // namespace vigil::vision
