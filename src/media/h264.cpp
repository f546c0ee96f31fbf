#include "media/h264.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "media/bits.h"

namespace vigil::media::h264 {
namespace {

constexpr int kMaxSide = 16384;

Error broken(const char* what) {
  return make_error(ErrorKind::DataLoss, std::string("H.264: ") + what);
}

bool has_chroma_info(int profile) {
  constexpr std::array<int, 13> kProfiles = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135};
  return std::find(kProfiles.begin(), kProfiles.end(), profile) != kProfiles.end();
}

void skip_scaling_list(BitReader& in, int size) {
  int last = 8, next = 8;
  for (int i = 0; i < size && in.ok(); ++i) {
    if (next != 0) next = static_cast<int>((last + static_cast<std::int64_t>(in.se()) + 256) & 0xff);
    last = next == 0 ? last : next;
  }
}

void skip_hrd(BitReader& in) {
  auto count = in.ue();
  if (count > 31) return in.skip(SIZE_MAX);
  in.skip(8);
  for (std::uint32_t i = 0; i <= count; ++i) {
    in.ue();
    in.ue();
    in.skip(1);
  }
  in.skip(20);
}

// Annex E.1.1 up to max_num_reorder_frames. Nothing when it is not there, or when the rest is cut off: a broken VUI is
// common and harmless.
std::optional<int> vui_reorder_depth(BitReader& in) {
  if (in.flag() && in.bits(8) == 255) in.skip(32);  // aspect ratio
  if (in.flag()) in.skip(1);                        // overscan
  if (in.flag()) {                                  // video signal
    in.skip(4);
    if (in.flag()) in.skip(24);
  }
  if (in.flag()) {  // chroma location
    in.ue();
    in.ue();
  }
  if (in.flag()) in.skip(65);  // timing
  bool nal_hrd = in.flag();
  if (nal_hrd) skip_hrd(in);
  bool vcl_hrd = in.flag();
  if (vcl_hrd) skip_hrd(in);
  if (nal_hrd || vcl_hrd) in.skip(1);
  in.skip(1);  // picture structure
  if (!in.flag()) return std::nullopt;
  in.skip(1);
  for (int i = 0; i < 4; ++i) in.ue();
  auto depth = in.ue();
  if (!in.ok() || depth > 16) return std::nullopt;
  return static_cast<int>(depth);
}

struct Picture {
  std::uint64_t width = 0, height = 0;
};

// Width and height as coded, less the cropping rectangle (7.4.2.1.1).
Result<Picture> parse_size(BitReader& in, int chroma_format, bool separate_planes) {
  auto wide = static_cast<std::uint64_t>(in.ue()) + 1;
  auto high = static_cast<std::uint64_t>(in.ue()) + 1;
  bool frames_only = in.flag();
  if (!frames_only) in.skip(1);
  in.skip(1);
  Picture size{wide * 16, high * 16 * (frames_only ? 1u : 2u)};
  if (in.flag()) {
    std::uint64_t left = in.ue(), right = in.ue(), top = in.ue(), bottom = in.ue();
    bool chroma = chroma_format != 0 && !separate_planes;
    std::uint64_t unit_x = chroma && chroma_format != 3 ? 2 : 1;
    std::uint64_t unit_y = (chroma && chroma_format == 1 ? 2u : 1u) * (frames_only ? 1u : 2u);
    auto cut_x = (left + right) * unit_x, cut_y = (top + bottom) * unit_y;
    if (cut_x >= size.width || cut_y >= size.height) return broken("the cropping rectangle is larger than the picture");
    size.width -= cut_x;
    size.height -= cut_y;
  }
  if (!in.ok()) return broken("the sequence parameter set is cut off");
  if (size.width > kMaxSide || size.height > kMaxSide) return broken("the picture is larger than 16384 pixels");
  return size;
}

void skip_picture_order(BitReader& in, std::uint32_t type) {
  if (type == 0) {
    in.ue();
  } else if (type == 1) {
    in.skip(1);
    in.se();
    in.se();
    auto count = in.ue();
    if (count > 255) return in.skip(SIZE_MAX);
    for (std::uint32_t i = 0; i < count; ++i) in.se();
  }
}

}  // namespace

Result<Sps> parse_sps(Bytes nal) {
  if (nal_type(nal) != kSps || nal.size() < 5) return broken("not a sequence parameter set");
  auto raw = unescape(nal.subspan(1), 4096);
  BitReader in(raw);
  Sps sps;
  sps.profile = static_cast<int>(in.bits(8));
  sps.constraints = static_cast<int>(in.bits(8));
  sps.level = static_cast<int>(in.bits(8));
  auto id = in.ue();
  if (id > 31) return broken("the sequence parameter set has an impossible id");
  sps.id = static_cast<int>(id);
  bool separate_planes = false;
  if (has_chroma_info(sps.profile)) {
    auto chroma = in.ue();
    if (chroma > 3) return broken("unknown chroma format");
    sps.chroma_format = static_cast<int>(chroma);
    if (chroma == 3) separate_planes = in.flag();
    auto luma_extra = in.ue(), chroma_extra = in.ue();
    if (luma_extra > 6 || chroma_extra > 6) return broken("impossible bit depth");
    sps.bit_depth_luma = 8 + static_cast<int>(luma_extra);
    sps.bit_depth_chroma = 8 + static_cast<int>(chroma_extra);
    in.skip(1);
    if (in.flag()) {
      for (int i = 0; i < (chroma == 3 ? 12 : 8); ++i) {
        if (in.flag()) skip_scaling_list(in, i < 6 ? 16 : 64);
      }
    }
  }
  in.ue();  // log2_max_frame_num
  auto order_type = in.ue();
  if (order_type > 2) return broken("unknown picture order type");
  skip_picture_order(in, order_type);
  in.ue();  // max_num_ref_frames
  in.skip(1);
  auto size = parse_size(in, sps.chroma_format, separate_planes);
  if (!size) return std::move(size).error();
  sps.width = static_cast<int>(size->width);
  sps.height = static_cast<int>(size->height);
  if (in.flag()) sps.reorder_depth = vui_reorder_depth(in);
  // Where nothing is written, these cannot reorder: picture order type 2, the baseline profile, intra-only profiles.
  bool intra_only =
      (sps.constraints & 0x10) != 0 && has_chroma_info(sps.profile) && sps.profile != 118 && sps.profile != 128;
  if (order_type == 2 || sps.profile == 66 || intra_only) sps.reorder_depth = 0;
  return sps;
}

Result<Pps> parse_pps(Bytes nal) {
  if (nal_type(nal) != kPps || nal.size() < 2) return broken("not a picture parameter set");
  auto raw = unescape(nal.subspan(1), 16);
  BitReader in(raw);
  auto id = in.ue(), sps_id = in.ue();
  if (!in.ok() || id > 255 || sps_id > 31) return broken("the picture parameter set has an impossible id");
  return Pps{static_cast<int>(id), static_cast<int>(sps_id)};
}

std::optional<SliceHead> parse_slice_head(Bytes nal) {
  if (nal.size() < 2) return std::nullopt;
  auto raw = unescape(nal.subspan(1), 16);
  BitReader in(raw);
  in.ue();  // first_mb_in_slice
  auto type = in.ue(), pps_id = in.ue();
  if (!in.ok() || type > 9 || pps_id > 255) return std::nullopt;
  return SliceHead{static_cast<int>(type % 5), static_cast<int>(pps_id)};
}

bool has_immediate_recovery_point(Bytes sei) {
  auto raw = unescape(sei.subspan(std::min<std::size_t>(1, sei.size())), 1024);
  std::size_t at = 0;
  auto number = [&]() {
    std::size_t value = 0;
    while (at < raw.size() && raw[at] == 0xff) value += raw[at++];
    return at < raw.size() ? value + raw[at++] : SIZE_MAX;
  };
  while (at + 2 < raw.size()) {
    auto type = number(), size = number();
    if (type == SIZE_MAX || size == SIZE_MAX || size > raw.size() - at) return false;
    if (type == 6) {
      BitReader in(Bytes(raw).subspan(at, size));
      return in.ue() == 0 && in.ok();
    }
    at += size;
  }
  return false;
}

std::string codec_string(const Sps& sps) {
  char text[16];
  std::snprintf(text, sizeof text, "avc1.%02x%02x%02x", sps.profile & 0xff, sps.constraints & 0xff, sps.level & 0xff);
  return text;
}

std::vector<std::uint8_t> build_avcc(const Sps& main, const ParameterSets& sps, const ParameterSets& pps) {
  std::vector<std::uint8_t> out = {1, static_cast<std::uint8_t>(main.profile),
                                   static_cast<std::uint8_t>(main.constraints), static_cast<std::uint8_t>(main.level),
                                   0xff};
  auto sps_count = std::min<std::size_t>(sps.size(), 31), pps_count = std::min<std::size_t>(pps.size(), 255);
  out.push_back(static_cast<std::uint8_t>(0xe0 | sps_count));
  auto add = [&](const ParameterSets& sets, std::size_t count) {
    for (const auto& [id, nal] : sets) {
      if (count-- == 0) break;
      append_be16(out, nal.size());
      append(out, nal);
    }
  };
  add(sps, sps_count);
  out.push_back(static_cast<std::uint8_t>(pps_count));
  add(pps, pps_count);
  if (main.profile != 66 && main.profile != 77 && main.profile != 88) {
    out.push_back(static_cast<std::uint8_t>(0xfc | main.chroma_format));
    out.push_back(static_cast<std::uint8_t>(0xf8 | (main.bit_depth_luma - 8)));
    out.push_back(static_cast<std::uint8_t>(0xf8 | (main.bit_depth_chroma - 8)));
    out.push_back(0);
  }
  return out;
}

std::optional<Avcc> parse_avcc(Bytes record) {
  if (record.size() < 7 || record[0] != 1) return std::nullopt;
  Avcc out;
  out.length_size = (record[4] & 3) + 1;
  std::size_t at = 5;
  auto read = [&](int count) {
    for (int i = 0; i < count; ++i) {
      if (record.size() - at < 2) return false;
      auto length = static_cast<std::size_t>(record[at] << 8 | record[at + 1]);
      at += 2;
      if (length > record.size() - at) return false;
      if (length > 0) out.nals.push_back(record.subspan(at, length));
      at += length;
    }
    return true;
  };
  int sps_count = record[at++] & 0x1f;
  if (!read(sps_count) || at >= record.size()) return std::nullopt;
  int pps_count = record[at++];
  if (!read(pps_count)) return std::nullopt;
  return out;
}

}  // namespace vigil::media::h264
