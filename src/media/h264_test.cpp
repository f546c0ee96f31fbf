#include "media/h264.h"

#include <gtest/gtest.h>

#include "media/bits.h"
#include "media/h265.h"

namespace vigil::media {
namespace {

using Data = std::vector<std::uint8_t>;

// Writes parameter sets by hand, for what no encoder would make.
class BitWriter {
 public:
  explicit BitWriter(Data head) : bytes_(std::move(head)) {}
  BitWriter& u(int count, std::uint64_t value) {
    for (int i = count - 1; i >= 0; --i) bit((value >> i) & 1);
    return *this;
  }
  BitWriter& ue(std::uint64_t value) {
    int length = 0;
    while ((value + 1) >> (length + 1) != 0) ++length;
    return u(length, 0).u(length + 1, value + 1);
  }
  Data done() {
    u(1, 1);
    while (used_ % 8 != 0) bit(0);
    // Emulation prevention (7.4.1).
    Data out;
    int zeros = 0;
    for (auto byte : bytes_) {
      if (zeros >= 2 && byte <= 3) {
        out.push_back(3);
        zeros = 0;
      }
      out.push_back(byte);
      zeros = byte == 0 ? zeros + 1 : 0;
    }
    return out;
  }

 private:
  void bit(std::uint64_t value) {
    if (used_ % 8 == 0) bytes_.push_back(0);
    bytes_.back() = static_cast<std::uint8_t>(bytes_.back() | value << (7 - used_ % 8));
    ++used_;
  }
  Data bytes_;
  std::size_t used_ = 0;
};

struct Shape {
  int profile = 77;
  std::uint64_t order_type = 0;
  std::uint64_t wide = 119, high = 67;
  bool frames_only = true;
  std::vector<std::uint64_t> crop = {};
};

BitWriter sps_until_vui(const Shape& shape) {
  BitWriter out({0x67});
  out.u(8, static_cast<std::uint64_t>(shape.profile)).u(8, 0).u(8, 40).ue(0).ue(4).ue(shape.order_type);
  if (shape.order_type == 0) out.ue(4);
  out.ue(1).u(1, 0).ue(shape.wide).ue(shape.high).u(1, shape.frames_only);
  if (!shape.frames_only) out.u(1, 0);
  out.u(1, 1).u(1, !shape.crop.empty());
  for (auto side : shape.crop) out.ue(side);
  return out;
}

TEST(H264, CroppingGivesTheShownSize) {
  auto sps = h264::parse_sps(sps_until_vui({.crop = {0, 0, 0, 4}}).u(1, 0).done());
  ASSERT_TRUE(sps.ok()) << sps.error().message;
  EXPECT_EQ(sps->width, 1920);
  EXPECT_EQ(sps->height, 1080);
  EXPECT_EQ(h264::codec_string(*sps), "avc1.4d0028");
}

TEST(H264, FieldsCountTwice) {
  auto sps = h264::parse_sps(sps_until_vui({.high = 33, .frames_only = false, .crop = {0, 0, 0, 2}}).u(1, 0).done());
  ASSERT_TRUE(sps.ok());
  EXPECT_EQ(sps->height, 1080);
}

TEST(H264, ReorderingIsUnknownUnlessSomethingRulesItOut) {
  auto depth = [](const Shape& shape) { return h264::parse_sps(sps_until_vui(shape).u(1, 0).done())->reorder_depth; };
  EXPECT_EQ(depth({.profile = 77}), std::nullopt);
  EXPECT_EQ(depth({.profile = 66}), 0);
  EXPECT_EQ(depth({.profile = 77, .order_type = 2}), 0);
}

TEST(H264, VuiTellsTheReorderDepth) {
  auto vui = sps_until_vui({}).u(1, 1);
  vui.u(1, 1).u(8, 255).u(16, 4).u(16, 3);                       // aspect ratio
  vui.u(1, 0).u(1, 1).u(3, 5).u(1, 1).u(1, 1).u(24, 0x010101);   // overscan, video signal
  vui.u(1, 0).u(1, 1).u(32, 1).u(32, 50).u(1, 1);                // chroma location, timing
  vui.u(1, 1).ue(0).u(8, 0).ue(1000).ue(2000).u(1, 0).u(20, 0);  // NAL HRD
  vui.u(1, 0).u(1, 0).u(1, 1);                                   // VCL HRD, low delay, picture structure
  vui.u(1, 1).u(1, 1).ue(0).ue(0).ue(10).ue(10).ue(2).ue(4);
  auto sps = h264::parse_sps(vui.done());
  ASSERT_TRUE(sps.ok());
  EXPECT_EQ(sps->reorder_depth, 2);
}

TEST(H264, ABrokenVuiDoesNotSpoilTheSize) {
  auto sps = h264::parse_sps(sps_until_vui({}).u(1, 1).u(1, 1).u(8, 255).done());
  ASSERT_TRUE(sps.ok());
  EXPECT_EQ(sps->width, 1920);
  EXPECT_EQ(sps->reorder_depth, std::nullopt);
}

TEST(H264, ImpossibleSizesAreRefused) {
  for (const Shape& shape : {Shape{.wide = 4000000000ull}, Shape{.high = 5000}, Shape{.crop = {2000, 0, 0, 0}},
                             Shape{.crop = {0, 4294967294ull, 0, 4294967294ull}}}) {
    EXPECT_FALSE(h264::parse_sps(sps_until_vui(shape).u(1, 0).done()).ok());
  }
}

TEST(H264, EveryTruncationIsAnErrorOrHarmless) {
  auto whole = sps_until_vui({.crop = {0, 0, 0, 4}}).u(1, 0).done();
  for (std::size_t length = 0; length + 2 < whole.size(); ++length) {
    EXPECT_FALSE(h264::parse_sps(Bytes(whole).first(length)).ok()) << length;
  }
}

TEST(H264, RecoveryPointMessageIsFoundBehindOthers) {
  EXPECT_TRUE(h264::has_immediate_recovery_point(Data{6, 6, 1, 0xc4, 0x80}));
  EXPECT_TRUE(h264::has_immediate_recovery_point(Data{6, 5, 2, 1, 2, 6, 1, 0x84, 0x80}));
  EXPECT_FALSE(h264::has_immediate_recovery_point(Data{6, 6, 1, 0x24, 0x80})) << "recovers some frames later";
  EXPECT_FALSE(h264::has_immediate_recovery_point(Data{6, 6, 200, 0xc4}));
  EXPECT_FALSE(h264::has_immediate_recovery_point(Data{6, 0xff, 0xff}));
  EXPECT_FALSE(h264::has_immediate_recovery_point(Data{}));
}

TEST(H264, LyingRecordsAreRefused) {
  EXPECT_TRUE(h264::parse_avcc(Data{1, 77, 0, 40, 0xff, 0xe1, 0, 1, 0x67, 1, 0, 1, 0x68}).has_value());
  EXPECT_FALSE(h264::parse_avcc(Data{1, 77, 0, 40, 0xff, 0xe1, 0, 9, 0x67, 1, 0, 1, 0x68}).has_value());
  EXPECT_FALSE(h264::parse_avcc(Data{1, 77, 0, 40, 0xff, 0xff, 0xff}).has_value());
  EXPECT_FALSE(h264::parse_avcc(Data{}).has_value());
  EXPECT_FALSE(h265::parse_hvcc(Data(23, 1)).has_value());
  EXPECT_FALSE(h265::parse_hvcc(Data{}).has_value());
}

// An SPS of the main profile with the given size and window.
Data hevc_sps(std::uint64_t width, std::uint64_t height, std::vector<std::uint64_t> window, std::uint64_t reorder) {
  BitWriter out({0x42, 0x01});
  out.u(4, 0).u(3, 0).u(1, 1);
  out.u(2, 0).u(1, 0).u(5, 1).u(32, 0x60000000).u(8, 0xb0).u(32, 0).u(8, 0).u(8, 93);
  out.ue(0).ue(1).ue(width).ue(height).u(1, !window.empty());
  for (auto side : window) out.ue(side);
  out.ue(0).ue(0).ue(4).u(1, 1).ue(4).ue(reorder).ue(0);
  return out.done();
}

TEST(H265, WindowReorderingAndName) {
  auto sps = h265::parse_sps(hevc_sps(1920, 1088, {0, 0, 0, 4}, 2));
  ASSERT_TRUE(sps.ok()) << sps.error().message;
  EXPECT_EQ(sps->width, 1920);
  EXPECT_EQ(sps->height, 1080);
  EXPECT_EQ(sps->reorder_depth, 2);
  EXPECT_EQ(h265::codec_string(*sps), "hvc1.1.6.L93.B0");
}

TEST(H265, ImpossibleSizesAndTruncationsAreRefused) {
  EXPECT_FALSE(h265::parse_sps(hevc_sps(100000, 1080, {}, 0)).ok());
  EXPECT_FALSE(h265::parse_sps(hevc_sps(0, 1080, {}, 0)).ok());
  EXPECT_FALSE(h265::parse_sps(hevc_sps(64, 64, {16, 16, 0, 0}, 0)).ok());
  EXPECT_FALSE(h265::parse_sps(hevc_sps(64, 64, {}, 17)).ok());
  auto whole = hevc_sps(1920, 1088, {0, 0, 0, 4}, 2);
  for (std::size_t length = 0; length + 2 < whole.size(); ++length) {
    EXPECT_FALSE(h265::parse_sps(Bytes(whole).first(length)).ok()) << length;
  }
}

TEST(Bits, ReadingPastTheEndIsRememberedAndStops) {
  Data one = {0x80};
  BitReader in(one);
  EXPECT_EQ(in.bits(8), 0x80u);
  EXPECT_TRUE(in.ok());
  EXPECT_EQ(in.bits(8), 0u);
  EXPECT_FALSE(in.ok());
  Data zeros(100);
  BitReader endless(zeros);
  EXPECT_EQ(endless.ue(), 0u);
  EXPECT_FALSE(endless.ok());
}

}  // namespace
}  // namespace vigil::media
