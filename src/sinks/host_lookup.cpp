#include "sinks/host_lookup.h"

#include <fmt/format.h>
#include <netdb.h>

#include <cstring>
#include <optional>
#include <system_error>
#include <thread>

#include "base/sync.h"

namespace vigil::sinks {
namespace {

using Addresses = std::vector<HostAddress>;

Result<Addresses> ask(const std::string& host, std::uint16_t port, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  int status = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (status != 0)
    return make_error(ErrorKind::Unavailable, fmt::format("cannot find host {}: {}", host, gai_strerror(status)));
  Addresses out;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    if (each->ai_addrlen > sizeof(sockaddr_storage)) continue;
    HostAddress address;
    std::memcpy(&address.address, each->ai_addr, each->ai_addrlen);
    address.length = each->ai_addrlen;
    out.push_back(address);
  }
  freeaddrinfo(found);
  if (out.empty()) return make_error(ErrorKind::Unavailable, fmt::format("host {} has no address", host));
  return out;
}

}  // namespace

struct HostLookup::Question {
  Mutex mutex;
  CondVar answered;
  std::optional<Result<Addresses>> answer VIGIL_GUARDED_BY(mutex);
};

Result<Addresses> HostLookup::find(const std::string& host, std::uint16_t port, std::chrono::milliseconds timeout,
                                   std::stop_token stop) {
  if (auto numeric = ask(host, port, AI_NUMERICHOST); numeric.ok()) return numeric;
  if (!open_) {
    auto question = std::make_shared<Question>();
    auto work = [question, host, port] {
      auto answer = ask(host, port, AI_ADDRCONFIG);
      {
        MutexLock lock(question->mutex);
        question->answer = std::move(answer);
      }
      question->answered.notify_all();
    };
    try {
      std::thread(std::move(work)).detach();
    } catch (const std::system_error&) {
      return make_error(ErrorKind::ResourceExhausted, "cannot start a thread for name resolution");
    }
    open_ = std::move(question);
  }
  std::optional<Result<Addresses>> answer;
  {
    auto& question = *open_;
    MutexLock lock(question.mutex);
    question.answered.wait_for(lock, stop, timeout,
                               [&question]() VIGIL_NO_THREAD_SAFETY_ANALYSIS { return question.answer.has_value(); });
    answer.swap(question.answer);
  }
  if (answer) {
    open_.reset();
    return *std::move(answer);
  }
  if (stop.stop_requested()) return make_error(ErrorKind::Cancelled, "stopped");
  return make_error(ErrorKind::DeadlineExceeded, fmt::format("no answer from name resolution for host {}", host));
}

}  // namespace vigil::sinks
