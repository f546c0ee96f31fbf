#include "rtp/nal_depacketiser.h"

#include "media/nal.h"

namespace vigil::rtp {

bool NalDepacketiser::room_for(std::size_t more) {
  if (data_.size() + more + 4 <= kMaxUnit) return true;
  spoil();
  data_.clear();
  fragment_at_.reset();
  return false;
}

// Looks at the beginning of each NAL unit: a picture that does not begin with its first slice was cut by a marker that
// came too early, or its beginning is lost.
void NalDepacketiser::note(Bytes nal) {
  if (!is_slice(nal)) return;
  if (!has_slice_ && !is_first_slice(nal)) {
    if (ended_ && *ended_ == timestamp_) trust_marker_ = false;  // one picture, two markers
    spoil();
  }
  has_slice_ = true;
}

void NalDepacketiser::add_nal(Bytes nal) {
  if (in_fragments()) spoil();  // its end never came
  fragment_at_.reset();
  if (nal.empty() || !room_for(nal.size())) return;
  note(nal);
  media::append_be32(data_, nal.size());
  media::append(data_, nal);
}

void NalDepacketiser::begin_nal(Bytes header, Bytes fragment) {
  if (in_fragments()) spoil();
  fragment_at_.reset();
  if (!room_for(header.size() + fragment.size())) return;
  fragment_at_ = data_.size();
  media::append_be32(data_, 0);
  media::append(data_, header);
  media::append(data_, fragment);
  note(Bytes(data_).subspan(*fragment_at_ + 4));
}

void NalDepacketiser::continue_nal(Bytes fragment) {
  if (!in_fragments()) return spoil();
  if (room_for(fragment.size())) media::append(data_, fragment);
}

void NalDepacketiser::end_nal() {
  if (!in_fragments()) return;
  const auto size = data_.size() - *fragment_at_ - 4;
  for (std::size_t i = 0; i < 4; ++i) data_[*fragment_at_ + i] = static_cast<std::uint8_t>(size >> (24 - 8 * i));
  fragment_at_.reset();
}

void NalDepacketiser::finish(std::vector<Unit>& out) {
  if (in_fragments()) spoil();
  if (open_ && !broken_ && !data_.empty()) {
    const auto size = data_.size();
    out.push_back({std::move(data_), timestamp_});
    data_ = {};
    data_.reserve(size);  // pictures are of like size
  } else if (open_ && broken_) {
    ++damaged_;
  }
  data_.clear();
  fragment_at_.reset();
  open_ = broken_ = has_slice_ = false;
}

void NalDepacketiser::push(const RtpView& packet, bool gap, std::vector<Unit>& out) {
  if (open_ && packet.timestamp != timestamp_) {
    if (gap) spoil();  // the end of the old one may be among what is missing
    finish(out);
  }
  if (open_ && gap) spoil();
  if (!open_) {
    open_ = true;
    timestamp_ = packet.timestamp;
  }
  if (!packet.payload.empty()) payload(packet.payload);
  if (packet.marker && in_fragments() && !broken_) trust_marker_ = false;  // no picture ends within a NAL unit
  if (!packet.marker || !trust_marker_) return;
  if (has_slice_) ended_ = timestamp_;
  finish(out);
}

}  // namespace vigil::rtp
