#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "media/fmp4.h"
#include "media/packet.h"

// Packets → fragments of MP4: one for each picture, with the sound that came before it, so that nobody waits for the
// next picture. HLS parts and segments are rows of them. Pure; not thread-safe.

namespace vigil::live {

// What a player needs before the first fragment. Immutable.
struct Init {
  std::uint64_t number = 0;  // counts up with every change of parameters
  media::SharedBytes bytes;
  std::string codecs;  // RFC 6381, comma-separated: "avc1.64001f,mp4a.40.2"
  int width = 0, height = 0;
  bool sound = false;
};
using InitPtr = std::shared_ptr<const Init>;

// Immutable, and made once for all readers; the payload is that of the packets.
struct Fragment {
  std::uint64_t sequence = 0;  // from 1, no gaps
  InitPtr init;
  bool key = false;            // playing can start here
  bool discontinuity = false;  // new init, a jump in time, or something was lost before it
  Ticks start{0};     // decode time of the first picture; on the fragmenter's own time line, which never goes back
  Ticks duration{0};  // as far as can be told before the next one is there
  int pictures = 0;   // 0 or 1
  std::uint64_t before = 0;  // pictures that came before it
  WallTime received;         // of the picture
  WallTime zero;             // what the wall clock said when `start` would have been 0
  std::size_t bytes = 0;
  std::vector<media::SharedBytes> pieces;  // one after the other
};
using FragmentPtr = std::shared_ptr<const Fragment>;

class Fragmenter {
 public:
  // The tracks that the stream has had so far, so that the first init knows of the sound.
  void expect(const std::map<int, media::ParamsPtr>& tracks);

  // At most one fragment; null while more is needed, before the first key frame, and for tracks that are left out
  // (sound that MP4 cannot carry, and all but the first sound track).
  FragmentPtr push(const media::PacketPtr& packet);

  // Packets were lost: goes on at the next key frame.
  void lost();

  // The video codec that fragments cannot carry; nothing while all is well.
  std::optional<media::Codec> obstacle() const { return obstacle_; }

 private:
  FragmentPtr push_video(const media::PacketPtr& packet);
  FragmentPtr push_sound(const media::PacketPtr& packet);
  Ticks place(const media::Packet& packet);  // on our time line; sets jumped_
  void tune(const media::Packet& packet, Ticks start);
  bool renew(const media::Packet& packet);  // true: there is a new init
  bool wants_sound(const media::Packet& packet) const;
  media::fmp4::Run take_sound();
  FragmentPtr make(std::vector<media::fmp4::Run> runs, Fragment fragment);

  std::optional<media::Codec> obstacle_;
  InitPtr init_;
  media::ParamsPtr video_, sound_in_init_;
  std::uint64_t next_ = 1, pictures_ = 0, inits_ = 0;
  bool waits_for_key_ = true, gap_ = false, jumped_ = false;

  bool started_ = false;
  Ticks base_{0};  // ours = the packet's − base
  Ticks last_{0}, step_{3600}, before_{0};
  WallTime last_received_;
  WallTime zero_;

  std::optional<int> sound_track_;
  media::ParamsPtr sound_;
  std::optional<WallTime> heard_;
  Ticks sound_base_{0}, sound_last_{-1}, sound_step_{1800};
  struct Sound {
    media::PacketPtr packet;
    Ticks start{0};
  };
  std::vector<Sound> waiting_;
};

}  // namespace vigil::live
