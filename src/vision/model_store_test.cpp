#include "vision/model_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "vision/catalogue.h"
#include "vision/digest.h"
#include "vision/onnx/tiny_model_fake.h"
#include "vision/picture_fake.h"
#include "vision/recognise_fake.h"

namespace vigil::vision {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class ModelStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "vigil-models-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    store_ = std::make_unique<ModelStore>(folder_ / "models");
  }
  void TearDown() override { fs::remove_all(folder_); }

  // A detector of one class that sees nothing; `mark` makes another file of it.
  static std::string nothing(float mark = 0) {
    onnx::TinyOutput out{"output", {1, 84, 6}, std::vector<float>(84 * 6), {}};
    out.floats[0] = mark;
    return onnx::tiny_model({.outputs = {out}});
  }
  static ModelCard card(const std::string& name, const std::string& version) {
    ModelCard out;
    out.name = name;
    out.version = version;
    out.labels = {"thing"};
    return out;
  }
  void add(const std::string& name, const std::string& version, float mark = 0) {
    auto added = store_->add(card(name, version), nothing(mark));
    ASSERT_TRUE(added.ok()) << added.error().message;
  }
  void overwrite(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

  fs::path folder_;
  std::unique_ptr<ModelStore> store_;
};

TEST_F(ModelStoreTest, AddingItAgainPutsASpoiltFileRight) {
  add("shop", "1");
  overwrite(folder_ / "models/shop/1/model.onnx", "spoilt");
  EXPECT_FALSE(store_->verify("shop").ok());
  add("shop", "1");
  EXPECT_TRUE(store_->verify("shop").ok());
}

TEST_F(ModelStoreTest, ARecogniserIsNoDetector) {
  onnx::TinyOutput out{"attributes", {1, 8}, std::vector<float>(8), {}};
  auto recogniser = card("people", "1");
  recogniser.labels.clear();
  recogniser.task = Task::PersonAttributes;
  recogniser.preparation = usual_preparation(recogniser.task);
  recogniser.has_preparation = true;
  auto added = store_->add(recogniser, onnx::tiny_model({.outputs = {out}}));
  ASSERT_TRUE(added.ok()) << added.error().message;
  EXPECT_EQ(added->width, 64);
  EXPECT_TRUE(store_->verify("people").ok());
  EXPECT_EQ(store_->default_model(), "");
  auto chosen = store_->set_default("people");
  ASSERT_FALSE(chosen.ok());
  EXPECT_EQ(chosen.error().kind, ErrorKind::InvalidArgument);
  EXPECT_THAT(chosen.error().message, HasSubstr("person_attributes"));
}

TEST_F(ModelStoreTest, ARecogniserThatDoesNotFitItsTaskIsRefused) {
  auto recogniser = card("people", "1");
  recogniser.task = Task::PersonAttributes;
  auto refused = store_->add(recogniser, nothing());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "model.output");
  EXPECT_THAT(refused.error().message, HasSubstr("output [1,84,6]"));
  EXPECT_TRUE(store_->list().empty());
}

TEST_F(ModelStoreTest, WhatTheCatalogueSaysOfAModelFitsItsFile) {
  std::size_t there = 0;
  std::error_code ignored;
  for (const auto& file : fs::directory_iterator(test_data() / "models", ignored)) {
    auto bytes = read_file(file.path(), 1u << 28);
    ASSERT_TRUE(bytes.ok()) << bytes.error().message;
    const auto* entry = built_in_catalogue().with_sum(sha256(*bytes));
    if (entry == nullptr) continue;
    ++there;
    EXPECT_EQ(entry->card.bytes, bytes->size()) << entry->card.name;
    auto added = store_->add(entry->card, *bytes);
    ASSERT_TRUE(added.ok()) << added.error().message;
    EXPECT_EQ(added->task, entry->card.task);
    EXPECT_EQ(added->preparation, entry->card.preparation);
  }
  if (there == 0) GTEST_SKIP() << "no test data: none of the catalogue's models is in " << test_data() / "models";
  EXPECT_EQ(there, built_in_catalogue().entries.size());
}

TEST_F(ModelStoreTest, IsEmptyAtFirstAndSaysSo) {
  EXPECT_TRUE(store_->list().empty());
  EXPECT_EQ(store_->default_model(), "");
  auto found = store_->find("");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().kind, ErrorKind::NotFound);
  EXPECT_THAT(found.error().message, HasSubstr("vigil models pull"));
}

TEST_F(ModelStoreTest, KeepsWhatWasRecognised) {
  add("shop", "1");
  auto models = store_->list();
  ASSERT_EQ(models.size(), 1U);
  EXPECT_EQ(models[0].card.layout, Layout::Yolox);
  EXPECT_EQ(models[0].card.sha256, sha256(nothing()));
  EXPECT_EQ(models[0].card.width, 64);
  EXPECT_TRUE(models[0].is_default) << "the only one";
}

TEST_F(ModelStoreTest, TheNewestVersionIsMeantUnlessOneIsNamed) {
  add("shop", "9", 9);
  add("shop", "10", 10);
  EXPECT_EQ(store_->find("shop")->filename(), "10");
  EXPECT_EQ(store_->find("shop@9")->filename(), "9");
  auto missing = store_->find("shop@11");
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().message, HasSubstr("shop@10, shop@9"));
}

TEST_F(ModelStoreTest, AVersionNeverChanges) {
  add("shop", "1");
  EXPECT_TRUE(store_->add(card("shop", "1"), nothing()).ok()) << "the same file again";
  auto other = store_->add(card("shop", "1"), nothing(1));
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().kind, ErrorKind::AlreadyExists);
}

TEST_F(ModelStoreTest, NothingUnusableGetsIn) {
  EXPECT_FALSE(store_->add(card("text", "1"), "no model").ok());
  auto wrong_sum = card("sum", "1");
  wrong_sum.sha256 = std::string(64, '0');
  EXPECT_EQ(store_->add(wrong_sum, nothing()).error().kind, ErrorKind::DataLoss);
  auto wrong_labels = card("labels", "1");
  wrong_labels.labels = {"a", "b", "c"};
  EXPECT_FALSE(store_->add(wrong_labels, nothing()).ok());
  for (const char* name : {"../up", "classic", "A"}) EXPECT_FALSE(store_->add(card(name, "1"), nothing()).ok()) << name;
  EXPECT_TRUE(store_->list().empty());
  EXPECT_TRUE(fs::is_empty(folder_)) << "and nothing is left behind";
}

TEST_F(ModelStoreTest, TheDefaultIsAsChosen) {
  add("one", "1");
  add("two", "1", 2);
  EXPECT_EQ(store_->default_model(), "") << "nobody chose";
  ASSERT_TRUE(store_->set_default("two").ok());
  EXPECT_EQ(store_->default_model(), "two@1");
  EXPECT_FALSE(store_->set_default("three").ok());
  ASSERT_TRUE(store_->set_default("classic").ok());
  EXPECT_EQ(store_->default_model(), "classic");
}

TEST_F(ModelStoreTest, OneLoadedModelServesAll) {
  add("shop", "1");
  auto first = store_->load(""), second = store_->load("shop@1");
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->get(), second->get());
}

TEST_F(ModelStoreTest, ALoadedModelGoesOnWhenItsFolderIsRemoved) {
  add("shop", "1");
  auto model = store_->load("shop");
  ASSERT_TRUE(model.ok());
  fs::remove_all(folder_);
  auto detector = make_detector(*model);
  EXPECT_TRUE(detector->detect(plain(100, 80, 128, 128, 128), {}).ok());
  auto again = store_->load("shop");
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().kind, ErrorKind::NotFound);
}

TEST_F(ModelStoreTest, AChangedOrCutOffFileIsNotLoaded) {
  add("shop", "1");
  const auto path = folder_ / "models/shop/1/model.onnx";
  auto bytes = nothing();
  overwrite(path, bytes.substr(0, bytes.size() / 2));
  auto loaded = store_->load("shop");
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().kind, ErrorKind::DataLoss);
  EXPECT_THAT(loaded.error().message, HasSubstr("SHA-256"));
  overwrite(path, nothing(5));
  EXPECT_EQ(store_->verify("shop").error().kind, ErrorKind::DataLoss);
  overwrite(path, bytes);
  EXPECT_TRUE(store_->verify("shop").ok());
}

TEST_F(ModelStoreTest, ListsWhatIsBrokenWithTheReason) {
  add("shop", "1");
  overwrite(folder_ / "models/shop/1/model.json", "{");
  auto models = store_->list();
  ASSERT_EQ(models.size(), 1U);
  EXPECT_FALSE(models[0].problem.empty());
}

TEST_F(ModelStoreTest, ALabelsFileBesideTheModelWinsAndIsChecked) {
  add("shop", "1");
  const auto path = folder_ / "models/shop/1/labels.txt";
  overwrite(path, "Ding\n");
  auto model = store_->load("shop");
  ASSERT_TRUE(model.ok()) << model.error().message;
  EXPECT_EQ((*model)->card().labels, std::vector<std::string>{"Ding"});
  model = Error{};
  overwrite(path, "Ding\nDong\n");
  auto wrong = store_->load("shop");
  ASSERT_FALSE(wrong.ok());
  EXPECT_THAT(wrong.error().message, HasSubstr("2 labels"));
}

TEST(Versions, NumbersCountAsNumbers) {
  EXPECT_TRUE(is_newer("10", "9"));
  EXPECT_TRUE(is_newer("1.10", "1.9"));
  EXPECT_TRUE(is_newer("1.1", "1"));
  EXPECT_FALSE(is_newer("01", "1"));
  EXPECT_FALSE(is_newer("1", "1"));
}

}  // namespace
}  // namespace vigil::vision
