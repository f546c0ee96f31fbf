#include "ingest/curl/http_stream.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/redact.h"

namespace vigil::ingest {
namespace {

using model::FailureReason;
using std::chrono::milliseconds;

constexpr int kMaxRedirects = 5;
constexpr std::size_t kMaxHeader = 64u << 10;
constexpr milliseconds kNamesLast{30000};  // a camera that is polled every second is not looked up every second

void start_library() {
  // Thread-safe by being a static; never undone, since streams may live in other static objects.
  static const auto done = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(done);
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

Failure failed(FailureReason reason, std::string detail) {
  return {reason, redact(detail)};
}

// What the camera's answer means. 2xx and redirects do not come here.
Failure status_failure(int status, const Url& url) {
  auto where = name_of(url);
  switch (status) {
    case 401:
      return failed(FailureReason::Auth, url.user.empty() ? where + " wants a user name and a password"
                                                          : where + " does not accept this user name and password");
    case 403:
      return failed(FailureReason::Auth, where + " says that this user may not see the pictures (HTTP 403)");
    case 404:
    case 410:
      return failed(FailureReason::NotFound, fmt::format("{} has no such path (HTTP {})", where, status));
    case 429:
    case 503:
      return failed(FailureReason::Busy, fmt::format("{} is busy (HTTP {})", where, status));
    case 504:
      return failed(FailureReason::Timeout, where + " is a gateway and its camera does not answer (HTTP 504)");
    default:
      return failed(FailureReason::Protocol, fmt::format("{} answered with HTTP {}", where, status));
  }
}

// `location` of a redirect, which may be relative, as an absolute URL.
Result<Url> follow(const Url& base, const std::string& location) {
  std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts(curl_url(), curl_url_cleanup);
  char* text = nullptr;
  if (!parts || curl_url_set(parts.get(), CURLUPART_URL, base.without_credentials().c_str(), 0) != CURLUE_OK ||
      curl_url_set(parts.get(), CURLUPART_URL, location.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
      curl_url_get(parts.get(), CURLUPART_URL, &text, 0) != CURLUE_OK) {
    return make_error(ErrorKind::InvalidArgument, "the redirect is no URL");
  }
  std::unique_ptr<char, decltype(&curl_free)> owner(text, curl_free);
  return parse_url(text);
}

struct Headers {
  int status = 0;
  std::size_t bytes = 0;
  bool complete = false;  // the empty line of the newest header was seen
  std::string content_type, location;
};

}  // namespace

Url with_credentials_of(const Url& base, Url target) {
  bool same_host = lower(base.host) == lower(target.host);
  bool same_service = base.scheme == target.scheme && port_of(base) == port_of(target);
  bool moved_to_tls =
      base.scheme == "http" && target.scheme == "https" && port_of(base) == 80 && port_of(target) == 443;
  if (same_host && (same_service || moved_to_tls)) {
    target.user = base.user;
    target.password = base.password;
  } else {
    target.user.clear();
    target.password = Secret();
  }
  return target;
}

struct HttpStream::Transfer {
  std::shared_ptr<const EgressPolicy> egress;
  std::stop_token stop;
  std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi{curl_multi_init(), curl_multi_cleanup};
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy{curl_easy_init(), curl_easy_cleanup};
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> connect_to{nullptr, curl_slist_free_all};
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> request_headers{nullptr, curl_slist_free_all};

  // The address last looked up.
  std::string known_host;
  std::uint16_t known_port = 0;
  Endpoint known;
  SteadyTime known_until{};

  Url url;
  Headers headers;
  std::vector<std::uint8_t> pending;  // received, not handed out yet
  std::size_t received = 0;
  std::optional<std::size_t> max_body;
  bool running = false;  // the easy handle is inside the multi handle
  bool blocked = false, too_long = false;
  CURLcode code = CURLE_OK;

  Transfer(std::shared_ptr<const EgressPolicy> policy, std::stop_token token)
      : egress(std::move(policy)), stop(std::move(token)) {}
  ~Transfer() { detach(); }

  static curl_socket_t on_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);

  void detach();
  Outcome<Endpoint> locate(SteadyTime deadline);
  void prepare(const HttpRequest& request, const Endpoint& endpoint);
  Outcome<HttpAnswer> request_once(const HttpRequest& request, SteadyTime deadline);
  template <typename Ready>
  Outcome<bool> pump(SteadyTime deadline, Ready ready);
  Failure transfer_failure(bool opening);
};

void HttpStream::Transfer::detach() {
  if (running) curl_multi_remove_handle(multi.get(), easy.get());
  running = false;
}

// The last word on every connect, whatever led to it.
curl_socket_t HttpStream::Transfer::on_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  sockaddr_storage storage{};
  std::memcpy(&storage, &address->addr, std::min<std::size_t>(address->addrlen, sizeof storage));
  if (!transfer.egress->allows(storage)) {
    transfer.blocked = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t HttpStream::Transfer::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& headers = static_cast<Transfer*>(self)->headers;
  std::string_view line(data, size * count);
  headers.bytes += line.size();
  if (headers.bytes > kMaxHeader) {
    static_cast<Transfer*>(self)->too_long = true;
    return 0;
  }
  if (line.substr(0, 5) == "HTTP/") {  // a new answer begins: after a sign-in or "100 Continue"
    auto bytes = headers.bytes;
    headers = Headers{};
    headers.bytes = bytes;
    auto blank = line.find(' ');
    if (blank != std::string_view::npos)
      std::from_chars(line.data() + blank + 1, line.data() + line.size(), headers.status);
  } else if (trim(line).empty()) {
    headers.complete = true;
  } else if (auto colon = line.find(':'); colon != std::string_view::npos) {
    auto name = lower(trim(line.substr(0, colon)));
    if (name == "content-type") headers.content_type = trim(line.substr(colon + 1));
    if (name == "location") headers.location = trim(line.substr(colon + 1));
  }
  return size * count;
}

std::size_t HttpStream::Transfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  auto bytes = size * count;
  transfer.received += bytes;
  if (transfer.max_body && transfer.received > *transfer.max_body) {
    transfer.too_long = true;
    return 0;
  }
  transfer.pending.insert(transfer.pending.end(), data, data + bytes);
  return bytes;
}

Outcome<Endpoint> HttpStream::Transfer::locate(SteadyTime deadline) {
  auto port = port_of(url);
  if (port == 0) return failed(FailureReason::Protocol, fmt::format("the service name {} has no port", url.port));
  auto now = system_clock().steady();
  if (known_host == url.host && known_port == port && now < known_until) return known;
  auto left = std::chrono::ceil<milliseconds>(deadline - now);
  auto endpoint = resolve(url.host, port, *egress, left, stop);
  if (endpoint.ok()) {
    known = endpoint.value();
    known_host = url.host;
    known_port = port;
    known_until = now + kNamesLast;
  }
  return endpoint;
}

void HttpStream::Transfer::prepare(const HttpRequest& request, const Endpoint& endpoint) {
  auto* handle = easy.get();
  curl_easy_reset(handle);  // keeps the connections
  headers = Headers{};
  pending.clear();
  received = 0;
  blocked = too_long = false;
  code = CURLE_OK;
  // Pinned to the address that was looked up and checked: curl asks no name server of its own.
  auto pin = endpoint.text.find(':') == std::string::npos ? "::" + endpoint.text + ":" : "::[" + endpoint.text + "]:";
  connect_to.reset(curl_slist_append(nullptr, pin.c_str()));
  request_headers.reset(curl_slist_append(nullptr, ("Accept: " + request.accept).c_str()));
  Url plain = url;
  plain.port = std::to_string(port_of(url));
  curl_easy_setopt(handle, CURLOPT_URL, plain.without_credentials().c_str());
  curl_easy_setopt(handle, CURLOPT_CONNECT_TO, connect_to.get());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, request_headers.get());
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "Vigil/" VIGIL_VERSION);  // some cameras answer 401 without one
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  // Old cameras answer with a bare "ICY" or no status line at all; that is not HTTP and gets Protocol.
  curl_easy_setopt(handle, CURLOPT_HTTP09_ALLOWED, 0L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.open_timeout.count()));
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, &on_socket);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
  if (!url.user.empty() || !url.password.empty()) {
    curl_easy_setopt(handle, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC | CURLAUTH_DIGEST));
    curl_easy_setopt(handle, CURLOPT_USERNAME, url.user.c_str());
    curl_easy_setopt(handle, CURLOPT_PASSWORD, url.password.reveal().c_str());
  }
  if (is_private_network(endpoint.address)) {
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 0L);
  }
}

// Lets the transfer go on until `ready`, or until it is over.
template <typename Ready>
Outcome<bool> HttpStream::Transfer::pump(SteadyTime deadline, Ready ready) {
  std::stop_callback wake(stop, [this] { curl_multi_wakeup(multi.get()); });
  while (running) {
    if (stop.stop_requested()) return Failure{FailureReason::Stopped, "stopped"};
    int active = 0, queued = 0;
    curl_multi_perform(multi.get(), &active);
    while (auto* message = curl_multi_info_read(multi.get(), &queued)) {
      if (message->msg != CURLMSG_DONE) continue;
      code = message->data.result;
      detach();
      break;  // the message is gone with the handle
    }
    if (ready() || !running) return true;
    auto left = std::chrono::ceil<milliseconds>(deadline - system_clock().steady());
    if (left.count() <= 0) return Failure{FailureReason::Timeout, name_of(url) + " stays silent"};
    curl_multi_poll(multi.get(), nullptr, 0, static_cast<int>(std::min<milliseconds>(left, milliseconds(1000)).count()),
                    nullptr);
  }
  return true;
}

Failure HttpStream::Transfer::transfer_failure(bool opening) {
  auto where = name_of(url);
  if (blocked)
    return failed(FailureReason::Blocked, where + " is at an address that the server's network rules do not allow");
  if (too_long) return failed(FailureReason::Protocol, where + " sends more than we take for a picture or a header");
  switch (code) {
    case CURLE_COULDNT_CONNECT: {
      known_until = {};
      long error = 0;
      curl_easy_getinfo(easy.get(), CURLINFO_OS_ERRNO, &error);
      return connect_failure(static_cast<int>(error), where);
    }
    case CURLE_OPERATION_TIMEDOUT:
      known_until = {};
      return failed(FailureReason::Timeout, where + " does not answer in time");
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
      return failed(FailureReason::Tls, where + " and we find no way to encrypt: does that port speak HTTPS?");
    case CURLE_PEER_FAILED_VERIFICATION:
      return failed(FailureReason::Tls, where + " shows a certificate that no authority on this machine vouches for");
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
      return failed(opening ? FailureReason::Protocol : FailureReason::Ended,
                    where + " closed the connection too early");
    case CURLE_OUT_OF_MEMORY:
      return failed(FailureReason::Internal, "out of memory");
    default:
      return failed(FailureReason::Protocol,
                    fmt::format("{} does not speak HTTP properly: {}", where, curl_easy_strerror(code)));
  }
}

Outcome<HttpAnswer> HttpStream::Transfer::request_once(const HttpRequest& request, SteadyTime deadline) {
  auto endpoint = locate(deadline);
  if (!endpoint.ok()) return endpoint.failure();
  prepare(request, endpoint.value());
  curl_multi_add_handle(multi.get(), easy.get());
  running = true;
  // A 401 is not the last word before curl has tried to sign in, so only good answers are taken at their header.
  auto good = [&] { return headers.complete && headers.status >= 200 && headers.status < 400; };
  auto pumped = pump(deadline, [&] { return good() || !pending.empty(); });
  if (!pumped.ok()) return pumped.failure();
  if (!running && code != CURLE_OK && !good()) return transfer_failure(true);
  return HttpAnswer{url, headers.content_type};
}

HttpStream::HttpStream(std::shared_ptr<const EgressPolicy> egress, std::stop_token stop) {
  start_library();
  transfer_ = std::make_unique<Transfer>(std::move(egress), std::move(stop));
}

HttpStream::~HttpStream() = default;

Outcome<HttpAnswer> HttpStream::open(const HttpRequest& request) {
  auto& transfer = *transfer_;
  transfer.detach();
  if (!transfer.multi || !transfer.easy) return failed(FailureReason::Internal, "out of memory");
  auto deadline = system_clock().steady() + request.open_timeout;
  transfer.url = request.url;
  transfer.max_body = request.max_body;
  for (int hop = 0; hop <= kMaxRedirects; ++hop) {
    if (transfer.url.scheme != "http" && transfer.url.scheme != "https") {
      return failed(FailureReason::Blocked, fmt::format("{} sends us to a {} address, which is not fetched",
                                                        request.url.host, transfer.url.scheme));
    }
    auto answer = transfer.request_once(request, deadline);
    if (!answer.ok()) {
      transfer.detach();
      return answer;
    }
    int status = transfer.headers.status;
    if (status >= 200 && status < 300) return answer;
    transfer.detach();
    bool redirect = status >= 301 && status <= 308 && status != 304 && !transfer.headers.location.empty();
    if (!redirect) return status_failure(status, transfer.url);
    auto next = follow(transfer.url, transfer.headers.location);
    if (!next.ok())
      return failed(FailureReason::Protocol, name_of(transfer.url) + " sends us to something that is no URL");
    transfer.url = with_credentials_of(transfer.url, std::move(next).value());
  }
  return failed(FailureReason::Protocol, name_of(request.url) + " sends us in circles");
}

Outcome<std::vector<std::uint8_t>> HttpStream::read(milliseconds timeout) {
  auto& transfer = *transfer_;
  if (transfer.pending.empty()) {
    auto pumped = transfer.pump(system_clock().steady() + timeout, [&] { return !transfer.pending.empty(); });
    if (!pumped.ok()) return pumped.failure();
  }
  if (transfer.pending.empty() && transfer.code != CURLE_OK) return transfer.transfer_failure(false);
  return std::exchange(transfer.pending, {});
}

Outcome<std::vector<std::uint8_t>> HttpStream::read_all(milliseconds timeout) {
  auto& transfer = *transfer_;
  auto pumped = transfer.pump(system_clock().steady() + timeout, [] { return false; });
  if (!pumped.ok()) {
    transfer.detach();
    return pumped.failure();
  }
  if (transfer.code != CURLE_OK) return transfer.transfer_failure(false);
  return std::exchange(transfer.pending, {});
}

}  // namespace vigil::ingest
