#pragma once

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "base/ids.h"
#include "blob/s3.h"
#include "blob/s3/http.h"

// For tests: a real S3 server (tests/servers/s3.mjs) as a child process on a free port, with its data in a temporary
// folder.

namespace vigil::blob {

class S3Server {
 public:
  static constexpr const char* kMissing =
      "cannot start the S3 server of the tests: run `npm ci --prefix tests/servers` (Node.js 18 or newer)";

  static S3Server& shared() {
    static S3Server server;
    return server;
  }

  S3Server() {
    std::string pattern = (std::filesystem::temp_directory_path() / "vigil-s3-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data()) != nullptr ? pattern : "";
    start();
  }
  ~S3Server() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    if (in_ >= 0) ::close(in_);
    if (out_ >= 0) ::close(out_);
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }
  S3Server(const S3Server&) = delete;
  S3Server& operator=(const S3Server&) = delete;

  bool runs() const { return port_ != 0; }
  std::string endpoint() const { return "http://127.0.0.1:" + std::to_string(port_); }

  // Options of a store that has a folder of its own.
  S3Options options() const {
    S3Options out;
    out.endpoint = endpoint();
    out.bucket = "vigil";
    out.folder = "test-" + random_hex(8) + "/";
    out.access_key = "S3RVER";
    out.secret_key = Secret("S3RVER");
    out.first_wait = std::chrono::milliseconds(1);
    return out;
  }

  // See tests/servers/s3.mjs.
  void fault(const std::string& kind, int count) const {
    s3::HttpRequest request;
    request.method = "PUT";
    request.url = endpoint() + "/_fault/" + kind + "/" + std::to_string(count);
    static_cast<void>(s3::perform(request).ok());
  }
  std::string seen() const {
    s3::HttpRequest request;
    request.method = "GET";
    request.url = endpoint() + "/_seen";
    auto answer = s3::perform(request);
    return answer ? answer->body : answer.error().message;
  }

 private:
  void start() {
    const char* source = std::getenv("VIGIL_SOURCE_DIR");
    const auto script = std::string(source != nullptr ? source : ".") + "/tests/servers/s3.mjs";
    if (!std::filesystem::exists(std::filesystem::path(script).parent_path() / "node_modules/s3rver")) return;
    std::array<int, 2> in{}, out{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) return;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    std::array<std::string, 3> words = {"node", script, folder_};
    std::array<char*, 4> argv = {words[0].data(), words[1].data(), words[2].data(), nullptr};
    if (::posix_spawnp(&pid_, "node", &actions, nullptr, argv.data(), environ) != 0) pid_ = -1;
    posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    in_ = in[1];
    out_ = out[0];
    std::string line;
    std::array<char, 64> buffer{};
    pollfd waiting{out_, POLLIN, 0};
    while (pid_ > 0 && line.find('\n') == std::string::npos && ::poll(&waiting, 1, 20000) > 0) {
      const auto got = ::read(out_, buffer.data(), buffer.size());
      if (got <= 0) return;
      line.append(buffer.data(), static_cast<std::size_t>(got));
    }
    port_ = std::atoi(line.c_str());
  }

  std::string folder_;
  pid_t pid_ = -1;
  int in_ = -1, out_ = -1, port_ = 0;
};

inline Result<std::unique_ptr<Store>> s3_store_for_test() {
  auto& server = S3Server::shared();
  if (!server.runs()) return make_error(ErrorKind::FailedPrecondition, S3Server::kMissing, "test.missing");
  VIGIL_ASSIGN(auto store, make_s3_store(server.options()));
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace vigil::blob
