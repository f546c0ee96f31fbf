#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "live/rtp/unit.h"
#include "stream/stream.h"

namespace vigil::live::webrtc {

// One stream for all its viewers: reads the ring with one cursor, cuts each access unit for RTP once, and keeps the
// groups of pictures that somebody may still need (the newest one whole, the one before for at least two seconds, for
// retransmissions). Units are numbered without gaps. Used by one thread.
class Feed {
 public:
  static constexpr std::size_t kMaxPayload = 1160;  // leaves room below 1200 for header, extension and SRTP
  static constexpr std::size_t kMaxBytes = 48u << 20;

  // `hold` keeps an on-demand stream connected.
  Feed(std::shared_ptr<stream::Stream> stream, std::shared_ptr<const void> hold);

  // Takes Opus from there too, as track kMadeTrack, until it is told otherwise or that stream ends.
  void listen(std::shared_ptr<stream::Stream> sound, std::shared_ptr<const void> hold);
  void stop_listening();
  bool listens() const { return sound_.has_value(); }

  // Takes what is new. False when the stream has ended.
  bool pump();

  std::uint64_t begin() const { return first_; }
  std::uint64_t end() const { return first_ + units_.size(); }
  const rtp::UnitPtr& at(std::uint64_t number) const { return units_[number - first_]; }

  // The newest key frame of the video track that is still here; nothing before the first.
  std::optional<std::uint64_t> newest_key() const;
  // Pictures from the newest key frame on.
  std::uint64_t pictures_in_group() const { return pictures_in_group_; }
  // RTP time (90 kHz) of the newest picture, and how far the pictures are apart.
  std::uint32_t newest_picture() const { return newest_picture_; }
  std::uint32_t picture_interval() const { return picture_interval_; }
  bool has_video() const { return has_video_; }

  // Bytes a second over the last seconds; 0 at the beginning.
  double bytes_per_second() const { return bytes_per_second_; }

  // The moment of the world in which media time `pts` was: from what came with the least delay. Nothing before the
  // first unit.
  std::optional<WallTime> wall_of(Ticks pts) const;
  std::optional<Ticks> media_at(WallTime wall) const;

  const std::shared_ptr<stream::Stream>& stream() const { return stream_; }

 private:
  void take(media::PacketPtr packet);
  void add(rtp::UnitPtr unit);
  void pump_sound();
  void measure(const media::Packet& packet);
  void trim();
  void drop_until(std::uint64_t number);

  std::shared_ptr<stream::Stream> stream_;
  std::shared_ptr<const void> hold_;
  stream::Cursor cursor_;
  std::shared_ptr<const void> sound_hold_;
  std::optional<stream::Cursor> sound_;
  std::deque<rtp::UnitPtr> units_;
  std::deque<std::uint64_t> keys_;  // numbers of the video key frames in units_
  std::uint64_t first_ = 1;
  std::size_t bytes_ = 0;
  std::uint64_t pictures_in_group_ = 0;
  std::uint32_t newest_picture_ = 0, picture_interval_ = 3600;
  bool has_video_ = false;
  std::optional<std::int64_t> offset_us_;  // wall minus media
  double bytes_per_second_ = 0;
  std::size_t window_bytes_ = 0;
  std::optional<WallTime> window_begin_;
};

}  // namespace vigil::live::webrtc
