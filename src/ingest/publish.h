#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "ingest/source.h"

namespace vigil::ingest {

// The source of a camera to which an encoder publishes (rtmp_push): between the connection of whoever publishes and the
// session, which reads. It outlives both. Holds at most 32 MiB; a session that is behind loses all of it up to the next
// key frame. Thread-safe.
class PublishSource final : public Source {
 public:
  // `read_timeout`: an encoder that sends nothing for so long is stalled.
  explicit PublishSource(std::chrono::milliseconds read_timeout);
  ~PublishSource() override;

  // --- for whoever publishes ---

  // Who publishes now; never 0.
  using Ticket = std::uint64_t;
  // Takes the place of whoever published before: an encoder that lost its connection is not locked out by what is left
  // of that. Unavailable after interrupt().
  Result<Ticket> attach();
  // False: the place is somebody else's now, the session gave up on it, or the camera is stopped.
  bool put(Ticket ticket, media::Packet packet);
  // Nothing more comes, because of `why`; what was put before is still read.
  void detach(Ticket ticket, Failure why);

  // --- for the session ---

  Outcome<SourceInfo> open() override;  // waits for somebody to publish, as long as it takes
  Outcome<media::Packet> read() override;
  void interrupt() override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A camera to which may be published.
struct Publication {
  std::string camera;
  std::shared_ptr<PublishSource> source;
};

}  // namespace vigil::ingest
