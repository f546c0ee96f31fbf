#include "analyser/wire.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string_view>

namespace vigil::analyser {
namespace {

Header sample() {
  Header header;
  header.type = Type::Packet;
  header.flags = flag::kKey | flag::kSend;
  header.length = 1000;
  header.camera = 7;
  header.scope = 3;
  header.sequence = 123456789012;
  header.pts_us = -5;
  header.sent_ns = 42;
  return header;
}

TEST(Wire, TheChecksumIsCastagnolis) {
  const std::string_view text = "123456789";  // RFC 3720's neighbours all agree on this one
  EXPECT_EQ(crc32c({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}), 0xe3069283u);
  const std::array<std::uint8_t, 32> zeros{};  // RFC 3720, B.4
  EXPECT_EQ(crc32c(zeros), 0x8a9136aau);
}

TEST(Wire, AHeaderComesBackAsItWas) {
  const auto bytes = encode(sample());
  const auto back = decode_header(bytes, 1000);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(*back, sample());
}

TEST(Wire, AnyChangedBitIsNoticed) {
  const auto good = encode(sample());
  for (std::size_t bit = 0; bit < kHeaderBytes * 8; ++bit) {
    auto bad = good;
    bad[bit / 8] = static_cast<std::uint8_t>(bad[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_FALSE(decode_header(bad, 1u << 30).ok()) << bit;
  }
}

TEST(Wire, ATooLongBodyAndAnUnknownTypeAreRefused) {
  EXPECT_FALSE(decode_header(encode(sample()), 999).ok());
  auto header = sample();
  header.type = static_cast<Type>(0);
  EXPECT_FALSE(decode_header(encode(header), 1000).ok());
  header.type = static_cast<Type>(static_cast<int>(kLastType) + 1);
  EXPECT_FALSE(decode_header(encode(header), 1000).ok());
}

}  // namespace
}  // namespace vigil::analyser
