#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "media/codec.h"
#include "stream/stream.h"

namespace vigil::live::rtsp {

// One access unit as frames for an RTSP connection ('$', channel, length, RTP packet), all in one piece of memory. The
// same bytes go to every client: tracks have the same channels, numbers and time for all of them.
struct Unit {
  int track = 0;
  bool video_key = false;
  std::uint32_t timestamp = 0;
  std::uint16_t sequence = 0;  // of its first packet
  std::vector<std::uint8_t> frames;
};
using UnitPtr = std::shared_ptr<const Unit>;

// One stream for all its clients: reads the ring with one cursor, cuts and packs each access unit once, and keeps the
// newest group of pictures for those who join, and the one before for those who are a little late. Units are numbered
// without gaps. Used by one thread; pure but for the clock of what it reads.
class Feed {
 public:
  explicit Feed(std::shared_ptr<stream::Stream> stream, std::shared_ptr<const void> hold);

  static std::uint8_t channel_of(int track) { return static_cast<std::uint8_t>(2 * track); }

  // Takes what is new. False: the stream has ended, or changed its codec, so that clients have to ask anew.
  bool pump();

  std::uint64_t begin() const { return first_; }
  std::uint64_t end() const { return first_ + units_.size(); }
  const UnitPtr& at(std::uint64_t number) const { return units_[number - first_]; }
  // Where somebody begins who joins now: the newest key frame; end() before the first.
  std::uint64_t join_at() const;

  // RTCP of a track (with CNAME), as a frame for the connection; empty before its first unit.
  std::vector<std::uint8_t> sender_report(int track, WallTime now) const;
  std::vector<std::uint8_t> goodbye(int track) const;
  const std::shared_ptr<stream::Stream>& stream() const { return stream_; }

 private:
  struct Track {
    media::Codec codec = media::Codec::Other;
    int clock_rate = 90000;
    std::uint8_t payload_type = 96;
    std::uint32_t ssrc = 0, offset = 0;
    std::uint16_t next_sequence = 0;
    std::uint32_t packets = 0, octets = 0;
    std::optional<std::int64_t> wall_offset_us;  // wall minus media, of what came with the least delay
  };

  Track& track_of(const media::Packet& packet);
  bool take(media::PacketPtr packet);
  void trim();
  void drop_until(std::uint64_t number);

  std::shared_ptr<stream::Stream> stream_;
  std::shared_ptr<const void> hold_;
  stream::Cursor cursor_;
  std::map<int, Track> tracks_;
  std::deque<UnitPtr> units_;
  std::deque<WallTime> received_;   // of units_
  std::deque<std::uint64_t> keys_;  // numbers of the video key frames in units_
  std::uint64_t first_ = 1;
  std::size_t bytes_ = 0;
};

// The tracks of a stream that can be sent; empty while nothing is known of them.
std::map<int, media::ParamsPtr> sendable_tracks(const stream::Stream& stream);

// The answer to DESCRIBE. `address` is the server's, as the client reached it.
std::string describe(const stream::Stream& stream, const std::string& address);

}  // namespace vigil::live::rtsp
