#include "extract/socket.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace vigil::extract {
namespace {

// A body grows as it comes: who announces much and sends little takes no memory.
constexpr std::size_t kGrow = 1u << 20;

}  // namespace

bool send_message(int socket, Type type, View body) {
  auto header = encode({type, static_cast<std::uint32_t>(body.size())});
  iovec parts[2] = {{header.data(), header.size()},
                    {const_cast<std::uint8_t*>(body.data()), body.size()}};  // NOLINT(*-const-cast): is only read
  std::size_t at = 0;
  while (at < 2) {
    msghdr message{};
    message.msg_iov = parts + at;
    message.msg_iovlen = 2 - at;
    auto sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    while (at < 2 && static_cast<std::size_t>(sent) >= parts[at].iov_len) {
      sent -= static_cast<ssize_t>(parts[at++].iov_len);
    }
    if (at < 2) {
      parts[at].iov_base = static_cast<std::uint8_t*>(parts[at].iov_base) + sent;
      parts[at].iov_len -= static_cast<std::size_t>(sent);
    }
  }
  return true;
}

Result<bool> Inbox::fill(std::span<std::uint8_t> all) {
  while (have_ < all.size()) {
    iovec part{all.data() + have_, all.size() - have_};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    // Files that come along unasked are dropped by the kernel: there is no room for them.
    const auto count = ::recvmsg(socket_, &message, MSG_CMSG_CLOEXEC);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
    if (count <= 0) return make_error(ErrorKind::Unavailable, "the other side is gone");
    have_ += static_cast<std::size_t>(count);
  }
  return true;
}

Result<std::optional<Message>> Inbox::next() {
  if (!in_body_) {
    VIGIL_ASSIGN(const bool whole, fill(header_));
    if (!whole) return std::optional<Message>();
    VIGIL_ASSIGN(message_.header, decode_header(header_));
    in_body_ = true;
    have_ = 0;
    message_.body.clear();
  }
  const std::size_t length = message_.header.length;
  while (have_ < length || message_.body.size() < length) {
    if (have_ == message_.body.size()) message_.body.resize(std::min(length, have_ + std::max(kGrow, have_)));
    VIGIL_ASSIGN(const bool filled, fill(message_.body));
    if (!filled) return std::optional<Message>();
  }
  in_body_ = false;
  have_ = 0;
  return std::optional(std::exchange(message_, {}));
}

}  // namespace vigil::extract
