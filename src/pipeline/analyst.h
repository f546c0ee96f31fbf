#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "media/frame.h"
#include "media/packet.h"
#include "model/observation.h"
#include "model/rendition.h"
#include "pipeline/analysis.h"

// The seam between what holds a camera's packets and what opens them. On this side, in the server: cursors, who looks,
// motion events. On the other: decoders, models, decoded pictures. The other side is another process in the server
// (src/analyser) and this one in tests and tools (local_analyst.h).

namespace vigil::pipeline {

// What is known of a decoded picture that stays on the other side.
struct FrameNote {
  std::uint64_t sequence = 0;  // of the packet it was decoded from
  Ticks pts{0};
  WallTime captured;
  media::PixelFormat format = media::PixelFormat::I420;
  bool full_range = false;
  int width = 0, height = 0;
  std::size_t bytes = 0;
  bool operator==(const FrameNote&) const = default;
};
using FrameNotePtr = std::shared_ptr<const FrameNote>;

// What is to be done with the pictures of a packet.
struct Order {
  std::uint32_t epoch = 0;        // counts what the sender began anew; comes back with the outcome
  bool alone = false;             // a key frame by itself: no decoder is kept for what may follow
  bool skip_loop_filter = false;  // takes effect with a key frame
  bool keep = false;              // pictures are kept for fetch()
  bool send = false;              // the next picture that comes out is wanted here
  bool analyse = false;
  model::Renditions renditions;  // to be made of its pictures; rendered() brings them
};

struct Outcome {
  std::uint64_t sequence = 0;  // of the packet
  std::uint32_t epoch = 0;
  bool failed = false;              // no picture will come of it
  bool kept = false;                // its pictures can be fetched
  std::vector<FrameNote> pictures;  // that came out, in the order in which they are shown
  media::FramePtr wanted;           // one of them, for Order::send
};

// Calls come one at a time, on a thread of the analyst or within one of its functions; they must return at once and
// call nothing of the analyst.
class AnalystListener {
 public:
  virtual ~AnalystListener() = default;
  virtual void done(const Outcome& outcome) = 0;
  virtual void observed(model::Observation observation) = 0;
  virtual void figures(const AnalysisFigures& figures) = 0;  // now and then, while pictures are looked at
  // In the order of time; a packet that begins anew says so (discontinuity).
  virtual void rendered(model::Rendition rendition, media::Packet packet) = 0;
  // Sound that was sent, as Opus (media/opus.h), in the order of time.
  virtual void sounded(media::Packet) {}
  virtual void ready() = 0;  // send() takes packets again
  // All that was sent and kept is lost: begin at a key frame. Of those up to and including `poison` (0: none) nothing
  // must be sent again, nor what depends on it.
  virtual void lost(std::uint64_t poison) = 0;
};

// How many pictures decode() is to answer with.
struct Selection {
  WallTime until = WallTime::max();  // none captured later
  std::size_t count = 1;             // the last ones
  std::size_t bytes = 0;             // of them all; one may be larger
};

// For one camera, or for one track of sound (AnalystConfig::sound): its packets are answered with Opus by sounded(),
// and with done() as pictures are; orders mean nothing to it. send(), configure() and interrupt() from one thread;
// fetch() and decode() from any. Destroying it waits for calls of the listener that are under way; there are none
// afterwards.
class Analyst {
 public:
  virtual ~Analyst() = default;

  // False: not now; ready() will be called. What was taken has its done(), in order, or is lost().
  virtual bool send(const media::PacketPtr& packet, const Order& order) = 0;

  virtual void configure(const AnalysisConfig& config) = 0;

  // Packets are left out here, or none come any more: the next one begins anew. `forget`: pictures that are kept are
  // not needed any more; otherwise those that wait in the decoder for their turn are still looked at.
  virtual void interrupt(bool forget) = 0;

  // Kept pictures; those that are not kept any more are missing. Errors as of decode().
  virtual Result<std::vector<media::FramePtr>> fetch(const std::vector<std::uint64_t>& sequences,
                                                     std::chrono::milliseconds timeout) = 0;

  // Decodes whole groups of packets with a decoder of its own. Broken packets are passed over. Unavailable when nothing
  // comes of them or the other side is away, DeadlineExceeded when it takes longer than five seconds, Cancelled when
  // `stopped` says so.
  virtual Result<std::vector<media::FramePtr>> decode(const std::vector<media::PacketPtr>& packets,
                                                      const Selection& selection,
                                                      const std::function<bool()>& stopped) = 0;
};

struct AnalystConfig {
  std::string camera_id;
  AnalysisConfig analysis;
  std::size_t kept_bytes = 48u << 20;
  std::chrono::milliseconds kept_age{5000};
  std::uint64_t next_track_id = 1;
  bool sound = false;  // no pictures come, but one track of sound
};

// Something of its own that analysts work in, for people who ask how the server is.
struct AnalystProcess {
  std::string name;   // "analyser 4711"
  std::string state;  // "8 cameras, Landlock 7, seccomp"
};

// Where analysts come from. Thread-safe; outlives them.
class Analysts {
 public:
  virtual ~Analysts() = default;
  virtual std::unique_ptr<Analyst> open(const AnalystConfig& config, AnalystListener& listener) = 0;
  virtual std::vector<AnalystProcess> processes() const { return {}; }
};

}  // namespace vigil::pipeline
