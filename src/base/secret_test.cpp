#include "base/secret.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <new>
#include <sstream>
#include <type_traits>

namespace vigil {
namespace {

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(Printable<std::string>);
static_assert(!Printable<Secret>, "a secret must not be printed");
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<std::string, Secret>);

TEST(Secret, ComparesByValue) {
  EXPECT_TRUE(Secret("a") == Secret("a"));
  EXPECT_FALSE(Secret("a") == Secret("b"));
  EXPECT_FALSE(Secret("a") == Secret("aa"));
  EXPECT_TRUE(Secret() == Secret(""));
  EXPECT_TRUE(Secret().empty());
}

TEST(Secret, CopiesAndMovesLikeAValue) {
  Secret first("a secret that is longer than a small string");
  Secret copy = first;
  EXPECT_TRUE(copy == first);
  Secret moved = std::move(first);
  EXPECT_TRUE(moved == copy);
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): that it is empty is the point
  copy = Secret("other");
  EXPECT_EQ(copy.reveal(), "other");
  const auto& same = copy;
  copy = same;
  EXPECT_EQ(copy.reveal(), "other");
}

// Short strings lie inside the object: moving one leaves its bytes behind unless they are wiped.
TEST(Secret, LeavesNothingBehind) {
  alignas(Secret) std::array<unsigned char, sizeof(Secret)> memory{};
  auto seen = [&] { return std::string(memory.begin(), memory.end()).find("anary") != std::string::npos; };
  auto* secret = new (memory.data()) Secret("Canary");
  EXPECT_TRUE(seen());
  Secret moved = std::move(*secret);
  EXPECT_FALSE(seen());
  *secret = Secret("Canary");
  EXPECT_TRUE(seen());
  *secret = Secret("x");
  EXPECT_FALSE(seen()) << "a shorter one over a longer one";
  *secret = Secret("Canary");
  secret->~Secret();
  // The compiler may not assume what destroyed memory holds when it is read through a volatile pointer.
  const volatile unsigned char* after = memory.data();
  std::string left;
  for (std::size_t i = 0; i < memory.size(); ++i) left.push_back(static_cast<char>(after[i]));
  EXPECT_EQ(left.find("anary"), std::string::npos);
}

}  // namespace
}  // namespace vigil
