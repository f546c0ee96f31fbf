#include "live/rtp/unit.h"

#include <algorithm>

#include "media/h264.h"
#include "media/h265.h"
#include "media/nal.h"
#include "media/rtp.h"

namespace vigil::live::rtp {
namespace {

using media::Bytes;
using media::Codec;

constexpr std::uint8_t kStapA = 24;        // RFC 6184, 5.7.1
constexpr std::uint8_t kFuA = 28;          // RFC 6184, 5.8
constexpr std::uint8_t kAggregate = 48;    // RFC 7798, 4.4.2
constexpr std::uint8_t kFuH265 = 49;       // RFC 7798, 4.4.3
constexpr std::size_t kMaxAacUnit = 8191;  // 13 bits of AU-size
constexpr std::size_t kLeastPayload = 64;

void add(Unit& unit, Bytes body) {
  Piece piece;
  piece.body = body;
  unit.pieces.push_back(piece);
}

void add_fragments(Unit& unit, Codec codec, Bytes nal, std::size_t room) {
  const bool h264 = codec == Codec::H264;
  const std::size_t nal_head = h264 ? 1 : 2;
  auto rest = nal.subspan(nal_head);
  for (bool first = true; !rest.empty(); first = false) {
    const auto part = rest.first(std::min(rest.size(), room - nal_head - 1));
    rest = rest.subspan(part.size());
    const auto edge = (first ? 0x80 : 0) | (rest.empty() ? 0x40 : 0);
    Piece piece;
    if (h264) {
      piece.head[0] = static_cast<std::uint8_t>((nal[0] & 0xe0) | kFuA);
      piece.head[1] = static_cast<std::uint8_t>(edge | (nal[0] & 0x1f));
    } else {
      piece.head[0] = static_cast<std::uint8_t>((nal[0] & 0x81) | kFuH265 << 1);
      piece.head[1] = nal[1];
      piece.head[2] = static_cast<std::uint8_t>(edge | ((nal[0] >> 1) & 0x3f));
    }
    piece.head_size = static_cast<std::uint8_t>(nal_head + 1);
    piece.body = part;
    unit.pieces.push_back(piece);
  }
}

// The parameter sets in one packet where they fit; nothing where they do not, or where there is only one.
std::vector<std::uint8_t> aggregate(Codec codec, const std::vector<Bytes>& sets, std::size_t room) {
  const bool h264 = codec == Codec::H264;
  std::size_t size = h264 ? 1 : 2;
  for (auto nal : sets) size += 2 + nal.size();
  if (sets.size() < 2 || size > room) return {};
  std::vector<std::uint8_t> out;
  out.reserve(size);
  if (h264) {
    std::uint8_t importance = 0;  // the highest nal_ref_idc of its units
    for (auto nal : sets) importance = std::max<std::uint8_t>(importance, nal[0] & 0x60);
    out.push_back(importance | kStapA);
  } else {
    out.push_back(kAggregate << 1);
    out.push_back(1);  // layer 0, temporal id plus 1
  }
  for (auto nal : sets) {
    media::append_be16(out, nal.size());
    media::append(out, nal);
  }
  return out;
}

std::vector<Bytes> parameter_sets(const media::CodecParams& params) {
  std::vector<Bytes> out;
  if (params.codec == Codec::H264) {
    if (auto record = media::h264::parse_avcc(params.extradata)) out = record->nals;
  } else if (auto record = media::h265::parse_hvcc(params.extradata)) {
    out = record->nals;
  }
  std::erase_if(out, [](Bytes nal) { return nal.size() < 3; });
  return out;
}

Result<void> cut_video(Unit& unit, std::size_t room) {
  const auto& params = *unit.packet->params;
  std::vector<Bytes> nals;
  if (unit.packet->key) {
    auto sets = parameter_sets(params);
    unit.made = aggregate(params.codec, sets, room);
    if (unit.made.empty()) {
      nals = std::move(sets);
    } else {
      add(unit, unit.made);
    }
  }
  if (!media::split_length_prefixed(unit.packet->data.view(), 4, nals)) {
    return make_error(ErrorKind::DataLoss, "the packet does not hold length-prefixed NAL units");
  }
  for (auto nal : nals) {
    if (nal.size() < 3) continue;  // a header without anything under it
    if (nal.size() <= room) {
      add(unit, nal);
    } else {
      add_fragments(unit, params.codec, nal, room);
    }
  }
  if (unit.pieces.empty()) return make_error(ErrorKind::DataLoss, "the packet holds no NAL unit");
  unit.pieces.back().marker = true;
  return {};
}

Result<void> cut_aac(Unit& unit, std::size_t room) {
  auto rest = unit.packet->data.view();
  if (rest.empty() || rest.size() > kMaxAacUnit) {
    return make_error(ErrorKind::DataLoss, "the AAC frame is empty or larger than 8191 bytes");
  }
  // One AU header of 16 bits; the pieces of a long frame all carry the size of the whole (RFC 3640, 3.2.3).
  const auto header = rest.size() << 3;
  while (!rest.empty()) {
    Piece piece;
    piece.head = {0, 16, static_cast<std::uint8_t>(header >> 8), static_cast<std::uint8_t>(header)};
    piece.head_size = 4;
    piece.body = rest.first(std::min(rest.size(), room - 4));
    rest = rest.subspan(piece.body.size());
    piece.marker = rest.empty();
    unit.pieces.push_back(piece);
  }
  return {};
}

// A byte is a sample of every channel in turn.
Result<void> cut_g711(Unit& unit, std::size_t room) {
  const auto channels = static_cast<std::size_t>(std::clamp(unit.packet->params->channels, 1, 8));
  auto rest = unit.packet->data.view();
  std::uint32_t later = 0;
  while (!rest.empty()) {
    Piece piece;
    piece.later = later;
    piece.body = rest.first(std::min(rest.size(), room - room % channels));
    rest = rest.subspan(piece.body.size());
    later += static_cast<std::uint32_t>(piece.body.size() / channels);
    unit.pieces.push_back(piece);
  }
  if (unit.pieces.empty()) return make_error(ErrorKind::DataLoss, "the packet is empty");
  return {};
}

Result<void> cut_opus(Unit& unit, std::size_t room) {
  const auto data = unit.packet->data.view();
  if (data.empty() || data.size() > room) {
    return make_error(ErrorKind::InvalidArgument, "the Opus packet is empty or larger than an RTP packet may be");
  }
  add(unit, data);
  return {};
}

}  // namespace

std::uint32_t rtp_time(Ticks time, int rate) {
  const auto seconds = time.count() / 90000, rest = time.count() % 90000;
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(seconds) * static_cast<std::uint64_t>(rate) +
                                    static_cast<std::uint64_t>(rest * rate / 90000));
}

Result<UnitPtr> cut(media::PacketPtr packet, std::size_t max_payload) {
  if (!packet || !packet->params || !media::rtp_supports(packet->params->codec)) {
    return make_error(ErrorKind::InvalidArgument, "this codec does not go out by RTP");
  }
  auto unit = std::make_shared<Unit>();
  unit->packet = std::move(packet);
  const auto& params = *unit->packet->params;
  unit->timestamp = rtp_time(unit->packet->pts, media::rtp_clock_rate(params));
  const auto room = std::max(max_payload, kLeastPayload);
  switch (params.codec) {
    case Codec::H264:
    case Codec::H265:
      VIGIL_TRY(cut_video(*unit, room));
      break;
    case Codec::Aac:
      VIGIL_TRY(cut_aac(*unit, room));
      break;
    case Codec::Opus:
      VIGIL_TRY(cut_opus(*unit, room));
      break;
    default:
      VIGIL_TRY(cut_g711(*unit, room));
      break;
  }
  for (const auto& piece : unit->pieces) unit->payload_bytes += piece.size();
  return UnitPtr(std::move(unit));
}

}  // namespace vigil::live::rtp
