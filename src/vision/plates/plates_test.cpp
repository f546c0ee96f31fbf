#include "vision/plates.h"

#include <gtest/gtest.h>

#include "vision/plates/overlap.h"
#include "vision/recognise_fake.h"

namespace vigil::vision {
namespace {

// Where the ground truth says that it is.
constexpr model::Box kPlate = {234, 181, 134, 30};
constexpr auto kPicture = "plates/openalpr_eu/test_004.jpg";

ModelCard finder_card() {
  ModelCard card;
  card.task = Task::FindPlates;
  card.has_preparation = true;
  card.preparation.centred = true;
  return card;
}

TEST(PlateFinder, FindsAPlateAndItsCorners) {
  const auto frame = test_picture(kPicture);
  if (!frame) GTEST_SKIP() << "no test data: " << frame.error().message;
  auto model = test_model("hyperlpr3_plate_det_y5fu_320x_sim.onnx", finder_card());
  ASSERT_TRUE(model.ok()) << model.error().message;
  auto finder = make_plate_finder(*model);
  ASSERT_TRUE(finder.ok()) << finder.error().message;
  const auto found = (*finder)->find(**frame, {});
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found->size(), 1U);
  EXPECT_GT(found->front().score, 0.5F);
  EXPECT_TRUE(found->front().exact);
  EXPECT_LT(found->front().corners[0].x, found->front().corners[1].x);
  const auto elsewhere = (*finder)->find(**frame, {0, 0, 100, 100});
  ASSERT_TRUE(elsewhere.ok());
  EXPECT_TRUE(elsewhere->empty());
}

TEST(PlateFinder, TakesNoOtherModel) {
  auto card = finder_card();
  auto model = test_model("person-attributes-recognition-crossroad-0230.onnx", card);
  if (!model) GTEST_SKIP() << "no test data: " << model.error().message;
  auto finder = make_plate_finder(*model);
  ASSERT_FALSE(finder.ok());
  EXPECT_EQ(finder.error().code, "model.output");
  auto reader = make_plate_reader(*model);
  ASSERT_FALSE(reader.ok());
}

TEST(PlateFinder, SaysWhatIsMissingWhereThereIsNoCascade) {
  auto finder = make_classic_plate_finder("/nonexistent/cascade.xml");
  ASSERT_FALSE(finder.ok());
  EXPECT_EQ(finder.error().kind, ErrorKind::NotFound);
  EXPECT_NE(finder.error().message.find("opencv-data"), std::string::npos);
  auto broken = make_classic_plate_finder(std::string(std::getenv("VIGIL_SOURCE_DIR")) + "/README.md");
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.error().kind, ErrorKind::InvalidArgument);
}

// What the cascade finds is larger than the plate.
TEST(PlateFinder, TheClassicOneFindsAPlateToo) {
  const auto frame = test_picture(kPicture);
  if (!frame) GTEST_SKIP() << "no test data: " << frame.error().message;
  auto finder = make_classic_plate_finder();
  if (!finder) GTEST_SKIP() << finder.error().message;
  const auto found = (*finder)->find(**frame, {});
  ASSERT_TRUE(found.ok());
  float best = 0;
  for (const auto& spot : *found) best = std::max(best, model::iou(spot.box, kPlate));
  EXPECT_GT(best, 0.5F) << found->size();
}

TEST(PlateReader, TesseractReadsAPlate) {
  const auto frame = test_picture(kPicture);
  if (!frame) GTEST_SKIP() << "no test data: " << frame.error().message;
  auto reader = make_tesseract_reader();
  ASSERT_TRUE(reader.ok()) << reader.error().message;
  PlateSpot spot;
  spot.box = kPlate;
  spot.corners = plates::corners_of(kPlate);
  const auto text = (*reader)->read(**frame, spot);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(text->text, "RK115AN");
  EXPECT_EQ(text->characters.size(), 7U);
  EXPECT_GT(text->confidence, 0.5F);
  // The sky.
  spot.box = {10, 5, 100, 24};
  spot.corners = plates::corners_of(spot.box);
  EXPECT_LT((*reader)->read(**frame, spot)->confidence, 0.5F);
}

TEST(PlateReader, SaysWhatIsMissingWhereTesseractHasNoData) {
  auto reader = make_tesseract_reader("/nonexistent");
  ASSERT_FALSE(reader.ok());
  EXPECT_EQ(reader.error().kind, ErrorKind::Unavailable);
  EXPECT_NE(reader.error().message.find("tesseract-ocr-eng"), std::string::npos);
}

}  // namespace
}  // namespace vigil::vision
