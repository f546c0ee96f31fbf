#include "analyser/link.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "analyser/receiver.h"

namespace vigil::analyser {
namespace {

constexpr std::size_t kMaxWaiting = 4u << 20;

Bytes front_of(Header header, const Bytes& body, std::size_t more) {
  header.length = static_cast<std::uint32_t>(body.size() + more);
  header.sent_ns = monotonic_ns();
  const auto bytes = encode(header);
  // Copied into its final size: g++ 12 at -O2 takes two inserts for a write beyond the end.
  Bytes out(bytes.size() + body.size());
  std::copy(body.begin(), body.end(), std::copy(bytes.begin(), bytes.end(), out.begin()));
  return out;
}

}  // namespace

bool Link::push(Piece piece, bool force, bool& waits) {
  if (closed_) return force;
  if (!force && !waiting_.empty() && bytes_ + piece.size() > kMaxWaiting) return false;
  bytes_ += piece.size();
  const bool empty = waiting_.empty();
  waiting_.push_back(std::move(piece));
  if (empty) write();
  waits = empty && !waiting_.empty();
  return true;
}

void Link::send(Header header, const Bytes& body) {
  bool waits = false;
  {
    MutexLock lock(mutex_);
    push({front_of(header, body, 0), nullptr, 0}, true, waits);
  }
  if (waits) on_wait_();
}

bool Link::send(Header header, const Bytes& head, const media::PacketPtr& packet) {
  bool waits = false, taken = false;
  {
    MutexLock lock(mutex_);
    taken = push({front_of(header, head, packet->data.size()), packet, 0}, false, waits);
  }
  if (waits) on_wait_();
  return taken;
}

void Link::write() {
  while (!waiting_.empty()) {
    auto& piece = waiting_.front();
    iovec parts[2];
    std::size_t count = 0;
    if (piece.sent < piece.front.size()) {
      parts[count++] = {piece.front.data() + piece.sent, piece.front.size() - piece.sent};
    }
    if (piece.packet) {
      const auto skip = piece.sent > piece.front.size() ? piece.sent - piece.front.size() : 0;
      const auto data = piece.packet->data.view().subspan(skip);
      parts[count++] = {const_cast<std::uint8_t*>(data.data()), data.size()};
    }
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = count;
    const auto sent = ::sendmsg(socket_, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    // Whether the child is gone is told by reading.
    if (sent < 0) return;
    piece.sent += static_cast<std::size_t>(sent);
    if (piece.sent < piece.size()) continue;
    bytes_ -= piece.size();
    waiting_.pop_front();
  }
}

bool Link::flush() {
  MutexLock lock(mutex_);
  write();
  return waiting_.empty();
}

bool Link::waits() const {
  MutexLock lock(mutex_);
  return !waiting_.empty();
}

void Link::close() {
  MutexLock lock(mutex_);
  closed_ = true;
  waiting_.clear();
  bytes_ = 0;
}

}  // namespace vigil::analyser
