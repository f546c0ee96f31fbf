#include "store/secret_box.h"

#include <gtest/gtest.h>

namespace vigil::store {
namespace {

SecretBox box(char fill) {
  return SecretBox(Secret(std::string(SecretBox::kKeyBytes, fill)));
}

TEST(SecretBox, OpensWhatItSealed) {
  for (const auto& text : {std::string(), std::string("pa ss\0word", 10), std::string(10000, 'x')}) {
    auto sealed = box('k').seal(Secret(text), "cam_1");
    auto opened = box('k').open(sealed, "cam_1");
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(opened->reveal(), text);
  }
}

TEST(SecretBox, SameTextNeverLooksTheSame) {
  EXPECT_NE(box('k').seal(Secret("text"), "c"), box('k').seal(Secret("text"), "c"));
  EXPECT_EQ(box('k').seal(Secret("secret text"), "c").find("secret"), std::string::npos);
}

TEST(SecretBox, RefusesAnotherKeyContextOrAnyChangedByte) {
  auto sealed = box('k').seal(Secret("text"), "cam_1");
  EXPECT_EQ(box('j').open(sealed, "cam_1").error().kind, ErrorKind::DataLoss);
  EXPECT_EQ(box('k').open(sealed, "cam_2").error().kind, ErrorKind::DataLoss);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(box('k').open(changed, "cam_1")) << i;
    EXPECT_FALSE(box('k').open(sealed.substr(0, i), "cam_1")) << i;
  }
}

TEST(SecretBox, DerivedKeysAndTheCheckValueFollowTheKey) {
  EXPECT_EQ(box('k').check_value(), box('k').check_value());
  EXPECT_NE(box('k').check_value(), box('j').check_value());
  EXPECT_TRUE(box('k').derive("a") == box('k').derive("a"));
  EXPECT_FALSE(box('k').derive("a") == box('k').derive("b"));
  EXPECT_FALSE(box('k').derive("a") == box('j').derive("a"));
}

}  // namespace
}  // namespace vigil::store
