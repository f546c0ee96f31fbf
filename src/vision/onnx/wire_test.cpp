#include "vision/onnx/wire.h"

#include <gtest/gtest.h>

namespace vigil::vision::onnx {
namespace {

TEST(Wire, ReadsWhatItWrote) {
  std::string message;
  put_field(message, 1, std::uint64_t{300});
  put_field(message, 16, std::string_view("abc"));
  put_field(message, 2, ~std::uint64_t{0});
  WireReader reader(message);
  auto first = reader.next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->number, 1U);
  EXPECT_EQ(first->varint, 300U);
  auto second = reader.next();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->number, 16U);
  EXPECT_EQ(second->bytes, "abc");
  EXPECT_EQ(second->whole.size(), 6U);
  EXPECT_EQ(reader.next()->varint, ~std::uint64_t{0});
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.broken());
}

TEST(Wire, IsBrokenWhereBytesAreMissing) {
  std::string message;
  put_field(message, 1, std::uint64_t{300});
  const auto end_of_first = message.size();
  put_field(message, 2, std::string_view("abcdef"));
  for (std::size_t size = 1; size < message.size(); ++size) {
    WireReader reader(std::string_view(message).substr(0, size));
    while (reader.next()) {
    }
    EXPECT_EQ(reader.broken(), size != end_of_first) << size;
  }
}

TEST(Wire, RefusesGroupsFieldZeroAndEndlessNumbers) {
  for (const std::string& bytes : {std::string("\x0b\x0c"), std::string("\x00\x01", 2), std::string(11, '\xff'),
                                   std::string("\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f")}) {
    WireReader reader(bytes);
    EXPECT_FALSE(reader.next());
    EXPECT_TRUE(reader.broken());
  }
}

}  // namespace
}  // namespace vigil::vision::onnx
