#include "rtp/depacketiser.h"

#include "media/bits.h"
#include "media/nal.h"
#include "rtp/depacketisers.h"

namespace vigil::rtp {
namespace {

using media::Codec;

class Plain final : public Depacketiser {
 public:
  void push(const RtpView& packet, bool, std::vector<Unit>& out) override {
    if (packet.payload.empty()) return;
    out.push_back({{packet.payload.begin(), packet.payload.end()}, packet.timestamp});
  }
};

class UpToMarker final : public Depacketiser {
 public:
  void push(const RtpView& packet, bool gap, std::vector<Unit>& out) override {
    if (!unit_.data.empty() && packet.timestamp != unit_.timestamp) finish(gap, out);
    if (gap || unit_.data.size() + packet.payload.size() > kMaxUnit) broken_ = true;
    unit_.timestamp = packet.timestamp;
    if (!broken_) media::append(unit_.data, packet.payload);
    if (packet.marker) finish(false, out);
  }

 private:
  void finish(bool end_missing, std::vector<Unit>& out) {
    if (broken_ || end_missing) {
      ++damaged_;
    } else if (!unit_.data.empty()) {
      out.push_back(std::move(unit_));
    }
    unit_ = {};
    broken_ = false;
  }

  Unit unit_;
  bool broken_ = false;
};

// RFC 3640, AAC-hbr and AAC-lbr. Each access unit holds 1024 samples.
class Aac final : public Depacketiser {
 public:
  explicit Aac(const MediaDescription& media)
      : size_bits_(media.size_length), index_bits_(media.index_length), delta_bits_(media.index_delta_length) {}

  void push(const RtpView& packet, bool gap, std::vector<Unit>& out) override {
    auto bytes = packet.payload;
    if (gap) fragment_ = {};
    if (bytes.size() < 2) return;
    const auto header_bits = static_cast<std::size_t>(bytes[0] << 8 | bytes[1]);
    const auto header_size = (header_bits + 7) / 8;
    if (size_bits_ <= 0 || header_size == 0 || bytes.size() < 2 + header_size) {
      ++damaged_;
      return;
    }
    media::BitReader headers(bytes.subspan(2, header_size));
    bytes = bytes.subspan(2 + header_size);
    auto timestamp = packet.timestamp;
    for (int i = 0; i < kMostUnits && headers.position() + size_bits_ <= header_bits && !bytes.empty(); ++i) {
      const std::size_t size = headers.bits(size_bits_);
      headers.skip(static_cast<std::size_t>(i == 0 ? index_bits_ : delta_bits_));
      if (size > bytes.size()) return add_fragment(bytes, size, packet, out);
      out.push_back({{bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)}, timestamp});
      if (size == 0) out.pop_back();
      bytes = bytes.subspan(size);
      timestamp += kSamples;
    }
  }

 private:
  static constexpr int kMostUnits = 64;
  static constexpr std::uint32_t kSamples = 1024;

  // The pieces of a long unit all carry the size of the whole.
  void add_fragment(std::span<const std::uint8_t> bytes, std::size_t size, const RtpView& packet,
                    std::vector<Unit>& out) {
    if (size > kMaxUnit) return;
    if (fragment_.timestamp != packet.timestamp) fragment_ = {{}, packet.timestamp};
    media::append(fragment_.data, bytes.first(std::min(bytes.size(), size - std::min(size, fragment_.data.size()))));
    if (fragment_.data.size() == size) {
      out.push_back(std::move(fragment_));
      fragment_ = {};
    } else if (packet.marker) {
      ++damaged_;
      fragment_ = {};
    }
  }

  const int size_bits_, index_bits_, delta_bits_;
  Unit fragment_;
};

}  // namespace

std::unique_ptr<Depacketiser> make_aac_depacketiser(const MediaDescription& media) {
  return std::make_unique<Aac>(media);
}

std::unique_ptr<Depacketiser> make_marker_depacketiser() {
  return std::make_unique<UpToMarker>();
}

std::unique_ptr<Depacketiser> make_plain_depacketiser() {
  return std::make_unique<Plain>();
}

std::unique_ptr<Depacketiser> make_depacketiser(const MediaDescription& media) {
  switch (media.params.codec) {
    case Codec::H264:
      return make_h264_depacketiser();
    case Codec::H265:
      return make_h265_depacketiser(media.decoding_order_numbers);
    case Codec::Mjpeg:
      return make_jpeg_depacketiser();
    case Codec::Mpeg4:
      return make_marker_depacketiser();
    case Codec::Aac:
      return make_aac_depacketiser(media);
    case Codec::Pcmu:
    case Codec::Pcma:
    case Codec::Opus:
      return make_plain_depacketiser();
    default:
      return nullptr;
  }
}

}  // namespace vigil::rtp
