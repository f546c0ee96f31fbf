#include "sandbox/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "sandbox/sandbox.h"

namespace vigil::sandbox {
namespace {

constexpr std::size_t kErrorBytes = 4096;
constexpr int kOutOfTheWay = 64;  // of the numbers that a child is to have

Error failed(const char* what, int error) {
  return make_error(ErrorKind::ResourceExhausted,
                    std::string("cannot start a process: ") + what + ": " + std::strerror(error));
}

// A file of fixed size that the child's errors go to: no thread has to read it, and it cannot grow.
Fd error_file() {
  Fd file(::memfd_create("errors", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file || ::ftruncate(file.get(), kErrorBytes) != 0) return Fd();
  ::fcntl(file.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
  return file;
}

struct Actions {
  Actions() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
  }
  ~Actions() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
};

// The child's own session of signals: what a terminal sends to us is not for it.
void describe(Actions& actions, const std::vector<Fd>& given, int errors) {
  posix_spawn_file_actions_addopen(&actions.files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions.files, 1, "/dev/null", O_WRONLY, 0);
  if (errors >= 0) posix_spawn_file_actions_adddup2(&actions.files, errors, 2);
  int number = kFirstFile;
  for (const auto& file : given) posix_spawn_file_actions_adddup2(&actions.files, file.get(), number++);
  posix_spawn_file_actions_addclosefrom_np(&actions.files, number);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&actions.attributes, &none);
  posix_spawnattr_setsigdefault(&actions.attributes, &all);
  posix_spawnattr_setpgroup(&actions.attributes, 0);
  posix_spawnattr_setflags(&actions.attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

// Nothing of ours, which holds secrets; sanitizers are told by it where to write. OpenCV and Tesseract (by OpenMP)
// would start threads of their own where the sandbox forbids new ones.
std::vector<std::string> environment() {
  std::vector<std::string> out = {"LC_ALL=C", "OPENCV_FOR_THREADS_NUM=1", "OMP_THREAD_LIMIT=1"};
  if (!is_sanitized()) return out;
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) out.push_back(std::string(name) + "=" + value);
  }
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace

Result<Process> Process::start(const std::string& program, const std::vector<std::string>& arguments,
                               std::span<const int> files) {
  std::vector<Fd> given;
  for (const int file : files) {
    given.emplace_back(::fcntl(file, F_DUPFD_CLOEXEC, kOutOfTheWay));
    if (!given.back()) return failed("descriptors", errno);
  }
  // A sanitizer's report is longer, and for whoever runs the tests.
  auto errors = is_sanitized() ? Fd() : error_file();
  const Fd said(::fcntl(errors.get(), F_DUPFD_CLOEXEC, kOutOfTheWay));
  Actions actions;
  describe(actions, given, said.get());
  auto argument_texts = arguments;
  auto environment_texts = environment();
  const auto argument_pointers = pointers(argument_texts), environment_pointers = pointers(environment_texts);
  pid_t pid = -1;
  const int error = posix_spawn(&pid, program.c_str(), &actions.files, &actions.attributes, argument_pointers.data(),
                                environment_pointers.data());
  if (error != 0) return failed(program.c_str(), error);
  return Process(pid, std::move(errors));
}

Process::Process(Process&& other) noexcept : pid_(std::exchange(other.pid_, -1)), errors_(std::move(other.errors_)) {}

Process& Process::operator=(Process&& other) noexcept {
  std::swap(pid_, other.pid_);
  errors_ = std::move(other.errors_);
  return *this;
}

Process::~Process() {
  if (pid_ > 0) reap();
}

void Process::kill() {
  if (pid_ > 0) ::kill(pid_, SIGKILL);
}

Process::End Process::reap() {
  kill();
  return wait();
}

bool Process::ends_within(std::chrono::milliseconds patience) const {
  if (pid_ <= 0) return true;
  const Fd handle(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  if (!handle) return true;
  pollfd file{handle.get(), POLLIN, 0};
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    const int count = ::poll(&file, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 60000)));
    if (count > 0) return true;
    if (count == 0 || errno != EINTR) return false;
  }
}

Process::End Process::wait() {
  End end;
  if (pid_ <= 0) return end;
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  end.status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  if (errors_) {
    char text[kErrorBytes];
    const auto count = ::pread(errors_.get(), text, sizeof text, 0);
    end.said.assign(text, ::strnlen(text, count > 0 ? static_cast<std::size_t>(count) : 0));
  }
  return end;
}

}  // namespace vigil::sandbox
