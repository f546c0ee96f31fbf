#include "vision/onnx/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vision/onnx/tiny_model_fake.h"

namespace vigil::vision::onnx {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TinyModel two_numbers() {
  return {.outputs = {{"found", {1, 2}, {1, 2}, {}}}};
}

TEST(Graph, TellsInputsAndOutputs) {
  auto summary = read_graph(tiny_model(two_numbers()));
  ASSERT_TRUE(summary.ok()) << summary.error().message;
  ASSERT_EQ(summary->inputs.size(), 1U);
  EXPECT_EQ(summary->inputs[0].name, "images");
  EXPECT_THAT(summary->inputs[0].shape, ElementsAre(1, 3, 64, 64));
  EXPECT_THAT(summary->outputs[0].shape, ElementsAre(1, 2));
  EXPECT_EQ(summary->producer, "vigil tests");
}

TEST(Graph, FreesHeightAndWidthAndForgetsWhatFollowsFromThem) {
  auto changed = with_free_size(tiny_model(two_numbers()));
  ASSERT_TRUE(changed.ok()) << changed.error().message;
  auto summary = read_graph(*changed);
  ASSERT_TRUE(summary.ok()) << summary.error().message;
  EXPECT_THAT(summary->inputs[0].shape, ElementsAre(1, 3, -1, -1));
  EXPECT_TRUE(summary->outputs[0].shape.empty());
}

TEST(Graph, FreesTheNumberOfPicturesWhereAskedFor) {
  auto changed = with_free_size(tiny_model(two_numbers()), FreeSides::SizeAndCount);
  ASSERT_TRUE(changed.ok()) << changed.error().message;
  EXPECT_THAT(read_graph(*changed)->inputs[0].shape, ElementsAre(-1, 3, -1, -1));
}

// Such a model would have the library read any file of this machine.
TEST(Graph, RefusesWeightsInOtherFiles) {
  auto model = two_numbers();
  model.weights_outside = true;
  auto summary = read_graph(tiny_model(model));
  ASSERT_FALSE(summary.ok());
  EXPECT_THAT(summary.error().message, HasSubstr("other files"));
}

TEST(Graph, RefusesWeightsInOtherFilesOfAGraphWithinANode) {
  std::string inner, attribute, node, graph, model;
  put_field(inner, 5, tiny_tensor({"w", {1}, {1}, {}}, true));
  put_field(attribute, 6, inner);
  put_field(node, 5, attribute);
  put_field(graph, 1, node);
  put_field(graph, 11, tiny_value("images", 1, {1, 3, 64, 64}));
  put_field(graph, 12, tiny_value("found", 1, {1}));
  put_field(model, 1, std::uint64_t{8});
  put_field(model, 7, graph);
  auto summary = read_graph(model);
  ASSERT_FALSE(summary.ok());
  EXPECT_THAT(summary.error().message, HasSubstr("other files"));
}

TEST(Graph, RefusesGraphsNestedTooDeep) {
  std::string graph;
  for (int i = 0; i < 100; ++i) {
    std::string attribute, node, outer;
    put_field(attribute, 6, graph);
    put_field(node, 5, attribute);
    put_field(outer, 1, node);
    graph = std::move(outer);
  }
  std::string model;
  put_field(model, 1, std::uint64_t{8});
  put_field(model, 7, graph);
  auto summary = read_graph(model);
  ASSERT_FALSE(summary.ok());
  EXPECT_THAT(summary.error().message, HasSubstr("nested"));
}

TEST(Graph, RefusesWhatIsCutOff) {
  const auto model = tiny_model(two_numbers());
  for (std::size_t size = 0; size < model.size(); ++size)
    EXPECT_FALSE(read_graph(std::string_view(model).substr(0, size)).ok()) << size;
  EXPECT_FALSE(read_graph("This is a text, and no model at all.").ok());
}

}  // namespace
}  // namespace vigil::vision::onnx
