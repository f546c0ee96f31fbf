#include "media/access_unit.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "media/aac.h"
#include "media/flac.h"
#include "media/h264.h"
#include "media/h265.h"
#include "media/image.h"
#include "media/mpeg4.h"
#include "media/nal.h"

namespace vigil::media {
namespace {

// Real parameter sets have some tens of bytes, scaling lists included some hundreds. Every packet can hold on to all
// sets of its moment, so a hostile camera must not get much room here.
constexpr std::size_t kMaxParameterSet = 4 << 10;
constexpr std::size_t kMaxParameterSets = 16 << 10;

using Sets = std::map<int, std::vector<std::uint8_t>>;

std::size_t total_bytes(const Sets& sets) {
  std::size_t total = 0;
  for (const auto& [id, nal] : sets) total += nal.size();
  return total;
}

}  // namespace

struct AccessUnitNormaliser::State {
  State(CodecParams initial, Framing framing)
      : current(std::move(initial)), length_prefixed(framing == Framing::LengthPrefixed) {}

  // Splits, keeps the parameter sets, and gives what belongs into a packet.
  Result<Output> push_nals(Bytes unit);
  bool split(Bytes unit);
  void take_initial();
  Result<Output> push_mpeg4(Bytes unit);
  Result<Output> push_picture(Bytes unit);
  Result<Output> push_aac(Bytes unit);

  // Looks at one NAL unit. True when it stays in the packet.
  bool take(Bytes nal, Output& out);
  bool take_h264(Bytes nal, Output& out);
  bool take_h265(Bytes nal, Output& out);
  void keep(Sets& sets, int id, Bytes nal);
  void rebuild();
  void rebuild_h264();
  void rebuild_h265();
  void publish(CodecParams next);

  CodecParams current;
  ParamsPtr shared;  // null until the size is known
  int length_size = 4;
  bool length_prefixed;  // known beforehand, or announced by an avcC or hvcC record
  bool sets_changed = false;
  bool saw_slice = false;
  bool recovery_point = false;
  bool saw_b_slice = false;
  bool byte_stream = false;     // the unit at hand was split at start codes
  bool aac_configured = false;  // so that frames come without ADTS headers
  int active_pps = -1;
  Sets vps, sps, pps;
  std::vector<Bytes> nals, inner;  // kept for their memory
};

void AccessUnitNormaliser::State::keep(Sets& sets, int id, Bytes nal) {
  if (nal.size() > kMaxParameterSet) return;
  auto held = sets.find(id);
  if (held != sets.end() && std::equal(held->second.begin(), held->second.end(), nal.begin(), nal.end())) return;
  sets[id].assign(nal.begin(), nal.end());
  sets_changed = true;
  if (total_bytes(vps) + total_bytes(sps) + total_bytes(pps) > kMaxParameterSets) {
    // No real stream comes here. What is still in use comes again before the next key frame.
    vps.clear();
    sps.clear();
    pps.clear();
  }
}

void AccessUnitNormaliser::State::publish(CodecParams next) {
  if (shared && next == *shared) return;
  current = std::move(next);
  if (current.kind == TrackKind::Audio || (current.width > 0 && current.height > 0)) {
    shared = std::make_shared<const CodecParams>(current);
  }
}

bool AccessUnitNormaliser::State::take_h264(Bytes nal, Output& out) {
  const int type = h264::nal_type(nal);
  if (type == h264::kSps) {
    if (auto parsed = h264::parse_sps(nal); parsed) keep(sps, parsed->id, nal);
    return false;
  }
  if (type == h264::kPps) {
    if (auto parsed = h264::parse_pps(nal); parsed) keep(pps, parsed->id, nal);
    return false;
  }
  if (type == h264::kDelimiter || type == h264::kFiller) return false;
  if (type == h264::kSei) recovery_point |= h264::has_immediate_recovery_point(nal);
  if (!h264::is_slice(type)) return true;
  if (type == h264::kIdr) out.key = true;
  if (type <= h264::kPartitionA || type == h264::kIdr) {
    auto head = h264::parse_slice_head(nal);
    bool first = !saw_slice;
    saw_slice = true;
    if (!head) return true;
    if (first && head->type == 2 && recovery_point) out.key = true;
    if (head->type == 1 && !saw_b_slice) sets_changed = saw_b_slice = true;
    if (out.key && active_pps != head->pps_id) {
      active_pps = head->pps_id;
      sets_changed = true;
    }
  }
  return true;
}

bool AccessUnitNormaliser::State::take_h265(Bytes nal, Output& out) {
  const int type = h265::nal_type(nal);
  auto store = [&](Sets& sets, std::optional<int> id) {
    if (id) keep(sets, *id, nal);
    return false;
  };
  auto id_of = [](const auto& parsed) { return parsed ? std::optional<int>(parsed->id) : std::nullopt; };
  if (type == h265::kVps) {
    auto id = h265::parse_vps_id(nal);
    return store(vps, id ? std::optional<int>(*id) : std::nullopt);
  }
  if (type == h265::kSps) return store(sps, id_of(h265::parse_sps(nal)));
  if (type == h265::kPps) return store(pps, id_of(h265::parse_pps(nal)));
  if (type == h265::kDelimiter || type == h265::kFiller || type < 0) return false;
  if (!h265::is_slice(type)) return true;
  if (h265::layer_id(nal) != 0) return false;  // only the base layer is shown
  saw_slice = true;
  if (h265::is_irap(type)) {
    out.key = true;
    if (auto id = h265::parse_slice_pps_id(nal); id && active_pps != *id) {
      active_pps = *id;
      sets_changed = true;
    }
  }
  return true;
}

bool AccessUnitNormaliser::State::take(Bytes nal, Output& out) {
  return current.codec == Codec::H264 ? take_h264(nal, out) : take_h265(nal, out);
}

void AccessUnitNormaliser::State::rebuild_h264() {
  if (sps.empty() || pps.empty()) return;
  int id = sps.begin()->first;
  if (auto used = pps.find(active_pps); used != pps.end()) {
    if (auto parsed = h264::parse_pps(used->second); parsed && sps.contains(parsed->sps_id)) id = parsed->sps_id;
  }
  auto main = h264::parse_sps(sps[id]);
  if (!main) return;
  auto next = current;
  next.width = main->width;
  next.height = main->height;
  // Most cameras do not say whether they reorder, and do not; the first B slice tells.
  next.reorder_depth = main->reorder_depth.value_or(saw_b_slice ? 2 : 0);
  next.codec_string = h264::codec_string(*main);
  next.extradata = h264::build_avcc(*main, sps, pps);
  publish(std::move(next));
}

void AccessUnitNormaliser::State::rebuild_h265() {
  if (vps.empty() || sps.empty() || pps.empty()) return;
  int id = sps.begin()->first;
  if (auto used = pps.find(active_pps); used != pps.end()) {
    if (auto parsed = h265::parse_pps(used->second); parsed && sps.contains(parsed->sps_id)) id = parsed->sps_id;
  }
  auto main = h265::parse_sps(sps[id]);
  if (!main) return;
  auto next = current;
  next.width = main->width;
  next.height = main->height;
  next.reorder_depth = main->reorder_depth;
  next.codec_string = h265::codec_string(*main);
  next.extradata = h265::build_hvcc(*main, vps, sps, pps);
  publish(std::move(next));
}

void AccessUnitNormaliser::State::rebuild() {
  if (!std::exchange(sets_changed, false)) return;
  if (current.codec == Codec::H264) {
    rebuild_h264();
  } else {
    rebuild_h265();
  }
}

void AccessUnitNormaliser::State::take_initial() {
  Output ignored;
  auto announced = std::exchange(current.extradata, {});
  if (current.codec == Codec::H264 || current.codec == Codec::H265) {
    // The announced size is of no use: it is the coded one, or wrong. The parameter sets tell.
    current.width = current.height = 0;
    current.codec_string.clear();
    if (starts_with_start_code(announced)) {
      if (split_annexb(announced, false, inner)) {
        for (auto nal : inner) take(nal, ignored);
      }
    } else if (current.codec == Codec::H264) {
      if (auto record = h264::parse_avcc(announced)) {
        length_size = record->length_size;
        length_prefixed = true;
        for (auto nal : record->nals) take(nal, ignored);
      }
    } else if (auto record = h265::parse_hvcc(announced)) {
      length_size = record->length_size;
      length_prefixed = true;
      for (auto nal : record->nals) take(nal, ignored);
    }
    saw_slice = recovery_point = false;
    rebuild();
    return;
  }
  auto next = current;
  next.extradata = std::move(announced);
  if (next.codec == Codec::Aac) {
    if (auto config = aac::parse_config(next.extradata)) {
      aac_configured = true;
      next.codec_string = aac::codec_string(*config);
      if (next.sample_rate == 0) next.sample_rate = config->sample_rate;
      if (next.channels == 0) next.channels = config->channels;
    }
  } else if (next.codec == Codec::Mpeg4) {
    auto header = next.extradata;
    publish(std::move(next));
    static_cast<void>(push_mpeg4(header));
    return;
  } else if (next.codec == Codec::Opus) {
    next.codec_string = "opus";
  } else if (next.codec == Codec::Flac) {
    if (auto info = flac::parse_info(next.extradata)) {
      next.codec_string = "flac";
      next.sample_rate = info->sample_rate;
      next.channels = info->channels;
      next.extradata = std::move(info->bytes);
    }
  } else if (next.codec == Codec::Mp3) {
    next.codec_string = "mp4a.40.34";
  }
  publish(std::move(next));
}

bool AccessUnitNormaliser::State::split(Bytes unit) {
  nals.clear();
  byte_stream = !length_prefixed && starts_with_start_code(unit);
  if (byte_stream) return split_annexb(unit, false, nals);
  // A length says more than a start code: 00 00 01 may well be the beginning of a length of 256 to 511.
  if (split_length_prefixed(unit, length_size, nals)) return true;
  if (length_size != 4 && split_length_prefixed(unit, 4, nals)) return true;
  byte_stream = true;
  return starts_with_start_code(unit) && split_annexb(unit, false, nals);
}

Result<AccessUnitNormaliser::Output> AccessUnitNormaliser::State::push_nals(Bytes unit) {
  if (!split(unit)) return make_error(ErrorKind::DataLoss, "the access unit is neither Annex B nor length-prefixed");
  Output out;
  saw_slice = recovery_point = false;
  out.data.reserve(unit.size() + 16);
  for (auto whole : nals) {
    // Some cameras put a whole byte stream into one unit; a start code cannot occur inside a proper one.
    inner.clear();
    if (byte_stream) {
      inner.push_back(whole);
    } else if (!split_annexb(whole, true, inner))
      return make_error(ErrorKind::DataLoss, "the access unit has too many NAL units");
    for (auto nal : inner) {
      if (!take(nal, out)) continue;
      append_be32(out.data, nal.size());
      append(out.data, nal);
    }
  }
  auto before = shared;
  rebuild();
  out.params_changed = shared != before;
  out.params = shared;
  if (!saw_slice) out.data.clear();
  return out;
}

Result<AccessUnitNormaliser::Output> AccessUnitNormaliser::State::push_mpeg4(Bytes unit) {
  auto parsed = mpeg4::parse(unit);
  auto before = shared;
  if (parsed.vol && parsed.header.size() <= kMaxParameterSet) {
    auto next = current;
    next.width = parsed.vol->width;
    next.height = parsed.vol->height;
    next.reorder_depth = parsed.vol->low_delay ? 0 : 1;
    next.extradata.assign(parsed.header.begin(), parsed.header.end());
    if (parsed.profile_level != 0) next.codec_string = "mp4v.20." + std::to_string(parsed.profile_level);
    publish(std::move(next));
  }
  Output out;
  if (parsed.has_picture) out.data.assign(unit.begin(), unit.end());
  out.key = parsed.key;
  out.params = shared;
  out.params_changed = shared != before;
  return out;
}

Result<AccessUnitNormaliser::Output> AccessUnitNormaliser::State::push_picture(Bytes unit) {
  auto info = inspect_image(unit);
  if (!info) {
    auto error = std::move(info).error();
    return make_error(ErrorKind::DataLoss, std::move(error.message), std::move(error.code));
  }
  auto before = shared;
  auto next = current;
  next.codec = info->codec;
  next.width = info->width;
  next.height = info->height;
  publish(std::move(next));
  return Output{{unit.begin(), unit.end()}, true, shared, shared != before};
}

Result<AccessUnitNormaliser::Output> AccessUnitNormaliser::State::push_aac(Bytes unit) {
  auto before = shared;
  if (auto adts = aac_configured ? std::nullopt : aac::parse_adts(unit)) {
    auto next = current;
    next.sample_rate = adts->config.sample_rate;
    next.channels = adts->config.channels;
    next.codec_string = aac::codec_string(adts->config);
    next.extradata = adts->audio_specific_config;
    publish(std::move(next));
    unit = adts->frame;
  }
  return Output{{unit.begin(), unit.end()}, true, shared, shared != before};
}

AccessUnitNormaliser::AccessUnitNormaliser(CodecParams initial, Framing framing)
    : state_(std::make_shared<State>(std::move(initial), framing)) {
  state_->take_initial();
}

ParamsPtr AccessUnitNormaliser::params() const {
  return state_->shared;
}

Result<AccessUnitNormaliser::Output> AccessUnitNormaliser::push(std::span<const std::uint8_t> unit) {
  if (unit.size() > kMaxUnitBytes) return make_error(ErrorKind::DataLoss, "the access unit is larger than 32 MiB");
  if (unit.empty()) return Output{{}, false, state_->shared, false};
  switch (state_->current.codec) {
    case Codec::H264:
    case Codec::H265:
      return state_->push_nals(unit);
    case Codec::Mpeg4:
      return state_->push_mpeg4(unit);
    case Codec::Mjpeg:
    case Codec::Png:
      return state_->push_picture(unit);
    case Codec::Aac:
      return state_->push_aac(unit);
    default:
      return Output{{unit.begin(), unit.end()}, true, state_->shared, false};
  }
}

}  // namespace vigil::media
