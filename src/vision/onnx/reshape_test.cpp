#include "vision/onnx/reshape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vision/onnx/tiny_model_fake.h"

namespace vigil::vision::onnx {
namespace {

using ::testing::ElementsAre;

std::string node(std::string_view op, std::initializer_list<std::string_view> inputs, std::string_view output) {
  std::string out;
  for (auto input : inputs) put_field(out, 1, input);
  put_field(out, 2, output);
  put_field(out, 4, op);
  return out;
}

std::string graph_of(const std::string& one) {
  std::string graph;
  put_field(graph, 1, one);
  return graph;
}

std::string shape(std::vector<std::int64_t> values) {
  return tiny_tensor({"shape", {static_cast<std::int64_t>(values.size())}, {}, std::move(values)}, false);
}

TEST(Reshape, ShapesAreTheSecondInputsOfReshapeNodes) {
  auto shapes = reshape_shapes(graph_of(node("Reshape", {"x", "shape"}, "y")));
  ASSERT_TRUE(shapes.ok());
  EXPECT_THAT(*shapes, ElementsAre("shape"));
  EXPECT_TRUE(reshape_shapes(graph_of(node("Expand", {"x", "shape"}, "y")))->empty());
  EXPECT_TRUE(reshape_shapes(graph_of(node("Reshape", {"x"}, "y")))->empty());
  EXPECT_FALSE(reshape_shapes(graph_of("\xff\xff")).ok());
}

TEST(Reshape, OneAtTheBeginningBecomesAsManyAsThereAre) {
  // tiny_tensor() names what it makes "w_…".
  EXPECT_EQ(*with_any_count_tensor(shape({1, 85, -1}), {"w_shape"}), shape({0, 85, -1}));
  EXPECT_EQ(*with_any_count_tensor(shape({2, 85, -1}), {"w_shape"}), shape({2, 85, -1}));
  EXPECT_EQ(*with_any_count_tensor(shape({1, 85, -1}), {"other"}), shape({1, 85, -1}));
  const auto floats = tiny_tensor({"shape", {1}, {1}, {}}, false);
  EXPECT_EQ(*with_any_count_tensor(floats, {"w_shape"}), floats);
}

TEST(Reshape, ConstantsOfNodesAreChangedToo) {
  auto constant = [](const std::string& tensor, std::string_view op) {
    std::string attribute, out = node(op, {}, "shape");
    put_field(attribute, 1, std::string_view("value"));
    put_field(attribute, 5, tensor);
    put_field(out, 5, attribute);
    return out;
  };
  EXPECT_EQ(*with_any_count_node(constant(shape({1, -1}), "Constant"), {"shape"}),
            constant(shape({0, -1}), "Constant"));
  EXPECT_EQ(*with_any_count_node(constant(shape({1, -1}), "Other"), {"shape"}), constant(shape({1, -1}), "Other"));
  EXPECT_EQ(*with_any_count_node(constant(shape({1, -1}), "Constant"), {}), constant(shape({1, -1}), "Constant"));
}

TEST(Reshape, ValuesMayBeWrittenInThreeWays) {
  std::string one_by_one, packed;
  for (auto* out : {&one_by_one, &packed}) {
    put_field(*out, 2, std::uint64_t{7});
    put_field(*out, 8, std::string_view("shape"));
  }
  auto expected = one_by_one;
  put_field(one_by_one, 7, std::uint64_t{1});
  put_field(one_by_one, 7, std::uint64_t{1});
  put_field(expected, 7, std::uint64_t{0});
  put_field(expected, 7, std::uint64_t{1});
  EXPECT_EQ(*with_any_count_tensor(one_by_one, {"shape"}), expected);
  auto expected_packed = packed;
  put_field(packed, 7, std::string_view("\x01\x01", 2));
  put_field(expected_packed, 7, std::string_view("\x00\x01", 2));
  EXPECT_EQ(*with_any_count_tensor(packed, {"shape"}), expected_packed);
}

}  // namespace
}  // namespace vigil::vision::onnx
