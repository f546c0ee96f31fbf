#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "analyser/messages.h"
#include "base/sync.h"
#include "media/packet.h"

namespace vigil::analyser {

// The server's way to one child: messages go out at once or wait in a bounded queue; nothing blocks. Packets are not
// copied. Thread-safe.
class Link {
 public:
  // `socket` stays open for as long as this lives. `on_wait` is called, outside the lock, when something begins to
  // wait.
  Link(int socket, std::function<void()> on_wait) : socket_(socket), on_wait_(std::move(on_wait)) {}

  // A message that must go: it waits however much waits already.
  void send(Header header, const Bytes& body) VIGIL_EXCLUDES(mutex_);

  // A packet. False when there is no room for it; an empty queue takes any.
  bool send(Header header, const Bytes& head, const media::PacketPtr& packet) VIGIL_EXCLUDES(mutex_);

  // Writes what waits, as far as the socket takes it. True when nothing waits any more.
  bool flush() VIGIL_EXCLUDES(mutex_);
  bool waits() const VIGIL_EXCLUDES(mutex_);

  // Nothing goes out any more; what waits is dropped.
  void close() VIGIL_EXCLUDES(mutex_);

 private:
  struct Piece {
    Bytes front;  // header and body, or the head of a packet
    media::PacketPtr packet;
    std::size_t sent = 0;
    std::size_t size() const { return front.size() + (packet ? packet->data.size() : 0); }
  };

  bool push(Piece piece, bool force, bool& waits) VIGIL_REQUIRES(mutex_);
  void write() VIGIL_REQUIRES(mutex_);

  const int socket_;
  const std::function<void()> on_wait_;
  mutable Mutex mutex_;
  std::deque<Piece> waiting_ VIGIL_GUARDED_BY(mutex_);
  std::size_t bytes_ VIGIL_GUARDED_BY(mutex_) = 0;
  bool closed_ VIGIL_GUARDED_BY(mutex_) = false;
};

}  // namespace vigil::analyser
