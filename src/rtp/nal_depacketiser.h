#pragma once

#include <optional>

#include "rtp/depacketiser.h"

namespace vigil::rtp {

// What H.264 and H.265 have in common.
class NalDepacketiser : public Depacketiser {
 public:
  void push(const RtpView& packet, bool gap, std::vector<Unit>& out) final;

 protected:
  using Bytes = std::span<const std::uint8_t>;

  // Takes the payload apart by begin_nal(), add_nal(), continue_nal().
  virtual void payload(Bytes bytes) = 0;
  // Of a NAL unit's beginning: whether it is a slice, and whether that is the first of its picture.
  virtual bool is_slice(Bytes nal) const = 0;
  virtual bool is_first_slice(Bytes nal) const = 0;

  void add_nal(Bytes nal);
  // A NAL unit in fragments: its header first, then what the fragments hold.
  void begin_nal(Bytes header, Bytes fragment);
  void continue_nal(Bytes fragment);
  void end_nal();
  void spoil() { broken_ = true; }  // this unit cannot be used
  bool in_fragments() const { return fragment_at_.has_value(); }

 private:
  void note(Bytes nal);
  void finish(std::vector<Unit>& out);
  bool room_for(std::size_t more);

  std::vector<std::uint8_t> data_;
  std::uint32_t timestamp_ = 0;
  bool open_ = false, broken_ = false, has_slice_ = false;
  std::optional<std::size_t> fragment_at_;  // where in data_ the length of the open NAL unit stands
  std::optional<std::uint32_t> ended_;      // time stamp of the last picture that a marker ended
  bool trust_marker_ = true;
};

}  // namespace vigil::rtp
