#include "media/h265.h"

#include <algorithm>
#include <cstdio>

#include "media/bits.h"

namespace vigil::media::h265 {
namespace {

constexpr int kMaxSide = 16384;

Error broken(const char* what) {
  return make_error(ErrorKind::DataLoss, std::string("H.265: ") + what);
}

// profile_tier_level (7.3.3) with profilePresentFlag 1.
Profile parse_profile(BitReader& in, int sub_layers) {
  Profile profile;
  profile.space = static_cast<int>(in.bits(2));
  profile.high_tier = in.flag();
  profile.idc = static_cast<int>(in.bits(5));
  profile.compatibility = in.bits(32);
  for (auto& byte : profile.constraints) byte = static_cast<std::uint8_t>(in.bits(8));
  profile.level = static_cast<int>(in.bits(8));
  std::array<bool, 8> has_profile{}, has_level{};
  for (std::size_t i = 0; i < static_cast<std::size_t>(sub_layers); ++i) {
    has_profile[i] = in.flag();
    has_level[i] = in.flag();
  }
  if (sub_layers > 0) in.skip(2u * (8u - static_cast<unsigned>(sub_layers)));
  for (std::size_t i = 0; i < static_cast<std::size_t>(sub_layers); ++i) {
    if (has_profile[i]) in.skip(88);
    if (has_level[i]) in.skip(8);
  }
  return profile;
}

Result<void> parse_size(BitReader& in, Sps& sps) {
  std::uint64_t width = in.ue(), height = in.ue();
  if (in.flag()) {
    std::uint64_t left = in.ue(), right = in.ue(), top = in.ue(), bottom = in.ue();
    std::uint64_t unit_x = sps.chroma_format == 1 || sps.chroma_format == 2 ? 2 : 1;
    std::uint64_t unit_y = sps.chroma_format == 1 ? 2 : 1;
    auto cut_x = (left + right) * unit_x, cut_y = (top + bottom) * unit_y;
    if (cut_x >= width || cut_y >= height) return broken("the conformance window is larger than the picture");
    width -= cut_x;
    height -= cut_y;
  }
  if (!in.ok() || width == 0 || height == 0) return broken("the sequence parameter set is cut off");
  if (width > kMaxSide || height > kMaxSide) return broken("the picture is larger than 16384 pixels");
  sps.width = static_cast<int>(width);
  sps.height = static_cast<int>(height);
  return {};
}

std::uint32_t reversed(std::uint32_t value) {
  std::uint32_t out = 0;
  for (int i = 0; i < 32; ++i) out |= ((value >> i) & 1u) << (31 - i);
  return out;
}

}  // namespace

Result<Sps> parse_sps(Bytes nal) {
  if (nal_type(nal) != kSps || layer_id(nal) != 0) return broken("not a sequence parameter set of the base layer");
  auto raw = unescape(nal.subspan(2), 4096);
  BitReader in(raw);
  Sps sps;
  sps.vps_id = static_cast<int>(in.bits(4));
  auto sub_layers = static_cast<int>(in.bits(3));
  if (sub_layers > 6) return broken("too many temporal layers");
  sps.temporal_layers = sub_layers + 1;
  sps.temporal_nesting = in.flag();
  sps.profile = parse_profile(in, sub_layers);
  auto id = in.ue();
  if (id > 15) return broken("the sequence parameter set has an impossible id");
  sps.id = static_cast<int>(id);
  auto chroma = in.ue();
  if (chroma > 3) return broken("unknown chroma format");
  // Separately coded colour planes are decoded as three monochrome pictures; the window then counts single samples.
  sps.chroma_format = static_cast<int>(chroma);
  if (chroma == 3) in.skip(1);
  VIGIL_TRY(parse_size(in, sps));
  auto luma_extra = in.ue(), chroma_extra = in.ue();
  if (luma_extra > 8 || chroma_extra > 8) return broken("impossible bit depth");
  sps.bit_depth_luma = 8 + static_cast<int>(luma_extra);
  sps.bit_depth_chroma = 8 + static_cast<int>(chroma_extra);
  in.ue();  // log2_max_pic_order_cnt
  bool each_layer = in.flag();
  std::uint32_t reorder = 0;
  for (int i = each_layer ? 0 : sub_layers; i <= sub_layers; ++i) {
    in.ue();
    reorder = in.ue();  // the highest layer counts
    in.ue();
  }
  if (!in.ok() || reorder > 16) return broken("the sequence parameter set is cut off");
  sps.reorder_depth = static_cast<int>(reorder);
  return sps;
}

Result<int> parse_vps_id(Bytes nal) {
  if (nal_type(nal) != kVps || layer_id(nal) != 0 || nal.size() < 4) return broken("not a video parameter set");
  return nal[2] >> 4;
}

Result<Pps> parse_pps(Bytes nal) {
  if (nal_type(nal) != kPps || layer_id(nal) != 0 || nal.size() < 3) return broken("not a picture parameter set");
  auto raw = unescape(nal.subspan(2), 16);
  BitReader in(raw);
  auto id = in.ue(), sps_id = in.ue();
  if (!in.ok() || id > 63 || sps_id > 15) return broken("the picture parameter set has an impossible id");
  return Pps{static_cast<int>(id), static_cast<int>(sps_id)};
}

std::optional<int> parse_slice_pps_id(Bytes nal) {
  if (nal.size() < 3) return std::nullopt;
  auto raw = unescape(nal.subspan(2), 16);
  BitReader in(raw);
  in.skip(1);
  if (is_irap(nal_type(nal))) in.skip(1);
  auto id = in.ue();
  if (!in.ok() || id > 63) return std::nullopt;
  return static_cast<int>(id);
}

std::string codec_string(const Sps& sps) {
  const auto& profile = sps.profile;
  std::string out = "hvc1.";
  if (profile.space > 0) out.push_back(static_cast<char>('A' + profile.space - 1));
  char text[48];
  std::snprintf(text, sizeof text, "%d.%X.%c%d", profile.idc, reversed(profile.compatibility),
                profile.high_tier ? 'H' : 'L', profile.level);
  out += text;
  auto used = profile.constraints.size();
  while (used > 0 && profile.constraints[used - 1] == 0) --used;
  for (std::size_t i = 0; i < used; ++i) {
    std::snprintf(text, sizeof text, ".%X", profile.constraints[i]);
    out += text;
  }
  return out;
}

std::vector<std::uint8_t> build_hvcc(const Sps& main, const ParameterSets& vps, const ParameterSets& sps,
                                     const ParameterSets& pps) {
  const auto& profile = main.profile;
  std::vector<std::uint8_t> out = {
      1, static_cast<std::uint8_t>(profile.space << 6 | (profile.high_tier ? 0x20 : 0) | profile.idc)};
  append_be32(out, profile.compatibility);
  append(out, profile.constraints);
  out.push_back(static_cast<std::uint8_t>(profile.level));
  append_be16(out, 0xf000);  // smallest spatial segmentation: unknown
  out.push_back(0xfc);       // parallelism: unknown
  out.push_back(static_cast<std::uint8_t>(0xfc | main.chroma_format));
  out.push_back(static_cast<std::uint8_t>(0xf8 | (main.bit_depth_luma - 8)));
  out.push_back(static_cast<std::uint8_t>(0xf8 | (main.bit_depth_chroma - 8)));
  append_be16(out, 0);  // average frame rate: unknown
  out.push_back(static_cast<std::uint8_t>(main.temporal_layers << 3 | (main.temporal_nesting ? 4 : 0) | 3));
  out.push_back(3);
  auto add = [&](int type, const ParameterSets& sets) {
    out.push_back(static_cast<std::uint8_t>(0x80 | type));  // complete: no set of this type is in the samples
    append_be16(out, sets.size());
    for (const auto& [id, nal] : sets) {
      append_be16(out, nal.size());
      append(out, nal);
    }
  };
  add(kVps, vps);
  add(kSps, sps);
  add(kPps, pps);
  return out;
}

std::optional<Hvcc> parse_hvcc(Bytes record) {
  if (record.size() < 23 || record[0] > 1) return std::nullopt;  // some old muxers wrote version 0
  Hvcc out;
  out.length_size = (record[21] & 3) + 1;
  std::size_t at = 23;
  for (int array = 0; array < record[22]; ++array) {
    if (record.size() - at < 3) return std::nullopt;
    int count = record[at + 1] << 8 | record[at + 2];
    at += 3;
    for (int i = 0; i < count; ++i) {
      if (record.size() - at < 2) return std::nullopt;
      auto length = static_cast<std::size_t>(record[at] << 8 | record[at + 1]);
      at += 2;
      if (length > record.size() - at) return std::nullopt;
      if (length > 0) out.nals.push_back(record.subspan(at, length));
      at += length;
    }
  }
  return out;
}

}  // namespace vigil::media::h265
