#include "sinks/redis_connection.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "base/redact.h"

namespace vigil::sinks {
namespace {

std::string error_text(int code) {
  std::array<char, 128> buffer{};
  return strerror_r(code, buffer.data(), buffer.size());
}

// Answers that speak about the server's state, not about the command: the same command may be taken later.
bool concerns_server(std::string_view text) {
  constexpr std::array<std::string_view, 11> kWords = {"OOM",      "LOADING",   "BUSY",      "MASTERDOWN",
                                                       "READONLY", "MISCONF",   "NOAUTH",    "CLUSTERDOWN",
                                                       "TRYAGAIN", "WRONGPASS", "NOREPLICAS"};
  auto word = text.substr(0, text.find(' '));
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

std::string shown(const redisReply& reply) {
  constexpr std::size_t kLongest = 200;
  return redact(std::string_view(reply.str, std::min(reply.len, kLongest)));
}

constexpr int kMaxDepth = 6;
constexpr std::size_t kMaxParts = 100000;

// Copies it; what is beyond the bounds is left out.
RedisReply copy(const redisReply& reply, int depth, std::size_t& parts) {
  RedisReply out;
  out.number = reply.integer;
  if (reply.str != nullptr) out.text.assign(reply.str, reply.len);
  if (depth >= kMaxDepth || reply.element == nullptr) return out;
  for (std::size_t i = 0; i < reply.elements && parts < kMaxParts; ++i) {
    ++parts;
    if (reply.element[i] != nullptr) out.items.push_back(copy(*reply.element[i], depth + 1, parts));
  }
  return out;
}

struct ReplyDeleter {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using ReplyPtr = std::unique_ptr<redisReply, ReplyDeleter>;

}  // namespace

// Owns the descriptor, and shuts it down when abort is requested: that wakes poll(), connect() and read().
struct RedisConnection::Socket {
  struct Shutdown {
    int fd;
    void operator()() const { ::shutdown(fd, SHUT_RDWR); }
  };

  Socket(int descriptor, std::stop_token abort)
      : fd(descriptor), on_abort(std::in_place, std::move(abort), Shutdown{descriptor}) {}
  ~Socket() {
    on_abort.reset();
    ::close(fd);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  static Result<std::unique_ptr<Socket>> connect(const sockaddr* address, socklen_t length,
                                                 std::chrono::milliseconds timeout, std::stop_token abort) {
    int fd = ::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return make_error(ErrorKind::ResourceExhausted, "cannot make a socket: " + error_text(errno));
    auto socket = std::make_unique<Socket>(fd, abort);
    if (::connect(fd, address, length) != 0) {
      // EAGAIN: the backlog of a UNIX socket is full; there is nothing to wait on.
      if (errno != EINPROGRESS) return make_error(ErrorKind::Unavailable, "cannot connect: " + error_text(errno));
      pollfd waiting{fd, POLLOUT, 0};
      int ready = ::poll(&waiting, 1, static_cast<int>(timeout.count()));
      if (abort.stop_requested()) return make_error(ErrorKind::Cancelled, "stopped");
      if (ready == 0) return make_error(ErrorKind::DeadlineExceeded, "cannot connect: no answer in time");
      int code = 0;
      socklen_t size = sizeof(code);
      if (ready < 0 || ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size) != 0) code = errno;
      if (code != 0) return make_error(ErrorKind::Unavailable, "cannot connect: " + error_text(code));
    }
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    if (address->sa_family != AF_UNIX) {
      int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    }
    return socket;
  }

  static Result<std::unique_ptr<Socket>> connect(const RedisConfig& config, HostLookup& lookup,
                                                 const std::stop_token& abort) {
    if (!config.unix_path.empty()) {
      sockaddr_un address{};
      address.sun_family = AF_UNIX;
      if (config.unix_path.size() >= sizeof(address.sun_path)) {
        return make_error(ErrorKind::InvalidArgument, "the path of the Redis socket is too long");
      }
      std::memcpy(address.sun_path, config.unix_path.data(), config.unix_path.size());
      return connect(reinterpret_cast<const sockaddr*>(&address), sizeof(address), config.connect_timeout, abort);
    }
    VIGIL_ASSIGN(auto addresses, lookup.find(config.host, config.port, config.connect_timeout, abort));
    std::optional<Error> last;
    for (const auto& each : addresses) {
      auto socket =
          connect(reinterpret_cast<const sockaddr*>(&each.address), each.length, config.connect_timeout, abort);
      if (socket.ok() || abort.stop_requested()) return socket;
      last = std::move(socket).error();
    }
    return *std::move(last);
  }

  const int fd;
  std::optional<std::stop_callback<Shutdown>> on_abort;
};

RedisConnection::RedisConnection(std::unique_ptr<Socket> socket, redisContext* context)
    : socket_(std::move(socket)), context_(context) {}

RedisConnection::~RedisConnection() {
  redisFreeKeepFd(context_);
}

Result<std::unique_ptr<RedisConnection>> RedisConnection::open(const RedisConfig& config, HostLookup& lookup,
                                                               std::stop_token abort) {
  VIGIL_ASSIGN(auto socket, Socket::connect(config, lookup, abort));
  redisContext* context = redisConnectFd(socket->fd);
  if (context == nullptr) return make_error(ErrorKind::ResourceExhausted, "out of memory");
  std::unique_ptr<RedisConnection> connection(new RedisConnection(std::move(socket), context));
  auto microseconds = std::chrono::microseconds(config.io_timeout).count();
  redisSetTimeout(context, timeval{microseconds / 1'000'000, microseconds % 1'000'000});
  VIGIL_TRY(connection->sign_in(config));
  return connection;
}

Result<void> RedisConnection::sign_in(const RedisConfig& config) {
  auto run = [this](const std::vector<std::string>& words, const char* what) -> Result<void> {
    std::vector<const char*> parts;
    std::vector<std::size_t> sizes;
    for (const auto& word : words) {
      parts.push_back(word.data());
      sizes.push_back(word.size());
    }
    redisAppendCommandArgv(context_, static_cast<int>(words.size()), parts.data(), sizes.data());
    auto said = answer();
    if (!said) return std::move(said).error().while_doing(what);
    if (!said->accepted) return make_error(ErrorKind::Unavailable, fmt::format("{}: {}", what, said->refusal));
    return {};
  };
  if (!config.password.empty()) {
    std::vector<std::string> words = {"AUTH"};
    if (!config.user.empty()) words.push_back(config.user);
    words.push_back(config.password.reveal());
    auto signed_in = run(words, "sign in");
    Secret wiped(std::move(words.back()));
    VIGIL_TRY(std::move(signed_in));
  }
  if (config.database != 0) VIGIL_TRY(run({"SELECT", std::to_string(config.database)}, "select the database"));
  return ping();  // says NOAUTH or LOADING now rather than at the first event
}

void RedisConnection::append_publish(const std::string& channel, const std::string& message) {
  std::array<const char*, 3> parts = {"PUBLISH", channel.data(), message.data()};
  std::array<std::size_t, 3> sizes = {7, channel.size(), message.size()};
  redisAppendCommandArgv(context_, 3, parts.data(), sizes.data());
}

void RedisConnection::append(const std::vector<std::string_view>& words) {
  std::vector<const char*> parts;
  std::vector<std::size_t> sizes;
  for (const auto& word : words) {
    parts.push_back(word.data());
    sizes.push_back(word.size());
  }
  redisAppendCommandArgv(context_, static_cast<int>(words.size()), parts.data(), sizes.data());
}

Result<RedisReply> RedisConnection::reply() {
  void* raw = nullptr;
  errno = 0;
  if (redisGetReply(context_, &raw) != REDIS_OK || raw == nullptr) return failure();
  ReplyPtr reply(static_cast<redisReply*>(raw));
  if (reply->type == REDIS_REPLY_ERROR) {
    auto text = shown(*reply);
    if (concerns_server(text)) return make_error(ErrorKind::Unavailable, "Redis answers: " + text);
    RedisReply out;
    out.refusal = std::move(text);
    return out;
  }
  std::size_t parts = 0;
  return copy(*reply, 0, parts);
}

Result<RedisConnection::Answer> RedisConnection::answer() {
  void* raw = nullptr;
  errno = 0;
  if (redisGetReply(context_, &raw) != REDIS_OK || raw == nullptr) return failure();
  ReplyPtr reply(static_cast<redisReply*>(raw));
  if (reply->type != REDIS_REPLY_ERROR) return Answer{true, {}};
  auto text = shown(*reply);
  if (concerns_server(text)) return make_error(ErrorKind::Unavailable, "Redis answers: " + text);
  return Answer{false, text};
}

Result<void> RedisConnection::ping() {
  std::array<const char*, 1> parts = {"PING"};
  std::array<std::size_t, 1> sizes = {4};
  redisAppendCommandArgv(context_, 1, parts.data(), sizes.data());
  VIGIL_ASSIGN(auto said, answer());
  // A user that may only publish is not allowed to ping; the connection is alive all the same.
  if (!said.accepted && said.refusal.substr(0, 6) != "NOPERM")
    return make_error(ErrorKind::Unavailable, "Redis answers: " + said.refusal);
  return {};
}

Error RedisConnection::failure() const {
  if (context_->err == REDIS_ERR_IO && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    return make_error(ErrorKind::DeadlineExceeded, "Redis does not answer in time");
  }
  return make_error(ErrorKind::Unavailable, fmt::format("connection lost: {}", redact(context_->errstr)));
}

void ignore_sigpipe_here() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace vigil::sinks
