#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

// For tests and benchmarks: a real redis-server as a child process, a reader of its channels, and a server that answers
// what the test wants.

namespace vigil::sinks::testing {

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

// A port on which nobody listens at the moment.
inline std::uint16_t free_port() {
  int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  auto address = loopback(0);
  socklen_t size = sizeof(address);
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "vigil-redis-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data()) != nullptr ? pattern : "";
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// redis-server on a free TCP port and a UNIX socket, nothing on disk. start() waits until it accepts connections.
class RedisServer {
 public:
  static constexpr const char* kMissing =
      "cannot start redis-server; this test needs it: apt-get install redis-server (it is listed in tools/deps.txt)";

  explicit RedisServer(std::string password = {}) : password_(std::move(password)), port_(free_port()) {}
  ~RedisServer() { stop(SIGKILL); }
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string socket_path() const { return folder_.path() + "/redis.sock"; }
  std::string url() const { return "redis://" + credentials() + "127.0.0.1:" + std::to_string(port_); }
  std::string unix_url() const { return "redis+unix://" + credentials() + socket_path(); }

  [[nodiscard]] bool start() {
    std::vector<std::string> words = {"redis-server",
                                      "--port",
                                      std::to_string(port_),
                                      "--bind",
                                      "127.0.0.1",
                                      "--unixsocket",
                                      socket_path(),
                                      "--save",
                                      "",
                                      "--appendonly",
                                      "no",
                                      "--dir",
                                      folder_.path(),
                                      "--protected-mode",
                                      "no"};
    if (!password_.empty()) words.insert(words.end(), {"--requirepass", password_});
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    std::array<int, 2> out{};
    if (::pipe2(out.data(), O_CLOEXEC) != 0) return false;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    int status = ::posix_spawnp(&pid_, "redis-server", &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(out[1]);
    bool ready = status == 0 && wait_for_text(out[0], "Ready to accept connections");
    if (status != 0) pid_ = -1;
    log_ = out[0];
    return ready;
  }

  void signal(int number) const {
    if (pid_ > 0) ::kill(pid_, number);
  }

  void stop(int number) {
    if (pid_ > 0) {
      ::kill(pid_, number);
      if (number == SIGTERM) ::kill(pid_, SIGCONT);
      ::waitpid(pid_, nullptr, 0);
    }
    pid_ = -1;
    if (log_ >= 0) ::close(std::exchange(log_, -1));
  }

 private:
  std::string credentials() const { return password_.empty() ? "" : ":" + password_ + "@"; }

  static bool wait_for_text(int fd, const std::string& text) {
    std::string seen;
    std::array<char, 4096> buffer{};
    while (seen.find(text) == std::string::npos) {
      pollfd waiting{fd, POLLIN, 0};
      if (::poll(&waiting, 1, 10000) <= 0) return false;
      auto got = ::read(fd, buffer.data(), buffer.size());
      if (got <= 0) return false;
      seen.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return true;
  }

  const std::string password_;
  const std::uint16_t port_;
  TemporaryFolder folder_;
  pid_t pid_ = -1;
  int log_ = -1;
};

// Reads the channels of a server that fit a pattern.
class Subscriber {
 public:
  explicit Subscriber(std::uint16_t port, const std::string& pattern = "camera:*") {
    context_ = redisConnectWithTimeout("127.0.0.1", port, timeval{5, 0});
    redisSetTimeout(context_, timeval{10, 0});
    auto* reply = static_cast<redisReply*>(redisCommand(context_, "PSUBSCRIBE %s", pattern.c_str()));
    subscribed_ = reply != nullptr && reply->type == REDIS_REPLY_ARRAY;
    if (reply != nullptr) freeReplyObject(reply);
  }
  ~Subscriber() { redisFree(context_); }
  Subscriber(const Subscriber&) = delete;
  Subscriber& operator=(const Subscriber&) = delete;
  bool subscribed() const { return subscribed_; }

  struct Message {
    std::string channel, text;
  };
  // Nothing after ten seconds, or when the server is gone.
  std::optional<Message> next() {
    void* raw = nullptr;
    if (redisGetReply(context_, &raw) != REDIS_OK) return std::nullopt;
    std::unique_ptr<redisReply, decltype(&freeReplyObject)> reply(static_cast<redisReply*>(raw), freeReplyObject);
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 4) return std::nullopt;
    auto text = [&](std::size_t i) { return std::string(reply->element[i]->str, reply->element[i]->len); };
    return Message{text(2), text(3)};
  }

 private:
  redisContext* context_ = nullptr;
  bool subscribed_ = false;
};

// A server of our own that answers each command as told: `answer` gets the words of a command and gives the bytes of
// the reply.
class ScriptedServer {
 public:
  using Answer = std::function<std::string(const std::vector<std::string>& words)>;

  explicit ScriptedServer(Answer answer) : answer_(std::move(answer)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = loopback(0);
    socklen_t size = sizeof(address);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_, 8);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
  }
  ~ScriptedServer() {
    thread_.request_stop();
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  std::uint16_t port() const { return port_; }

 private:
  void run(std::stop_token stop) {
    while (!stop.stop_requested()) {
      int client = ::accept(listener_, nullptr, nullptr);
      if (client < 0) return;
      std::stop_callback wake(stop, [client] { ::shutdown(client, SHUT_RDWR); });
      serve(client);
      ::close(client);
    }
  }

  void serve(int client) {
    redisReader* reader = redisReaderCreate();  // a command has the same form as an array reply
    std::array<char, 4096> buffer{};
    bool open = true;
    while (open) {
      auto got = ::read(client, buffer.data(), buffer.size());
      if (got <= 0) break;
      redisReaderFeed(reader, buffer.data(), static_cast<std::size_t>(got));
      void* raw = nullptr;
      while (open && redisReaderGetReply(reader, &raw) == REDIS_OK && raw != nullptr) {
        auto* command = static_cast<redisReply*>(raw);
        std::vector<std::string> words;
        for (std::size_t i = 0; i < command->elements; ++i)
          words.emplace_back(command->element[i]->str, command->element[i]->len);
        freeReplyObject(command);
        auto reply = answer_(words);
        open = !reply.empty() && ::send(client, reply.data(), reply.size(), MSG_NOSIGNAL) > 0;
      }
    }
    redisReaderFree(reader);
  }

  const Answer answer_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

}  // namespace vigil::sinks::testing
