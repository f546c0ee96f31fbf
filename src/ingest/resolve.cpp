#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "base/sync.h"
#include "ingest/descriptor.h"
#include "ingest/egress.h"

namespace vigil::ingest {
namespace {

using model::FailureReason;
using std::chrono::milliseconds;

constexpr int kMaxLookups = 64;  // a look-up that the resolver never answers keeps its thread until it gives up
constexpr milliseconds kStopPeriod{100};

struct Lookup {
  Mutex mutex;
  CondVar done_changed;
  bool done VIGIL_GUARDED_BY(mutex) = false;
  int status VIGIL_GUARDED_BY(mutex) = 0;
  std::vector<Endpoint> found VIGIL_GUARDED_BY(mutex);
};

struct Slots {
  Mutex mutex;
  CondVar freed;
  int used VIGIL_GUARDED_BY(mutex) = 0;
};

// Never destroyed: a look-up thread may outlive main().
Slots& slots() {
  static auto* instance = new Slots;
  return *instance;
}

void free_slot() {
  {
    MutexLock lock(slots().mutex);
    --slots().used;
  }
  slots().freed.notify_one();
}

Endpoint endpoint_of(const sockaddr* address, socklen_t length) {
  Endpoint endpoint;
  endpoint.length = std::min<socklen_t>(length, sizeof endpoint.address);
  std::memcpy(&endpoint.address, address, endpoint.length);
  std::array<char, NI_MAXHOST> text{};
  if (getnameinfo(address, length, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0) {
    endpoint.text = text.data();
  }
  return endpoint;
}

int look_up(const std::string& host, std::uint16_t port, int flags, std::vector<Endpoint>& found) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  int status = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (status != 0) return status;
  for (auto* item = list; item != nullptr && found.size() < 16; item = item->ai_next) {
    found.push_back(endpoint_of(item->ai_addr, item->ai_addrlen));
  }
  freeaddrinfo(list);
  return 0;
}

Outcome<Endpoint> first_allowed(const std::string& host, const std::vector<Endpoint>& found,
                                const EgressPolicy& policy) {
  for (const auto& endpoint : found) {
    if (policy.allows(endpoint.address)) return endpoint;
  }
  if (found.empty()) return Failure{FailureReason::Dns, fmt::format("the name {} has no address", host)};
  return Failure{FailureReason::Blocked,
                 fmt::format("{} is at {}, which the server's network rules (ingest.egress) do not allow", host,
                             found.front().text)};
}

Failure dns_failure(const std::string& host, int status) {
  if (status == EAI_AGAIN || status == EAI_SYSTEM || status == EAI_FAIL) {
    return {FailureReason::Dns, fmt::format("the name server gives no answer about {}", host)};
  }
  return {FailureReason::Dns, fmt::format("the name {} has no address: check its spelling and the name server", host)};
}

Failure stopped() {
  return {FailureReason::Stopped, "stopped"};
}

milliseconds until(SteadyTime deadline) {
  auto left = std::chrono::ceil<milliseconds>(deadline - system_clock().steady());
  return std::max(left, milliseconds(0));
}

bool take_slot(SteadyTime deadline, const std::stop_token& stop) {
  auto& all = slots();
  MutexLock lock(all.mutex);
  bool free = all.freed.wait_for(lock, stop, until(deadline),
                                 [&]() VIGIL_REQUIRES(all.mutex) { return all.used < kMaxLookups; });
  if (free) ++all.used;
  return free;
}

bool try_take_slot() {
  auto& all = slots();
  MutexLock lock(all.mutex);
  if (all.used >= kMaxLookups) return false;
  ++all.used;
  return true;
}

using Answer = std::function<void(int status, std::vector<Endpoint> found)>;

// On a thread of its own, with a slot taken, which is free again before the answer. False: there is no thread.
bool look_up_aside(const std::string& host, std::uint16_t port, Answer answer) {
  try {
    std::thread([host, port, answer = std::move(answer)] {
      std::vector<Endpoint> found;
      const int status = look_up(host, port, 0, found);
      free_slot();
      answer(status, std::move(found));
    }).detach();
  } catch (const std::system_error&) {
    free_slot();
    return false;
  }
  return true;
}

Failure no_thread() {
  return {FailureReason::Internal, "no thread is left for looking up a name"};
}

}  // namespace

std::uint16_t port_of(const Url& url) {
  if (auto number = url.port_number()) return *number;
  // The table comes first: /etc/services is often missing in containers.
  static constexpr std::array<std::pair<const char*, std::uint16_t>, 6> kPorts = {
      {{"rtsp", 554}, {"rtsps", 322}, {"http", 80}, {"https", 443}, {"rtmp", 1935}, {"rtmps", 443}}};
  const auto& name = url.port.empty() ? url.scheme : url.port;
  for (const auto& [scheme, port] : kPorts) {
    if (name == scheme) return port;
  }
  if (url.port.empty()) return 0;
  servent entry{};
  servent* answer = nullptr;
  std::array<char, 1024> buffer{};
  if (getservbyname_r(name.c_str(), "tcp", &entry, buffer.data(), buffer.size(), &answer) != 0 || answer == nullptr) {
    return 0;
  }
  return ntohs(static_cast<std::uint16_t>(answer->s_port));
}

std::string name_of(const Url& url) {
  return fmt::format("{} port {}", url.host, port_of(url));
}

Outcome<Endpoint> resolve(const std::string& host, std::uint16_t port, const EgressPolicy& policy, milliseconds timeout,
                          std::stop_token stop) {
  if (stop.stop_requested()) return stopped();
  std::vector<Endpoint> literal;
  if (look_up(host, port, AI_NUMERICHOST, literal) == 0) return first_allowed(host, literal, policy);

  auto deadline = system_clock().steady() + timeout;
  if (!take_slot(deadline, stop)) return stop.stop_requested() ? stopped() : slow_names(host);
  auto lookup = std::make_shared<Lookup>();
  const bool begun = look_up_aside(host, port, [lookup](int status, std::vector<Endpoint> found) {
    {
      MutexLock lock(lookup->mutex);
      lookup->status = status;
      lookup->found = std::move(found);
      lookup->done = true;
    }
    lookup->done_changed.notify_all();
  });
  if (!begun) return no_thread();
  MutexLock lock(lookup->mutex);
  bool done = lookup->done_changed.wait_for(lock, stop, until(deadline),
                                            [&]() VIGIL_REQUIRES(lookup->mutex) { return lookup->done; });
  if (!done) return stop.stop_requested() ? stopped() : slow_names(host);
  if (lookup->status != 0) return dns_failure(host, lookup->status);
  return first_allowed(host, lookup->found, policy);
}

bool resolve_later(const std::string& host, std::uint16_t port, std::shared_ptr<const EgressPolicy> policy,
                   std::function<void(Outcome<Endpoint>)> done) {
  std::vector<Endpoint> literal;
  if (look_up(host, port, AI_NUMERICHOST, literal) == 0) {
    done(first_allowed(host, literal, *policy));
    return true;
  }
  if (!try_take_slot()) return false;
  const bool begun =
      look_up_aside(host, port, [host, policy = std::move(policy), done](int status, std::vector<Endpoint> found) {
        done(status != 0 ? Outcome<Endpoint>(dns_failure(host, status)) : first_allowed(host, found, *policy));
      });
  if (!begun) done(no_thread());
  return true;
}

Failure slow_names(const std::string& host) {
  return {FailureReason::Timeout, fmt::format("the name server did not answer in time about {}", host)};
}

Failure connect_failure(int error, const std::string& where) {
  switch (error) {
    case ECONNREFUSED:
    case ECONNRESET:
      return {FailureReason::Refused, fmt::format("{} refuses the connection: nothing listens on that port", where)};
    case ETIMEDOUT:
      return {FailureReason::Timeout,
              fmt::format("{} does not answer: is it switched on, is a firewall between?", where)};
    case EHOSTUNREACH:
    case EHOSTDOWN:
    case ENETUNREACH:
    case ENETDOWN:
    case EADDRNOTAVAIL:
      return {FailureReason::Unreachable, fmt::format("there is no way to {}: the host or its network is down", where)};
    case EACCES:
    case EPERM:
      return {FailureReason::Blocked, fmt::format("this machine's firewall does not let us connect to {}", where)};
    default:
      return {FailureReason::Unreachable,
              fmt::format("cannot connect to {}: {}", where, std::generic_category().message(error))};
  }
}

Outcome<bool> check_listening(const Endpoint& endpoint, milliseconds timeout, std::stop_token stop) {
  std::uint16_t port = 0;
  if (endpoint.address.ss_family == AF_INET6) {
    port = ntohs(reinterpret_cast<const sockaddr_in6*>(&endpoint.address)->sin6_port);
  } else {
    port = ntohs(reinterpret_cast<const sockaddr_in*>(&endpoint.address)->sin_port);
  }
  auto where = fmt::format("{} port {}", endpoint.text, port);
  Descriptor fd(socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) return connect_failure(errno, where);
  auto* address = reinterpret_cast<const sockaddr*>(&endpoint.address);
  if (connect(fd.get(), address, endpoint.length) == 0) return true;
  if (errno != EINPROGRESS) return connect_failure(errno, where);
  auto deadline = system_clock().steady() + timeout;
  for (;;) {
    if (stop.stop_requested()) return stopped();
    auto left = until(deadline);
    if (left.count() == 0) return connect_failure(ETIMEDOUT, where);
    pollfd waiting{fd.get(), POLLOUT, 0};
    int ready = poll(&waiting, 1, static_cast<int>(std::min(left, kStopPeriod).count()));
    if (ready < 0 && errno != EINTR) return connect_failure(errno, where);
    if (ready <= 0) continue;
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) return connect_failure(error, where);
    return true;
  }
}

}  // namespace vigil::ingest
