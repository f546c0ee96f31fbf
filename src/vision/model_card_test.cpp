#include "vision/model_card.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vision/catalogue.h"

namespace vigil::vision {
namespace {

using ::testing::HasSubstr;

TEST(ModelCard, ComesBackAsItWasWritten) {
  ModelCard card;
  card.name = "shop";
  card.version = "2.1";
  card.title = "Trolleys and baskets";
  card.licence = "Apache-2.0";
  card.source = "https://models.example/shop.onnx";
  card.sha256 = std::string(64, 'a');
  card.bytes = 12345;
  card.layout = Layout::Yolov8;
  card.width = 640;
  card.height = 384;
  card.fitted = false;
  card.has_preparation = true;
  card.preparation = {.fit = Preparation::Fit::Stretch,
                      .centred = true,
                      .fill = 0,
                      .order = Preparation::Order::Bgr,
                      .mean = {1, 2, 3},
                      .scale = {4, 5, 6}};
  card.labels = {"trolley", "basket"};
  auto read = parse_model_card(to_json(card));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, card);
}

TEST(ModelCard, NamesTheMemberThatIsWrong) {
  auto said = [](const std::string& members) {
    auto read = parse_model_card("{\"name\":\"a\",\"version\":\"1\"" + members + "}");
    return read.ok() ? "nothing" : read.error().message;
  };
  EXPECT_EQ(said(""), "nothing");
  EXPECT_THAT(said(",\"colour\":1"), HasSubstr("colour is not known"));
  EXPECT_THAT(said(",\"layout\":\"yolo\""), HasSubstr("layout must be one of"));
  EXPECT_THAT(said(",\"width\":-1"), HasSubstr("width"));
  EXPECT_THAT(said(",\"width\":1.5"), HasSubstr("whole number"));
  EXPECT_THAT(said(",\"sha256\":\"abc\""), HasSubstr("sha256"));
  EXPECT_THAT(said(",\"labels\":[\"a\",\"a\"]"), HasSubstr("repeats"));
  EXPECT_THAT(said(",\"labels\":\"voc\""), HasSubstr("labels"));
  EXPECT_THAT(said(",\"preparation\":{\"scale\":[1,0,1]}"), HasSubstr("preparation/scale"));
  EXPECT_THAT(said(",\"preparation\":{\"fits\":1}"), HasSubstr("preparation/fits is not known"));
  EXPECT_THAT(said(",\"title\":\"a\\nb\""), HasSubstr("title"));
}

TEST(ModelCard, NamesAreFitForFolders) {
  for (const char* good : {"a", "yolox-nano", "1.0", "v2_b"}) EXPECT_TRUE(is_model_name(good)) << good;
  for (const char* bad : {"", ".", "..", "../a", "a/b", "A", "-a", ".a", "a b", "ä"})
    EXPECT_FALSE(is_model_name(bad)) << bad;
  EXPECT_FALSE(is_model_name(std::string(65, 'a')));
}

TEST(Labels, AreLinesWithoutRepetition) {
  auto labels = parse_labels("person\r\ntraffic light\n\n\n");
  ASSERT_TRUE(labels.ok());
  EXPECT_THAT(*labels, ::testing::ElementsAre("person", "traffic light"));
  EXPECT_THAT(parse_labels("a\n\nb").error().message, HasSubstr("line 2"));
  EXPECT_THAT(parse_labels("a\na").error().message, HasSubstr("repeats"));
  EXPECT_THAT(parse_labels("").error().message, HasSubstr("no labels"));
  EXPECT_THAT(parse_labels("\x89PNG\x1a").error().message, HasSubstr("no text"));
  EXPECT_EQ(coco_labels().size(), 80U);
}

TEST(Catalogue, TheBuiltInOneIsInOrder) {
  const auto& catalogue = built_in_catalogue();
  ASSERT_NE(catalogue.find(""), catalogue.find(catalogue.default_name));
  for (const auto& each : catalogue.entries) {
    EXPECT_FALSE(each.card.licence.empty()) << each.card.name;
    EXPECT_EQ(each.card.source.compare(0, 8, "https://"), 0) << each.card.name;
    EXPECT_TRUE(each.card.has_preparation) << each.card.name;
    EXPECT_EQ(each.card.layout != Layout::Unknown, each.card.task == Task::Detect) << each.card.name;
    EXPECT_EQ(catalogue.with_sum(each.card.sha256), &each);
    EXPECT_EQ(catalogue.find(each.card.id()), &each);
  }
}

TEST(Catalogue, SaysWhatIsWrongWithOne) {
  EXPECT_FALSE(parse_catalogue("{}").ok());
  EXPECT_FALSE(parse_catalogue(R"({"default":"a","models":[]})").ok());
  EXPECT_FALSE(parse_catalogue(R"({"default":"a","models":[{"card":{"name":"a","version":"1"}}]})").ok());
}

}  // namespace
}  // namespace vigil::vision
