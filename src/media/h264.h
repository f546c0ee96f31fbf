#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "media/nal.h"

// As much of H.264 (ITU-T H.264, 7.3) and of its carriage in files (ISO/IEC 14496-15, 5.3) as routing pictures needs.

namespace vigil::media::h264 {

enum NalType : int {
  kSlice = 1,
  kPartitionA = 2,
  kPartitionC = 4,
  kIdr = 5,
  kSei = 6,
  kSps = 7,
  kPps = 8,
  kDelimiter = 9,
  kFiller = 12
};

inline int nal_type(Bytes nal) {
  return nal.empty() ? 0 : nal[0] & 0x1f;
}
inline bool is_slice(int type) {
  return type >= kSlice && type <= kIdr;
}

struct Sps {
  int id = 0;
  int profile = 0, constraints = 0, level = 0;
  int chroma_format = 1, bit_depth_luma = 8, bit_depth_chroma = 8;
  int width = 0, height = 0;         // of the shown picture
  std::optional<int> reorder_depth;  // nothing: the stream does not say
};

// DataLoss on anything that is no SPS, that is cut off, or whose picture is larger than 16384 in either direction.
Result<Sps> parse_sps(Bytes nal);

struct Pps {
  int id = 0, sps_id = 0;
};
Result<Pps> parse_pps(Bytes nal);

struct SliceHead {
  int type = 0;  // 0 P, 1 B, 2 I, 3 SP, 4 SI
  int pps_id = 0;
};
std::optional<SliceHead> parse_slice_head(Bytes nal);

// True for a supplemental message that says: from here on the pictures are right at once (an open group of pictures
// begins).
bool has_immediate_recovery_point(Bytes sei);

// "avc1.64001f"
std::string codec_string(const Sps& sps);

using ParameterSets = std::map<int, std::vector<std::uint8_t>>;  // NAL units by id

// AVCDecoderConfigurationRecord with 4-byte lengths. `main` gives profile and level; its id must be in `sps`.
std::vector<std::uint8_t> build_avcc(const Sps& main, const ParameterSets& sps, const ParameterSets& pps);

struct Avcc {
  int length_size = 4;
  std::vector<Bytes> nals;  // views into the record
};
std::optional<Avcc> parse_avcc(Bytes record);

}  // namespace vigil::media::h264
