#include <algorithm>
#include <array>
#include <optional>

#include "media/nal.h"
#include "rtp/depacketisers.h"

// JPEG by RTP (RFC 2435): the packets hold the scan; headers and tables are made here, as its appendix describes.

namespace vigil::rtp {
namespace {

using Bytes = std::span<const std::uint8_t>;

// ITU-T T.81, annex K, in zig-zag order: the base of the quantisation tables (RFC 2435, appendix A).
constexpr std::array<std::uint8_t, 64> kLuma = {
    16, 11,  12, 14, 12, 10, 16,  14,  13,  14, 18, 17,  16,  19,  24,  40,  26, 24,  22,  22, 24, 49,
    35, 37,  29, 40, 58, 51, 61,  60,  57,  51, 56, 55,  64,  72,  92,  78,  64, 68,  87,  69, 55, 56,
    80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99};
constexpr std::array<std::uint8_t, 64> kChroma = {17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99,
                                                  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
                                                  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
                                                  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99};

// T.81, K.3: the Huffman tables that every such stream uses.
constexpr std::array<std::uint8_t, 16> kLumaDcBits = {0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0};
constexpr std::array<std::uint8_t, 16> kChromaDcBits = {0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0};
constexpr std::array<std::uint8_t, 12> kDcValues = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
constexpr std::array<std::uint8_t, 16> kLumaAcBits = {0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d};
constexpr std::array<std::uint8_t, 162> kLumaAcValues = {
    0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71,
    0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0, 0x24, 0x33, 0x62, 0x72,
    0x82, 0x09, 0x0a, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x34, 0x35, 0x36, 0x37,
    0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59,
    0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a, 0x83,
    0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0xa2, 0xa3,
    0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba, 0xc2, 0xc3,
    0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda, 0xe1, 0xe2,
    0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa};
constexpr std::array<std::uint8_t, 16> kChromaAcBits = {0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77};
constexpr std::array<std::uint8_t, 162> kChromaAcValues = {
    0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71, 0x13, 0x22,
    0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xa1, 0xb1, 0xc1, 0x09, 0x23, 0x33, 0x52, 0xf0, 0x15, 0x62, 0x72, 0xd1,
    0x0a, 0x16, 0x24, 0x34, 0xe1, 0x25, 0xf1, 0x17, 0x18, 0x19, 0x1a, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x35, 0x36,
    0x37, 0x38, 0x39, 0x3a, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58,
    0x59, 0x5a, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7a,
    0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a,
    0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xb2, 0xb3, 0xb4, 0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xba,
    0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xca, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xd9, 0xda,
    0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xea, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa};

void append_quality_table(std::vector<std::uint8_t>& out, const std::array<std::uint8_t, 64>& base, int quality) {
  const int factor = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  for (int value : base) out.push_back(static_cast<std::uint8_t>(std::clamp((value * factor + 50) / 100, 1, 255)));
}

void append_huffman(std::vector<std::uint8_t>& out, std::uint8_t id, Bytes bits, Bytes values) {
  media::append_be16(out, 0xffc4);
  media::append_be16(out, 3 + bits.size() + values.size());
  out.push_back(id);
  media::append(out, bits);
  media::append(out, values);
}

struct Shape {
  int type = 0, width = 0, height = 0, restart_interval = 0;
};

std::vector<std::uint8_t> make_header(const Shape& shape, Bytes tables) {
  std::vector<std::uint8_t> out;
  out.reserve(700);
  media::append_be16(out, 0xffd8);
  const std::size_t count = tables.size() / 64;
  for (std::size_t i = 0; i < count; ++i) {
    media::append_be16(out, 0xffdb);
    media::append_be16(out, 67);
    out.push_back(static_cast<std::uint8_t>(i));
    media::append(out, tables.subspan(i * 64, 64));
  }
  if (shape.restart_interval > 0) {
    media::append_be16(out, 0xffdd);
    media::append_be16(out, 4);
    media::append_be16(out, static_cast<std::size_t>(shape.restart_interval));
  }
  media::append_be16(out, 0xffc0);
  media::append_be16(out, 17);
  out.push_back(8);
  media::append_be16(out, static_cast<std::size_t>(shape.height));
  media::append_be16(out, static_cast<std::size_t>(shape.width));
  const std::uint8_t chroma_table = count > 1 ? 1 : 0;
  media::append(out, std::array<std::uint8_t, 10>{3, 1, static_cast<std::uint8_t>(shape.type % 64 == 0 ? 0x21 : 0x22),
                                                  0, 2, 0x11, chroma_table, 3, 0x11, chroma_table});
  append_huffman(out, 0x00, kLumaDcBits, kDcValues);
  append_huffman(out, 0x10, kLumaAcBits, kLumaAcValues);
  append_huffman(out, 0x01, kChromaDcBits, kDcValues);
  append_huffman(out, 0x11, kChromaAcBits, kChromaAcValues);
  media::append(out, std::array<std::uint8_t, 14>{0xff, 0xda, 0, 12, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0});
  return out;
}

class Jpeg final : public Depacketiser {
 public:
  void push(const RtpView& packet, bool gap, std::vector<Unit>& out) override {
    if (gap || packet.timestamp != unit_.timestamp) drop();
    if (!add(packet)) drop();
    if (!packet.marker) return;
    if (!unit_.data.empty()) {
      // Some senders put the end-of-image marker into the scan.
      const auto size = unit_.data.size();
      if (unit_.data[size - 2] != 0xff || unit_.data[size - 1] != 0xd9) media::append_be16(unit_.data, 0xffd9);
      out.push_back(std::move(unit_));
    }
    unit_ = {};
  }

 private:
  void drop() {
    if (!unit_.data.empty()) ++damaged_;
    unit_ = {};
  }

  // False: the packet has no place in the picture.
  bool add(const RtpView& packet) {
    auto bytes = packet.payload;
    if (bytes.size() < 8) return false;
    const auto offset = static_cast<std::size_t>(bytes[1] << 16 | bytes[2] << 8 | bytes[3]);
    Shape shape{bytes[4], bytes[6] * 8, bytes[7] * 8, 0};
    const int quality = bytes[5];
    bytes = bytes.subspan(8);
    if (shape.type % 64 > 1 || shape.type >= 128) return false;
    if (shape.type >= 64) {
      if (bytes.size() < 4) return false;
      shape.restart_interval = bytes[0] << 8 | bytes[1];
      bytes = bytes.subspan(4);
    }
    if (offset == 0) {
      auto tables = find_tables(quality, bytes);
      if (!tables || shape.width == 0 || shape.height == 0) return false;
      unit_.data = make_header(shape, *tables);
      unit_.timestamp = packet.timestamp;
      header_size_ = unit_.data.size();
    }
    if (unit_.data.empty() || offset != unit_.data.size() - header_size_) return false;
    if (unit_.data.size() + bytes.size() > kMaxUnit) return false;
    media::append(unit_.data, bytes);
    return true;
  }

  // Takes the table header off the payload of a first packet; tables of a quality that were sent before stay in force.
  std::optional<std::vector<std::uint8_t>> find_tables(int quality, Bytes& bytes) {
    if (quality == 0) return std::nullopt;
    if (quality < 128) {
      std::vector<std::uint8_t> tables;
      append_quality_table(tables, kLuma, std::min(quality, 99));
      append_quality_table(tables, kChroma, std::min(quality, 99));
      return tables;
    }
    if (bytes.size() < 4) return std::nullopt;
    const bool wide = bytes[1] != 0;  // 16-bit tables are of no use to 8-bit pictures
    const auto size = static_cast<std::size_t>(bytes[2] << 8 | bytes[3]);
    if (wide || bytes.size() < 4 + size || size % 64 != 0 || size > 256) return std::nullopt;
    if (size > 0) {
      auto tables = bytes.subspan(4, size);
      kept_.assign(tables.begin(), tables.end());
      kept_quality_ = quality;
    }
    bytes = bytes.subspan(4 + size);
    if (kept_.empty() || kept_quality_ != quality) return std::nullopt;
    return kept_;
  }

  Unit unit_;
  std::size_t header_size_ = 0;
  std::vector<std::uint8_t> kept_;
  int kept_quality_ = -1;
};

}  // namespace

std::unique_ptr<Depacketiser> make_jpeg_depacketiser() {
  return std::make_unique<Jpeg>();
}

}  // namespace vigil::rtp
