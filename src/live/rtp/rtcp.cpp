#include "live/rtp/rtcp.h"

#include <algorithm>

#include "media/nal.h"

namespace vigil::live::rtp {
namespace {

using media::Bytes;

constexpr std::uint64_t kFrom1900To1970 = 2208988800u;
constexpr std::size_t kMaxLost = 1024, kMaxOther = 64;

enum Type : std::uint8_t {
  kSenderReport = 200,
  kReceiverReport = 201,
  kSdes = 202,
  kBye = 203,
  kTransport = 205,
  kPayload = 206
};

std::uint32_t get16(Bytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) << 8 | bytes[at + 1];
}
std::uint32_t get32(Bytes bytes, std::size_t at) {
  return get16(bytes, at) << 16 | get16(bytes, at + 2);
}

void read_blocks(Bytes body, std::size_t at, unsigned count, Received& out) {
  for (; count > 0 && at + 24 <= body.size() && out.reports.size() < kMaxOther; --count, at += 24) {
    ReportBlock block;
    block.ssrc = get32(body, at);
    block.fraction_lost = body[at + 4];
    block.lost = static_cast<std::int32_t>(get32(body, at + 4) << 8) >> 8;
    block.highest_sequence = get32(body, at + 8);
    block.jitter = get32(body, at + 12);
    block.last_report = get32(body, at + 16);
    block.delay = get32(body, at + 20);
    out.reports.push_back(block);
  }
}

void read_nack(Bytes body, Received& out) {
  if (body.size() < 8) return;
  const auto ssrc = get32(body, 4);
  for (std::size_t at = 8; at + 4 <= body.size(); at += 4) {
    const auto first = get16(body, at), following = get16(body, at + 2);
    for (unsigned i = 0; i <= 16; ++i) {
      if (i > 0 && (following >> (i - 1) & 1) == 0) continue;
      if (out.lost.size() >= kMaxLost) return;
      out.lost.push_back({ssrc, static_cast<std::uint16_t>(first + i)});
    }
  }
}

void request_picture(std::uint32_t ssrc, Received& out) {
  if (out.picture_requests.size() < kMaxOther) out.picture_requests.push_back(ssrc);
}

void read_payload_feedback(unsigned format, Bytes body, Received& out) {
  if (body.size() < 8) return;
  if (format == 1) {  // PLI
    request_picture(get32(body, 4), out);
  } else if (format == 4) {  // FIR: a list
    for (std::size_t at = 8; at + 8 <= body.size(); at += 8) request_picture(get32(body, at), out);
  } else if (format == 15 && body.size() >= 16 && get32(body, 8) == 0x52454d42) {  // "REMB"
    const auto exponent = body[13] >> 2;
    const auto mantissa = static_cast<std::uint64_t>(get32(body, 12) & 0x3ffff);
    if (exponent <= 40) out.bitrate = mantissa << exponent;
  }
}

void read_one(unsigned type, unsigned count, Bytes body, Received& out) {
  switch (type) {
    case kSenderReport:
      return read_blocks(body, 24, count, out);
    case kReceiverReport:
      return read_blocks(body, 4, count, out);
    case kBye:
      for (std::size_t at = 0; count > 0 && at + 4 <= body.size() && out.left.size() < kMaxOther; --count, at += 4) {
        out.left.push_back(get32(body, at));
      }
      return;
    case kTransport:
      if (count == 1) read_nack(body, out);
      return;
    case kPayload:
      return read_payload_feedback(count, body, out);
    default:
      return;
  }
}

}  // namespace

std::uint64_t ntp_time(WallTime time) {
  const auto micros = static_cast<std::uint64_t>(std::max<std::int64_t>(0, time.time_since_epoch().count()));
  return (micros / 1000000 + kFrom1900To1970) << 32 | ((micros % 1000000) << 32) / 1000000;
}

std::vector<std::uint8_t> sender_report(const SenderInfo& info, std::string_view cname) {
  std::vector<std::uint8_t> out = {0x80, kSenderReport};
  media::append_be16(out, 6);
  media::append_be32(out, info.ssrc);
  media::append_be32(out, info.ntp >> 32);
  media::append_be32(out, info.ntp & 0xffffffff);
  media::append_be32(out, info.timestamp);
  media::append_be32(out, info.packets);
  media::append_be32(out, info.octets);
  // SDES: one chunk with CNAME, ended and padded with zeros to a multiple of four bytes.
  std::vector<std::uint8_t> chunk;
  media::append_be32(chunk, info.ssrc);
  cname = cname.substr(0, 255);
  chunk.push_back(1);
  chunk.push_back(static_cast<std::uint8_t>(cname.size()));
  chunk.insert(chunk.end(), cname.begin(), cname.end());
  do chunk.push_back(0);
  while (chunk.size() % 4 != 0);
  out.push_back(0x81);
  out.push_back(kSdes);
  media::append_be16(out, chunk.size() / 4);
  media::append(out, chunk);
  return out;
}

std::vector<std::uint8_t> goodbye(std::uint32_t ssrc) {
  std::vector<std::uint8_t> out = {0x81, kBye, 0, 1};
  media::append_be32(out, ssrc);
  return out;
}

std::optional<Received> parse_rtcp(Bytes bytes) {
  if (bytes.empty()) return std::nullopt;
  Received out;
  while (!bytes.empty()) {
    if (bytes.size() < 4 || bytes[0] >> 6 != 2) return std::nullopt;
    const auto size = 4 * (get16(bytes, 2) + 1);
    if (size > bytes.size()) return std::nullopt;
    read_one(bytes[1], bytes[0] & 0x1f, bytes.subspan(4, size - 4), out);
    bytes = bytes.subspan(size);
  }
  return out;
}

std::optional<std::chrono::microseconds> round_trip(const ReportBlock& block, WallTime now) {
  if (block.last_report == 0) return std::nullopt;
  const auto middle = static_cast<std::uint32_t>(ntp_time(now) >> 16);
  const auto spent = static_cast<std::int32_t>(middle - block.last_report - block.delay);
  if (spent < 0 || spent > 60 * 65536) return std::nullopt;
  return std::chrono::microseconds(static_cast<std::int64_t>(spent) * 1000000 / 65536);
}

}  // namespace vigil::live::rtp
