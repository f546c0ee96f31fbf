#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "base/secret.h"

// For tests and benchmarks: a real PostgreSQL server as a child process, on a free port, with its data in a temporary
// folder. It is run as an unprivileged user, because it refuses to be root's.

namespace vigil::store {

class PostgresServer {
 public:
  static constexpr const char* kMissing =
      "cannot start PostgreSQL; this test needs it: apt-get install postgresql-15 (it is listed in tools/deps.txt)";
  static constexpr const char* kPassword = "canary pass/word";

  // One for all tests of a process; it is stopped at its end.
  static PostgresServer& shared() {
    static PostgresServer server;
    return server;
  }

  PostgresServer() : port_(free_port()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "vigil-postgres-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data()) != nullptr ? pattern : "";
    std::ofstream(folder_ + "/password") << kPassword << "\n";
    if (::geteuid() == 0) {
      own(folder_);
      own(folder_ + "/password");
    }
    made_ = run({bin("initdb"), "--pgdata", folder_ + "/data", "--username", "vigil", "--pwfile", folder_ + "/password",
                 "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--locale-provider", "icu",
                 "--icu-locale", "en-US", "--no-sync"}) == 0;
  }
  ~PostgresServer() {
    stop(SIGQUIT);
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  // Waits until it takes connections. True when it runs already.
  [[nodiscard]] bool start() {
    if (pid_ > 0) return true;
    if (!made_) return false;
    std::array<int, 2> out{};
    if (::pipe2(out.data(), O_CLOEXEC) != 0) return false;
    // So little is logged that the pipe never fills.
    pid_ =
        spawn({bin("postgres"), "-D", folder_ + "/data", "-c", "listen_addresses=127.0.0.1", "-p",
               std::to_string(port_), "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "log_min_messages=log",
               "-c", "log_checkpoints=off", "-c", "max_connections=40", "-c", "shared_buffers=16MB"},
              out[1]);
    ::close(out[1]);
    log_ = out[0];
    return pid_ > 0 && wait_for_text(log_, "ready to accept connections");
  }

  // SIGINT: quickly but cleanly; SIGQUIT: at once.
  void stop(int number) {
    if (pid_ > 0) {
      ::kill(pid_, SIGCONT);
      ::kill(pid_, number);
      ::waitpid(pid_, nullptr, 0);
    }
    pid_ = -1;
    if (log_ >= 0) ::close(std::exchange(log_, -1));
  }

  // One session's server process, as of Connection::server_process().
  static void pause_session(int process) { ::kill(process, SIGSTOP); }
  static void resume_session(int process) { ::kill(process, SIGCONT); }

  std::uint16_t port() const { return port_; }
  // Leads into a schema of that name, which must be made first.
  Secret url(const std::string& schema = "public") const {
    return Secret("postgres://vigil:canary%20pass%2Fword@127.0.0.1:" + std::to_string(port_) +
                  "/postgres?options=-csearch_path%3D" + schema);
  }
  std::string new_schema_name() { return "test_" + std::to_string(++schemas_); }

 private:
  static std::string bin(const char* name) {
    const char* folder = std::getenv("VIGIL_POSTGRES_BIN");
    return std::string(folder != nullptr ? folder : "/usr/lib/postgresql/15/bin") + "/" + name;
  }

  static void own(const std::string& path) {
    constexpr unsigned kNobody = 65534;
    static_cast<void>(::chown(path.c_str(), kNobody, kNobody) == 0);
  }

  static std::uint16_t free_port() {
    int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(fd);
    return ntohs(address.sin_port);
  }

  // Output goes to `out`, or nowhere. The child dies with us.
  static pid_t spawn(std::vector<std::string> words, int out) {
    std::vector<std::string> all = {"setpriv", "--pdeathsig", "SIGQUIT"};
    if (::geteuid() == 0) all.insert(all.end(), {"--reuid=65534", "--regid=65534", "--clear-groups"});
    all.insert(all.end(), words.begin(), words.end());
    std::vector<char*> argv;
    for (auto& word : all) argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (out >= 0) {
      posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO);
    } else {
      posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    pid_t pid = -1;
    int status = ::posix_spawnp(&pid, "setpriv", &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    return status == 0 ? pid : -1;
  }

  static int run(std::vector<std::string> words) {
    pid_t pid = spawn(std::move(words), -1);
    int status = -1;
    return pid > 0 && ::waitpid(pid, &status, 0) == pid ? status : -1;
  }

  static bool wait_for_text(int fd, const std::string& text) {
    std::string seen;
    std::array<char, 4096> buffer{};
    while (seen.find(text) == std::string::npos) {
      pollfd waiting{fd, POLLIN, 0};
      if (::poll(&waiting, 1, 30000) <= 0) return false;
      auto got = ::read(fd, buffer.data(), buffer.size());
      if (got <= 0) return false;
      seen.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return true;
  }

  const std::uint16_t port_;
  std::string folder_;
  bool made_ = false;
  pid_t pid_ = -1;
  int log_ = -1;
  std::atomic<int> schemas_{0};
};

}  // namespace vigil::store
