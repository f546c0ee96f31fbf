#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "media/image.h"
#include "vision/model.h"
#include "vision/onnx/detection_model.h"
#include "vision/read_file.h"

namespace vigil::vision {
namespace {

std::filesystem::path data_folder() {
  if (const char* set = std::getenv("VIGIL_TEST_DATA")) return set;
  const char* source = std::getenv("VIGIL_SOURCE_DIR");
  return std::filesystem::path(source == nullptr ? "." : source) / "../shared/data";
}

Result<ModelPtr> load(const std::string& file, ModelCard card = {}) {
  VIGIL_ASSIGN(auto bytes, read_file(data_folder() / "models" / file, 1u << 28));
  if (card.name.empty()) card.name = "test";
  card.version = "1";
  return load_model(card, bytes);
}

Result<media::FramePtr> picture(const std::string& name) {
  VIGIL_ASSIGN(auto bytes, read_file(data_folder() / name, 1u << 28));
  return media::decode_image({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

// How well the detection of that label that fits best fits.
float fit(const Detections& found, const std::vector<std::string>& labels, const std::string& label,
          const model::Box& box) {
  float best = 0;
  for (const auto& each : found.found) {
    if (labels[static_cast<std::size_t>(each.class_id)] == label) best = std::max(best, model::iou(each.box, box));
  }
  return best;
}

// Every layout that there is a model of, by its outputs alone.
TEST(Detector, FindsADogABicycleAndACar) {
  if (!std::filesystem::exists(data_folder())) GTEST_SKIP() << "no test data at " << data_folder();
  auto frame = picture("images/dlstreamer_dog_bike_car.jpg");
  ASSERT_TRUE(frame.ok()) << frame.error().message;
  for (const char* file : {"yolox_nano_416x416.onnx", "picodet_s_416_coco.onnx", "picodet_s_320_coco.onnx"}) {
    auto model = load(file);
    ASSERT_TRUE(model.ok()) << model.error().message;
    auto detector = make_detector(*model, {.room = 1});  // the scale that the expected boxes were measured at
    auto found = detector->detect(**frame, {.min_score = 0.4F});
    ASSERT_TRUE(found.ok()) << found.error().message;
    EXPECT_GT(fit(*found, detector->labels(), "dog", {132, 217, 180, 326}), 0.8F) << file;
    EXPECT_GT(fit(*found, detector->labels(), "car", {466, 77, 224, 92}), 0.8F) << file;
    EXPECT_GT(fit(*found, detector->labels(), "bicycle", {120, 135, 448, 285}), 0.75F) << file;
    for (std::size_t i = 1; i < found->found.size(); ++i)
      EXPECT_GE(found->found[i - 1].score, found->found[i].score) << file;
  }
}

// What a device with batches does, on this one: each picture gets what it gets alone.
TEST(Detector, PicturesThatGoTogetherAreAnsweredAsAlone) {
  if (!std::filesystem::exists(data_folder())) GTEST_SKIP() << "no test data at " << data_folder();
  auto frame = picture("images/dlstreamer_dog_bike_car.jpg");
  ASSERT_TRUE(frame.ok()) << frame.error().message;
  for (const char* file : {"yolox_nano_416x416.onnx", "picodet_s_320_coco.onnx", "nanodet_m_320.onnx"}) {
    auto bytes = read_file(data_folder() / "models" / file, 1u << 28);
    ASSERT_TRUE(bytes.ok());
    ModelCard card;
    card.name = "test";
    card.version = "1";
    auto alone = onnx::DetectionModel::load(card, *bytes, "cpu", false);
    auto joined = onnx::DetectionModel::load(card, *bytes, "cpu", true);
    ASSERT_TRUE(alone.ok() && joined.ok()) << file;
    EXPECT_FALSE((*alone)->joins());
    EXPECT_TRUE((*joined)->joins()) << file;
    auto expected = make_detector(*alone)->detect(**frame, {.min_score = 0.4F});
    ASSERT_TRUE(expected.ok());
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        auto found = make_detector(*joined)->detect(**frame, {.min_score = 0.4F});
        ASSERT_TRUE(found.ok()) << found.error().message;
        ASSERT_EQ(found->found.size(), expected->found.size()) << file;
        for (std::size_t k = 0; k < found->found.size(); ++k) {
          EXPECT_GT(model::iou(found->found[k].box, expected->found[k].box), 0.98F) << file;
          EXPECT_NEAR(found->found[k].score, expected->found[k].score, 0.01) << file;
        }
      });
    }
  }
}

}  // namespace
}  // namespace vigil::vision
