#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "media/packet.h"
#include "model/camera.h"
#include "model/camera_status.h"

// The one interface of everything that packets come from. One file each: rtsp, rtmp, hls, mjpeg, snapshot, push,
// publish, file, v4l2.

namespace vigil::ingest {

// Why a source failed. `detail` is for people and already redacted.
struct Failure {
  model::FailureReason reason = model::FailureReason::Internal;
  std::string detail;
};

// A value or a Failure.
template <typename T>
class [[nodiscard]] Outcome {
 public:
  Outcome(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  // NOLINTNEXTLINE(google-explicit-constructor)
  Outcome(Failure failure) : state_(std::in_place_index<1>, std::move(failure)) {}
  bool ok() const { return state_.index() == 0; }
  T& value() { return std::get<0>(state_); }
  const Failure& failure() const { return std::get<1>(state_); }

 private:
  std::variant<T, Failure> state_;
};

struct SourceInfo {
  std::string transport;                 // "tcp", "udp" or empty
  std::vector<media::ParamsPtr> tracks;  // as announced; index = track number, 0 = video; dimensions may be unknown yet
};

// One connection. Used by one thread, except interrupt(). Opened once; after a failure it is thrown away.
class Source {
 public:
  virtual ~Source() = default;

  // Connects; returns within the configured connect time-out, or soon after interrupt().
  virtual Outcome<SourceInfo> open() = 0;

  // The next packet, normalised as media/packet.h promises (sequence is left 0). Blocks until one is there; ends by
  // itself with Stalled when the source stays silent longer than the configured read time-out, and soon after
  // interrupt() with Stopped.
  virtual Outcome<media::Packet> read() = 0;

  // From any thread, any time: makes open() and read() return soon (≤ 0.5 s).
  virtual void interrupt() = 0;
};

// Who gets what a LoopSource brings; on the thread of its loop. Every call must return soon.
class Receiver {
 public:
  virtual ~Receiver() = default;
  virtual void opened(const SourceInfo& info) = 0;
  // False: this source is done with, and may be gone already.
  virtual bool packet(media::Packet packet) = 0;
  // The last call; the source may be destroyed within it.
  virtual void ended(const Failure& why) = 0;
};

// A source that needs no thread: it lives on a Loop (ingest/loop.h) together with many others, and brings by itself
// what a Source is asked for, with the same packets, failures and time-outs. Used on the loop's thread only.
class LoopSource {
 public:
  virtual ~LoopSource() = default;  // ends the connection; the receiver hears nothing more
  // Once. The receiver hears of everything later, never from within.
  virtual void start() = 0;
};

struct SourceConfig {
  model::SourceType type = model::SourceType::Rtsp;
  model::CameraStream stream;
  model::Transport transport = model::Transport::Auto;
  model::RtspEngine rtsp_engine = model::RtspEngine::Native;
  std::string tls_fingerprint;  // as in model::Camera
  double poll_interval_s = 1.0;
  bool loop = true;
  std::chrono::milliseconds connect_timeout{10000};
  std::chrono::milliseconds read_timeout{5000};     // no packet for so long: Stalled
  std::chrono::milliseconds reorder_patience{100};  // RTSP by UDP: for so long a missing packet is waited for
};

class EgressPolicy;

// The factory `switch` over the source type. Not for HttpPush and RtmpPush, whose sources are a PushSource
// (ingest/push.h) and a PublishSource (ingest/publish.h).
std::unique_ptr<Source> make_source(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress);

class Loop;

// Whether this kind of source lives on a loop: RTSP by our own client.
bool needs_no_thread(const SourceConfig& config);
// Such a source.
std::unique_ptr<LoopSource> make_loop_source(const SourceConfig& config, std::shared_ptr<const EgressPolicy> egress,
                                             Loop& loop, Receiver& receiver);

}  // namespace vigil::ingest
