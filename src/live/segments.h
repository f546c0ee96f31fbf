#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "live/fragmenter.h"

// Fragments as HLS cuts them (RFC 8216 and its second edition, draft-pantos-hls-rfc8216bis): segments that begin with
// key frames, and parts of them. Only the newest are kept. Pure; not thread-safe.

namespace vigil::live {

struct SegmentConfig {
  Ticks shortest = std::chrono::milliseconds(900);  // of a segment: short groups of pictures are put together
  Ticks longest = std::chrono::seconds(16);         // where key frames are that rare, segments begin without one
  Ticks part = std::chrono::milliseconds(200);      // aimed at
  Ticks window = std::chrono::seconds(30);          // kept
  std::size_t max_bytes = 48u << 20;                // kept, of payload
  std::size_t max_segment_bytes = 12u << 20;
};

struct Part {
  std::vector<FragmentPtr> fragments;
  Ticks start{0}, duration{0};
  bool independent = false;  // begins with a key frame
  std::size_t bytes = 0;
};

struct Segment {
  std::uint64_t number = 0;  // media sequence number
  InitPtr init;
  bool discontinuity = false;
  bool independent = true;
  Ticks start{0}, duration{0};
  WallTime time;  // of its first picture
  std::vector<Part> parts;
  std::size_t bytes = 0;
};

class Segments {
 public:
  explicit Segments(SegmentConfig config = {}, std::uint64_t first = 0) : config_(config) { open_.number = first; }

  // True when a part, and with it perhaps a segment, came to its end. That is known when the next picture is there:
  // all durations are exact.
  bool push(const FragmentPtr& fragment);

  const std::deque<Segment>& complete() const { return complete_; }  // oldest first, numbers without gaps
  // The one that grows, with its complete parts only; has no parts yet when it has just begun.
  const Segment& open() const { return open_; }
  // Duration that no part exceeds, and all reach 85 % of but the last of a segment and those before a discontinuity.
  // Zero before the first part.
  Ticks part_target() const { return part_target_; }
  Ticks target() const { return target_; }                            // whole seconds; no segment is longer, rounded
  std::uint64_t discontinuities() const { return discontinuities_; }  // of segments that are not kept any more
  double bits_per_second() const;  // the highest of the segments kept; 0 before the first

 private:
  void place(const FragmentPtr& fragment);
  void choose_part_target();
  void end_part(Ticks end);
  void end_part_before_newest();
  void end_segment(Ticks end);
  void begin_segment(const Fragment& fragment);
  void trim();

  const SegmentConfig config_;
  std::deque<Segment> complete_;
  Segment open_;
  Part part_;           // that grows
  bool begun_ = false;  // there is a segment at all
  bool ended_ = false;  // a part did, during this push()
  FragmentPtr newest_;  // with a picture
  Ticks part_target_{0}, target_{0};
  std::uint64_t discontinuities_ = 0;
  std::size_t bytes_ = 0;  // of complete_
  // Until it is known how long pictures last.
  std::vector<FragmentPtr> held_;
};

}  // namespace vigil::live
