#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "media/nal.h"

// As much of H.265 (ITU-T H.265, 7.3) and of its carriage in files (ISO/IEC 14496-15, 8.3) as routing pictures needs.

namespace vigil::media::h265 {

enum NalType : int {
  kIrapFirst = 16,
  kIrapLast = 23,
  kLastSlice = 31,
  kVps = 32,
  kSps = 33,
  kPps = 34,
  kDelimiter = 35,
  kFiller = 38,
};

inline int nal_type(Bytes nal) {
  return nal.size() < 2 ? -1 : (nal[0] >> 1) & 0x3f;
}
inline int layer_id(Bytes nal) {
  return nal.size() < 2 ? 0 : (nal[0] & 1) << 5 | nal[1] >> 3;
}
inline bool is_slice(int type) {
  return type >= 0 && type <= kLastSlice;
}
inline bool is_irap(int type) {
  return type >= kIrapFirst && type <= kIrapLast;
}

struct Profile {
  int space = 0, idc = 0;
  bool high_tier = false;
  std::uint32_t compatibility = 0;  // flag 0 is the most significant bit
  std::array<std::uint8_t, 6> constraints{};
  int level = 0;
};

struct Sps {
  int id = 0, vps_id = 0;
  Profile profile;
  int temporal_layers = 1;
  bool temporal_nesting = false;
  int chroma_format = 1, bit_depth_luma = 8, bit_depth_chroma = 8;
  int width = 0, height = 0;  // of the shown picture
  int reorder_depth = 0;
};

// DataLoss on anything that is no SPS of the base layer, that is cut off, or whose picture is larger than 16384 in
// either direction.
Result<Sps> parse_sps(Bytes nal);

Result<int> parse_vps_id(Bytes nal);

struct Pps {
  int id = 0, sps_id = 0;
};
Result<Pps> parse_pps(Bytes nal);

// The id of the picture parameter set that a slice uses.
std::optional<int> parse_slice_pps_id(Bytes nal);

// "hvc1.1.6.L93.B0" (ISO/IEC 14496-15, annex E.3)
std::string codec_string(const Sps& sps);

using ParameterSets = std::map<int, std::vector<std::uint8_t>>;  // NAL units by id

// HEVCDecoderConfigurationRecord with 4-byte lengths.
std::vector<std::uint8_t> build_hvcc(const Sps& main, const ParameterSets& vps, const ParameterSets& sps,
                                     const ParameterSets& pps);

struct Hvcc {
  int length_size = 4;
  std::vector<Bytes> nals;  // views into the record
};
std::optional<Hvcc> parse_hvcc(Bytes record);

}  // namespace vigil::media::h265
