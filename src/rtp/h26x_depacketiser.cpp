#include <array>

#include "media/h264.h"
#include "media/h265.h"
#include "rtp/depacketisers.h"
#include "rtp/nal_depacketiser.h"

namespace vigil::rtp {
namespace {

using Bytes = std::span<const std::uint8_t>;

std::size_t be16(Bytes bytes) {
  return static_cast<std::size_t>(bytes[0] << 8 | bytes[1]);
}

// RFC 6184. The interleaved modes are read as far as their units come in order, which is how cameras send them.
class H264 final : public NalDepacketiser {
  enum Type { kStapA = 24, kStapB = 25, kFuA = 28, kFuB = 29 };

  bool is_slice(Bytes nal) const override { return media::h264::is_slice(media::h264::nal_type(nal)); }
  // first_mb_in_slice is the first field; zero is a single set bit.
  bool is_first_slice(Bytes nal) const override {
    const auto type = media::h264::nal_type(nal);
    if (type > media::h264::kPartitionA && type <= media::h264::kPartitionC) return false;
    return nal.size() > 1 && (nal[1] & 0x80) != 0;
  }

  void payload(Bytes bytes) override {
    const int type = bytes[0] & 0x1f;
    if (type > 0 && type < kStapA) return add_nal(bytes);
    if (type == kStapA || type == kStapB)
      return aggregate(bytes.subspan(type == kStapA ? 1 : 3 > bytes.size() ? 1 : 3));
    if (type == kFuA || type == kFuB) fragment(bytes, type == kFuB);
  }

  void aggregate(Bytes bytes) {
    while (bytes.size() > 2) {
      const auto size = be16(bytes);
      bytes = bytes.subspan(2);
      if (size > bytes.size()) return spoil();
      add_nal(bytes.first(size));
      bytes = bytes.subspan(size);
    }
  }

  void fragment(Bytes bytes, bool numbered) {
    if (bytes.size() < 2) return spoil();
    const bool start = (bytes[1] & 0x80) != 0, end = (bytes[1] & 0x40) != 0;
    const std::size_t head = numbered && start ? 4 : 2;
    if (bytes.size() < head) return spoil();
    if (start) {
      const std::array<std::uint8_t, 1> header = {static_cast<std::uint8_t>((bytes[0] & 0xe0) | (bytes[1] & 0x1f))};
      begin_nal(header, bytes.subspan(head));
    } else {
      continue_nal(bytes.subspan(head));
    }
    if (end) end_nal();
  }
};

// RFC 7798.
class H265 final : public NalDepacketiser {
 public:
  explicit H265(bool numbered) : numbered_(numbered) {}

 private:
  enum Type { kAggregate = 48, kFragment = 49, kPaci = 50 };

  bool is_slice(Bytes nal) const override { return media::h265::is_slice(media::h265::nal_type(nal)); }
  bool is_first_slice(Bytes nal) const override { return nal.size() > 2 && (nal[2] & 0x80) != 0; }

  void payload(Bytes bytes) override {
    if (bytes.size() < 3) return;
    const int type = (bytes[0] >> 1) & 0x3f;
    if (type == kAggregate) return aggregate(bytes.subspan(2));
    if (type == kFragment) return fragment(bytes);
    if (type >= kPaci) return;
    if (!numbered_) return add_nal(bytes);
    if (bytes.size() < 5) return spoil();
    begin_nal(bytes.first(2), bytes.subspan(4));
    end_nal();
  }

  void aggregate(Bytes bytes) {
    for (bool first = true; bytes.size() > 2; first = false) {
      const std::size_t number = !numbered_ ? 0 : first ? 2 : 1;
      if (bytes.size() < number + 2) return spoil();
      const auto size = be16(bytes.subspan(number));
      bytes = bytes.subspan(number + 2);
      if (size > bytes.size()) return spoil();
      add_nal(bytes.first(size));
      bytes = bytes.subspan(size);
    }
  }

  void fragment(Bytes bytes) {
    const bool start = (bytes[2] & 0x80) != 0, end = (bytes[2] & 0x40) != 0;
    const std::size_t head = numbered_ && start ? 5 : 3;
    if (bytes.size() < head) return spoil();
    if (start) {
      const std::array<std::uint8_t, 2> header = {static_cast<std::uint8_t>((bytes[0] & 0x81) | (bytes[2] & 0x3f) << 1),
                                                  bytes[1]};
      begin_nal(header, bytes.subspan(head));
    } else {
      continue_nal(bytes.subspan(head));
    }
    if (end) end_nal();  // one fragment with both marks is allowed for here: some encoders send that
  }

  const bool numbered_;
};

}  // namespace

std::unique_ptr<Depacketiser> make_h264_depacketiser() {
  return std::make_unique<H264>();
}

std::unique_ptr<Depacketiser> make_h265_depacketiser(bool decoding_order_numbers) {
  return std::make_unique<H265>(decoding_order_numbers);
}

}  // namespace vigil::rtp
