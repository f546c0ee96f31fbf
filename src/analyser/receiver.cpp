#include "analyser/receiver.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/clock.h"

namespace vigil::analyser {
namespace {

Error gone() {
  return make_error(ErrorKind::Unavailable, "the other side is gone");
}

}  // namespace

std::uint64_t monotonic_ns() {
  return static_cast<std::uint64_t>(Nanos(system_clock().steady().time_since_epoch()).count());
}

// Whether all of it is there now.
Result<bool> Receiver::fill(std::uint8_t* into, std::size_t size, bool wait) {
  while (have_ < size) {
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
    iovec part{into + have_, size - have_};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const auto count = ::recvmsg(socket_, &message, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
    if (count <= 0) return gone();
    for (auto* each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each)) {
      if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SCM_RIGHTS || each->cmsg_len != CMSG_LEN(sizeof(int))) {
        continue;
      }
      int number = -1;
      std::memcpy(&number, CMSG_DATA(each), sizeof number);
      Fd file(number);
      // A file belongs to the message in whose header it comes.
      if (in_body_ || message_.file) return make_error(ErrorKind::DataLoss, "a file that belongs to no message");
      message_.file = std::move(file);
    }
    if ((message.msg_flags & MSG_CTRUNC) != 0) return make_error(ErrorKind::DataLoss, "more files than were agreed on");
    have_ += static_cast<std::size_t>(count);
  }
  return true;
}

Result<std::optional<Message>> Receiver::next(bool wait) {
  if (!in_body_) {
    VIGIL_ASSIGN(const bool whole, fill(header_.data(), header_.size(), wait));
    if (!whole) return std::optional<Message>();
    VIGIL_ASSIGN(message_.header, decode_header(header_, longest_));
    message_.body.resize(message_.header.length);
    in_body_ = true;
    have_ = 0;
  }
  VIGIL_ASSIGN(const bool whole, fill(message_.body.data(), message_.body.size(), wait));
  if (!whole) return std::optional<Message>();
  in_body_ = false;
  have_ = 0;
  return std::optional<Message>(std::exchange(message_, {}));
}

bool send_whole(int socket, Header header, View body, int file) {
  header.length = static_cast<std::uint32_t>(body.size());
  header.sent_ns = monotonic_ns();
  const auto bytes = encode(header);
  std::size_t sent = 0;
  while (sent < bytes.size() + body.size()) {
    iovec parts[2];
    int count = 0;
    if (sent < bytes.size()) parts[count++] = {const_cast<std::uint8_t*>(bytes.data()) + sent, bytes.size() - sent};
    const auto skip = sent > bytes.size() ? sent - bytes.size() : 0;
    if (body.size() > skip) parts[count++] = {const_cast<std::uint8_t*>(body.data()) + skip, body.size() - skip};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = static_cast<std::size_t>(count);
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    if (sent == 0 && file >= 0) {
      message.msg_control = control;
      message.msg_controllen = sizeof control;
      auto* first = CMSG_FIRSTHDR(&message);
      first->cmsg_level = SOL_SOCKET;
      first->cmsg_type = SCM_RIGHTS;
      first->cmsg_len = CMSG_LEN(sizeof(int));
      std::memcpy(CMSG_DATA(first), &file, sizeof file);
    }
    const auto done = ::sendmsg(socket, &message, MSG_NOSIGNAL);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    sent += static_cast<std::size_t>(done);
  }
  return true;
}

}  // namespace vigil::analyser
