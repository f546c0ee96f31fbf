#include "records/coco.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace vigil::records {
namespace {

TEST(CocoWriter, HasImagesAnnotationsAndCategories) {
  model::KeyFrame frame;
  frame.id = "f";
  frame.path = "gate/2026-01-01/f.jpg";
  frame.width = 4;
  frame.height = 2;
  model::DetectedObject dog, person, elsewhere;
  dog.key_frame_id = person.key_frame_id = "f";
  elsewhere.key_frame_id = "other";
  dog.label = "dog";
  person.label = "person";
  person.track_id = "run-7";
  person.confidence = 0.9F;
  person.box = {1, 0, 2, 2};
  person.mask = model::Mask{2, 2, {0, 1, 3}};  // the upper left quarter
  CocoWriter writer({{"person", 1}});
  auto text = writer.images({frame});
  text += writer.annotations({dog, person, elsewhere});
  text += writer.end();
  const auto json = parse_json(text);
  ASSERT_TRUE(json);
  EXPECT_EQ((*json)["images"][0]["file_name"], frame.path);
  EXPECT_EQ((*json)["categories"], Json::array({{{"id", 1}, {"name", "person"}}, {{"id", 2}, {"name", "dog"}}}));
  ASSERT_EQ((*json)["annotations"].size(), 2U);
  const auto& annotation = (*json)["annotations"][1];
  EXPECT_EQ(annotation["image_id"], 1);
  EXPECT_EQ(annotation["category_id"], 1);
  EXPECT_EQ(annotation["bbox"], Json::array({1.0, 0.0, 2.0, 2.0}));
  EXPECT_EQ(annotation["track_id"], 7);
  EXPECT_EQ(annotation["segmentation"], Json({{"size", {2, 4}}, {"counts", {2, 1, 5}}}));
}

TEST(CocoWriter, PiecesOfAnySizeMakeOneDocument) {
  CocoWriter writer;
  std::string text;
  for (int i = 0; i < 3; ++i) {
    model::KeyFrame frame;
    frame.id = "f" + std::to_string(i);
    text += writer.images({frame});
    text += writer.images({});
  }
  for (int i = 0; i < 3; ++i) {
    model::DetectedObject object;
    object.key_frame_id = "f" + std::to_string(i);
    object.label = i == 1 ? "car" : "person";
    text += writer.annotations({object});
  }
  text += writer.end("not all");
  const auto json = parse_json(text);
  ASSERT_TRUE(json) << text;
  ASSERT_EQ((*json)["images"].size(), 3U);
  ASSERT_EQ((*json)["annotations"].size(), 3U);
  EXPECT_EQ((*json)["annotations"][2]["id"], 3);
  EXPECT_EQ((*json)["annotations"][2]["image_id"], 3);
  EXPECT_EQ((*json)["categories"].size(), 2U);
  EXPECT_EQ((*json)["info"]["description"], "not all");
}

TEST(CocoWriter, NothingIsADocumentToo) {
  const auto json = parse_json(CocoWriter().end());
  ASSERT_TRUE(json);
  EXPECT_EQ(*json, Json({{"images", Json::array()}, {"annotations", Json::array()}, {"categories", Json::array()}}));
  CocoWriter pictures_only;
  auto text = pictures_only.images({});
  text += pictures_only.end();
  EXPECT_TRUE(parse_json(text)) << text;
}

}  // namespace
}  // namespace vigil::records
