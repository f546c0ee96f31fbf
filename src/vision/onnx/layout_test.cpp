#include "vision/onnx/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "vision/model.h"
#include "vision/onnx/tiny_model_fake.h"
#include "vision/picture_fake.h"

// Each layout by a model of its shape that always finds the same object: the middle of a 64×64 picture, of class 1.

namespace vigil::vision {
namespace {

using onnx::TinyModel;
using onnx::TinyOutput;
using ::testing::HasSubstr;

constexpr std::int64_t kCells = 64 + 16 + 4;  // of 8, 16, 32 in 64×64
const std::vector<std::string> kTwo = {"cat", "dog"};

TinyOutput output(std::string name, std::vector<std::int64_t> shape, float value = 0) {
  std::size_t count = 1;
  for (auto each : shape) count *= static_cast<std::size_t>(each);
  return {std::move(name), std::move(shape), std::vector<float>(count, value), {}};
}

Result<ModelPtr> load(const TinyModel& model, std::vector<std::string> labels = kTwo, Layout layout = Layout::Unknown) {
  ModelCard card;
  card.name = "tiny";
  card.version = "1";
  card.labels = std::move(labels);
  card.layout = layout;
  return load_model(card, onnx::tiny_model(model));
}

void expect_dog_in_the_middle(const TinyModel& model, Layout layout, std::vector<std::string> labels = kTwo) {
  auto loaded = load(model, labels);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ((*loaded)->card().layout, layout);
  auto detector = make_detector(*loaded);
  auto found = detector->detect(plain(64, 64, 128, 128, 128), {});
  ASSERT_TRUE(found.ok()) << found.error().message;
  ASSERT_EQ(found->found.size(), 1U);
  const auto& one = found->found[0];
  EXPECT_EQ(detector->labels()[static_cast<std::size_t>(one.class_id)], "dog");
  EXPECT_NEAR(one.score, 0.8F, 0.01F);
  EXPECT_NEAR(one.box.x, 16, 0.1F);
  EXPECT_NEAR(one.box.y, 24, 0.1F);
  EXPECT_NEAR(one.box.width, 32, 0.2F);
  EXPECT_NEAR(one.box.height, 16, 0.2F);
}

// Cell (2, 2) of the grid of 16 begins at (32, 32).
constexpr std::size_t kMiddleCell = 64 + 2 * 4 + 2;

TEST(Layout, Yolox) {
  auto out = output("output", {1, kCells, 7});
  float* row = out.floats.data() + kMiddleCell * 7;
  row[2] = std::log(2.F);  // 32 wide
  row[4] = 1;
  row[6] = 0.8F;
  expect_dog_in_the_middle({.outputs = {out}}, Layout::Yolox);
}

TEST(Layout, YoloxWhoseBoxesArePixelsAlready) {
  auto out = output("output", {1, kCells, 7});
  for (std::size_t i = 0; i < kCells; ++i) out.floats[i * 7] = 60;
  float* row = out.floats.data() + kMiddleCell * 7;
  row[0] = row[1] = row[2] = 32;
  row[3] = 16;
  row[4] = 0.8F;
  row[6] = 1;
  expect_dog_in_the_middle({.outputs = {out}}, Layout::Yolox);
}

// A distribution that says "exactly this many strides".
void put_side(float* bins, int value) {
  bins[value] = 100;
}

TEST(Layout, GflWithTwoOutputsForEachGrid) {
  std::vector<TinyOutput> outputs;
  for (int cells : {64, 16, 4}) outputs.push_back(output("scores" + std::to_string(cells), {1, cells, 2}));
  for (int cells : {64, 16, 4}) outputs.push_back(output("sides" + std::to_string(cells), {1, cells, 32}));
  // The grid of 8: the point of cell (3, 3) is (28, 28); of cell (4, 3), (36, 28).
  const std::size_t cell = 3 * 8 + 4;
  outputs[0].floats[cell * 2 + 1] = 0.8F;
  float* sides = outputs[3].floats.data() + cell * 32;
  // Halves of a stride are equal weights on both neighbours.
  auto between = [](float* bins, int low) { bins[low] = bins[low + 1] = 100; };
  between(sides, 2);       // left: 2.5 · 8 = 20 → 16
  between(sides + 8, 0);   // top: 0.5 · 8 = 4 → 24
  between(sides + 16, 1);  // right: 1.5 · 8 = 12 → 48
  between(sides + 24, 1);  // bottom: 12 → 40
  expect_dog_in_the_middle({.outputs = outputs}, Layout::Gfl);
}

TEST(Layout, GflWithAllGridsInOneOutput) {
  const std::int64_t cells = kCells + 1;  // and one of 64
  auto out = output("output", {1, cells, 2 + 32});
  float* row = out.floats.data() + kMiddleCell * 34;  // its corner is (32, 32)
  row[1] = 0.8F;
  put_side(row + 2, 1);
  row[2 + 8] = row[2 + 8 + 1] = 100;  // half a stride up
  put_side(row + 2 + 16, 1);
  row[2 + 24] = row[2 + 24 + 1] = 100;
  expect_dog_in_the_middle({.outputs = {out}}, Layout::Gfl);
}

TEST(Layout, Yolov5) {
  auto out = output("output0", {1, 3 * kCells, 7});
  float* row = out.floats.data() + 100 * 7;
  row[0] = row[1] = row[2] = 32;
  row[3] = 16;
  row[4] = 0.8F;
  row[6] = 1;
  expect_dog_in_the_middle({.outputs = {out}}, Layout::Yolov5);
}

TEST(Layout, Yolov8) {
  auto out = output("output0", {1, 6, kCells});
  auto at = [&](std::size_t channel) -> float& { return out.floats[channel * kCells + 50]; };
  at(0) = at(1) = at(2) = 32;
  at(3) = 16;
  at(5) = 0.8F;
  expect_dog_in_the_middle({.outputs = {out}}, Layout::Yolov8);
}

TEST(Layout, Yolov8Turned) {
  auto out = output("output0", {1, kCells, 6});
  float* row = out.floats.data() + 50 * 6;
  row[0] = row[1] = row[2] = 32;
  row[3] = 16;
  row[5] = 0.8F;
  // Two classes and four numbers are also YOLOX with one class: the labels decide.
  expect_dog_in_the_middle({.outputs = {out}}, Layout::Yolov8);
}

TEST(Layout, Ssd) {
  auto out = output("detection_out", {1, 1, 3, 7});
  out.floats = {0, 1, 0.8F, 0.25F, 0.375F, 0.75F, 0.625F, -1, 1, 0.9F, 0, 0, 1, 1, 0, 1, 0.9F, 0, 0, 1, 1};
  expect_dog_in_the_middle({.outputs = {out}}, Layout::Ssd);
}

TEST(Layout, SsdInParts) {
  auto boxes = output("detection_boxes:0", {1, 2, 4}), classes = output("detection_classes:0", {1, 2}),
       scores = output("detection_scores:0", {1, 2}), count = output("num_detections:0", {1}, 1);
  boxes.floats = {0.375F, 0.25F, 0.625F, 0.75F, 0, 0, 0, 0};
  classes.floats = {1, 0};
  scores.floats = {0.8F, 0};
  TinyModel model{.input = {1, 64, 64, 3}, .input_element = 2, .outputs = {boxes, classes, scores, count}};
  expect_dog_in_the_middle(model, Layout::SsdParts);
}

TEST(Layout, Detr) {
  auto logits = output("logits", {1, 5, 2}, -20), boxes = output("pred_boxes", {1, 5, 4}, 0.1F);
  logits.floats[2 * 2 + 1] = std::log(0.8F / 0.2F);
  const float box[] = {0.5F, 0.5F, 0.5F, 0.25F};
  std::copy(std::begin(box), std::end(box), boxes.floats.begin() + 2 * 4);
  expect_dog_in_the_middle({.outputs = {logits, boxes}}, Layout::Detr);
}

TEST(Layout, DetrWithAClassForNothing) {
  auto logits = output("logits", {1, 5, 3}), boxes = output("boxes", {1, 5, 4}, 0.1F);
  for (std::size_t i = 0; i < 5; ++i) logits.floats[i * 3 + 2] = 20;
  logits.floats[2 * 3 + 0] = -20;
  logits.floats[2 * 3 + 1] = std::log(4.F);
  logits.floats[2 * 3 + 2] = 0;
  const float box[] = {0.5F, 0.5F, 0.5F, 0.25F};
  std::copy(std::begin(box), std::end(box), boxes.floats.begin() + 2 * 4);
  expect_dog_in_the_middle({.outputs = {logits, boxes}}, Layout::Detr);
}

TEST(Layout, DetrDecoded) {
  TinyOutput labels{"labels", {1, 2}, {}, {1, 0}};
  auto boxes = output("boxes", {1, 2, 4}), scores = output("scores", {1, 2});
  boxes.floats = {16, 24, 48, 40, 0, 0, 0, 0};
  scores.floats = {0.8F, 0.01F};
  expect_dog_in_the_middle({.outputs = {labels, boxes, scores}, .takes_size = true}, Layout::DetrDecoded);
}

TEST(Layout, DetrWithBoxesAndScoresInOneRow) {
  auto out = output("output0", {1, 5, 7});
  out.floats[2 * 7 + 0] = out.floats[2 * 7 + 1] = out.floats[2 * 7 + 2] = 0.5F;
  out.floats[2 * 7 + 3] = 0.25F;
  out.floats[2 * 7 + 5] = 0.8F;
  expect_dog_in_the_middle({.outputs = {out}}, Layout::Detr, {"cat", "dog", "cow"});
}

TEST(Layout, RowsOfWhatIsLeftAfterTheModelsOwnSuppression) {
  auto out = output("output0", {1, 3, 6});
  out.floats = {16, 24, 48, 40, 0.8F, 1, 16, 24, 48, 40, 0.05F, 0, 0, 0, 0, 0, 0, 0};
  expect_dog_in_the_middle({.outputs = {out}}, Layout::Rows);
}

TEST(Layout, RowsThatNameTheirPicture) {
  auto out = output("output", {2, 7});
  out.floats = {0, 16, 24, 48, 40, 1, 0.8F, 0, 0, 0, 1, 1, 0, 0.01F};
  expect_dog_in_the_middle({.outputs = {out}}, Layout::Rows);
}

TEST(Layout, RowsThatBeginWithTheClassAndComeWithTheirNumber) {
  auto out = output("multiclass_nms3_0.tmp_0", {2, 6});
  out.floats = {1, 0.8F, 16, 24, 48, 40, -1, 0.9F, 0, 0, 10, 10};
  TinyOutput count{"multiclass_nms3_0.tmp_2", {1}, {}, {2}};
  expect_dog_in_the_middle({.outputs = {out, count}, .side = "scale_factor"}, Layout::Rows);
}

TEST(Layout, BoxesThatArePartsOfThePicture) {
  TinyOutput labels{"labels", {1, 2}, {}, {1, 0}};
  auto boxes = output("bboxes", {1, 2, 4}), scores = output("scores", {1, 2});
  boxes.floats = {0.25F, 0.375F, 0.75F, 0.625F, 0, 0, 1, 1};
  scores.floats = {0.8F, 0.01F};
  expect_dog_in_the_middle({.outputs = {boxes, labels, scores}}, Layout::DetrDecoded);
}

TEST(Layout, BoxesWithTheirScores) {
  TinyOutput labels{"labels", {1, 2}, {}, {1, 0}};
  auto dets = output("dets", {1, 2, 5});
  dets.floats = {16, 24, 48, 40, 0.8F, 0, 0, 10, 10, 0.01F};
  expect_dog_in_the_middle({.outputs = {dets, labels}}, Layout::DetrDecoded);
}

TEST(Layout, ListsWithTheirNumberKeepThePicturesAspect) {
  TinyOutput labels{"det_classes", {1, 2}, {}, {1, 0}}, count{"num_dets", {1, 1}, {}, {1}};
  auto boxes = output("det_boxes", {1, 2, 4}), scores = output("det_scores", {1, 2});
  boxes.floats = {16, 24, 48, 40, 0, 0, 0, 0};
  scores.floats = {0.8F, 0};
  const TinyModel model{.outputs = {count, boxes, scores, labels}};
  expect_dog_in_the_middle(model, Layout::DetrDecoded);
  auto loaded = load(model);
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ((*loaded)->card().preparation.fit, Preparation::Fit::Letterbox);
}

TEST(Layout, AListThatIsEmptyForAGrayPictureIsKnownAllTheSame) {
  TinyOutput labels{"labels", {0}, {}, {}, true};
  TinyOutput boxes{"boxes", {0, 4}, {}, {}}, scores{"scores", {0}, {}, {}};
  auto loaded = load({.outputs = {boxes, labels, scores}});
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  auto found = make_detector(*loaded)->detect(plain(64, 64, 128, 128, 128), {});
  ASSERT_TRUE(found.ok()) << found.error().message;
  EXPECT_TRUE(found->found.empty());
}

TEST(Layout, BoxesAndScoresOfAGridAreNoTransformers) {
  auto loaded = load({.outputs = {output("boxes", {1, kCells, 4}), output("scores", {1, kCells, 2})}});
  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(loaded.error().message, HasSubstr("of no layout known"));
}

TEST(Layout, NamesTheOutputsItDoesNotKnowAndThoseThatItDoes) {
  auto loaded = load({.outputs = {output("segmentation", {1, 21, 64, 64})}});
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().kind, ErrorKind::InvalidArgument);
  EXPECT_THAT(loaded.error().message, HasSubstr("segmentation [1,21,64,64]"));
  EXPECT_THAT(loaded.error().message, HasSubstr("yolox, gfl"));
}

TEST(Layout, WrongLabelsAreToldWithBothNumbers) {
  auto loaded = load({.outputs = {output("output", {1, kCells, 5 + 7})}}, {"cat", "dog", "cow"});
  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(loaded.error().message, HasSubstr("7 classes"));
  EXPECT_THAT(loaded.error().message, HasSubstr("3 labels"));
}

TEST(Layout, AsksForLabelsThatNobodyGave) {
  auto loaded = load({.outputs = {output("output", {1, kCells, 5 + 7})}}, {});
  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(loaded.error().message, HasSubstr("7 classes"));
}

TEST(Layout, TheCardMayNameOneAndIsHeldToIt) {
  auto loaded = load({.outputs = {output("output", {1, kCells, 7})}}, kTwo, Layout::Detr);
  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(loaded.error().message, HasSubstr("not of the layout detr"));
}

TEST(Layout, NumbersThatAreNoneAreNothingSeen) {
  auto out = output("output", {1, kCells, 7}, NAN);
  auto loaded = load({.outputs = {out}});
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  auto found = make_detector(*loaded)->detect(plain(64, 64, 128, 128, 128), {});
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(found->found.empty());
}

TEST(Layout, ABoxOfInfiniteSizeIsClippedToThePicture) {
  auto out = output("output0", {1, 6, kCells});
  auto at = [&](std::size_t channel) -> float& { return out.floats[channel * kCells + 50]; };
  at(0) = at(1) = 32;
  at(2) = at(3) = INFINITY;
  at(5) = 0.8F;
  auto loaded = load({.outputs = {out}});
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  auto found = make_detector(*loaded)->detect(plain(64, 64, 128, 128, 128), {});
  ASSERT_TRUE(found.ok());
  for (const auto& each : found->found) {
    EXPECT_GE(each.box.x, 0);
    EXPECT_LE(each.box.right(), 64);
  }
}

}  // namespace
}  // namespace vigil::vision
