#include "app/webhook_sender.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/url.h"
#include "ingest/egress.h"

namespace vigil::app {
namespace {

constexpr std::chrono::milliseconds kLookUp{5000};
constexpr long kConnectMilliseconds = 5000, kTotalMilliseconds = 15000;
constexpr std::size_t kMaxAnswer = 64u << 10;
constexpr std::size_t kMaxHeader = 32u << 10;

struct Transfer {
  const ingest::EgressPolicy& egress;
  std::stop_token stop;
  bool blocked = false;
  std::size_t header_bytes = 0, body_bytes = 0;
  std::optional<std::chrono::seconds> retry_after;
};

// The last word on every connect.
curl_socket_t on_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  sockaddr_storage storage{};
  std::memcpy(&storage, &address->addr, std::min<std::size_t>(address->addrlen, sizeof storage));
  if (!transfer.egress.allows(storage)) {
    transfer.blocked = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::string_view line(data, size * count);
  transfer.header_bytes += line.size();
  if (transfer.header_bytes > kMaxHeader) return 0;
  constexpr std::string_view kName = "retry-after:";
  if (line.size() < kName.size() || !std::equal(kName.begin(), kName.end(), line.begin(), [](char wanted, char c) {
        return wanted == (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
      }))
    return line.size();
  auto value = line.substr(kName.size());
  while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
  int seconds = 0;  // the other form, a date, is not honoured
  const auto done = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (done.ec == std::errc() && seconds >= 0) transfer.retry_after = std::chrono::seconds(seconds);
  return line.size();
}

// What it says beyond its status is of no use; a short answer is read so that the connection ends in peace.
std::size_t on_body(char*, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.body_bytes += size * count;
  return transfer.body_bytes > kMaxAnswer ? 0 : size * count;
}

int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(self)->stop.stop_requested() ? 1 : 0;
}

struct List {
  curl_slist* list = nullptr;
  List() = default;
  List(const List&) = delete;
  List& operator=(const List&) = delete;
  ~List() { curl_slist_free_all(list); }
  void add(const std::string& line) { list = curl_slist_append(list, line.c_str()); }
};

Error blocked(const std::string& host) {
  return make_error(ErrorKind::PermissionDenied,
                    host + " is at an address that the server's network rules do not allow (jobs.webhook_networks)",
                    "webhook.blocked");
}

const char* reason_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_CONNECT:
      return "cannot be connected to";
    case CURLE_OPERATION_TIMEDOUT:
      return "does not answer in time";
    case CURLE_PEER_FAILED_VERIFICATION:
      return "has a certificate that is not trusted";
    case CURLE_SSL_CONNECT_ERROR:
      return "speaks no TLS that we understand";
    case CURLE_WRITE_ERROR:
      return "answers with too much";
    default:
      return "ends the connection without an answer";
  }
}

class Sender final : public jobs::WebhookSender {
 public:
  explicit Sender(ingest::EgressPolicy egress) : egress_(std::move(egress)) { curl_global_init(CURL_GLOBAL_DEFAULT); }
  ~Sender() override { curl_global_cleanup(); }

  Result<jobs::WebhookAnswer> post(const jobs::WebhookRequest& request, std::stop_token stop) override {
    VIGIL_ASSIGN(auto url, parse_url(request.url.reveal()));
    auto endpoint = ingest::resolve(url.host, ingest::port_of(url), egress_, kLookUp, stop);
    if (!endpoint.ok()) {
      using model::FailureReason;
      const auto reason = endpoint.failure().reason;
      if (reason == FailureReason::Stopped) return make_error(ErrorKind::Cancelled, "stopped");
      if (reason == FailureReason::Blocked) return blocked(request.host);
      return make_error(ErrorKind::Unavailable, request.host + " has no address at the moment", "webhook.dns");
    }
    url.port = std::to_string(ingest::port_of(url));
    return perform(request, url, endpoint.value().text, std::move(stop));
  }

 private:
  Result<jobs::WebhookAnswer> perform(const jobs::WebhookRequest& request, const Url& url, const std::string& address,
                                      std::stop_token stop) const {
    const std::unique_ptr<CURL, void (*)(CURL*)> easy(curl_easy_init(), curl_easy_cleanup);
    auto* handle = easy.get();
    if (handle == nullptr) return make_error(ErrorKind::Unavailable, "out of memory");
    Transfer transfer{egress_, stop, false, 0, 0, {}};
    List headers, pinned;
    for (const auto& [name, value] : request.headers) headers.add(name + ": " + value);
    headers.add("Expect:");
    // To the address that was looked up and judged: curl asks no name server of its own.
    pinned.add(address.find(':') == std::string::npos ? "::" + address + ":" : "::[" + address + "]:");
    const Secret target(url.without_credentials());
    curl_easy_setopt(handle, CURLOPT_URL, target.reveal().c_str());
    curl_easy_setopt(handle, CURLOPT_CONNECT_TO, pinned.list);
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.list);
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(handle, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, kConnectMilliseconds);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, kTotalMilliseconds);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &transfer);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &transfer);
    curl_easy_setopt(handle, CURLOPT_USERAGENT, "vigil/" VIGIL_VERSION);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.c_str());
    const auto code = curl_easy_perform(handle);
    if (code == CURLE_ABORTED_BY_CALLBACK) return make_error(ErrorKind::Cancelled, "stopped");
    if (transfer.blocked) return blocked(request.host);
    if (code != CURLE_OK)
      return make_error(ErrorKind::Unavailable, fmt::format("{} {}", request.host, reason_of(code)), "webhook.away");
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return jobs::WebhookAnswer{static_cast<int>(status), transfer.retry_after};
  }

  const ingest::EgressPolicy egress_;
};

}  // namespace

Result<std::unique_ptr<jobs::WebhookSender>> make_webhook_sender(const Settings& settings) {
  auto allow = settings.webhook_networks;
  auto deny = settings.deny_networks;
  if (allow.empty()) {
    allow = settings.allow_networks;
    // A server that takes orders from its own machine must not be made to give itself some.
    for (const char* network : {"127.0.0.0/8", "::1/128", "169.254.0.0/16", "fe80::/10"}) deny.emplace_back(network);
  }
  auto egress = ingest::EgressPolicy::make(allow, deny);
  if (!egress) return std::move(egress).error().while_doing("jobs.webhook_networks");
  return std::unique_ptr<jobs::WebhookSender>(std::make_unique<Sender>(std::move(*egress)));
}

}  // namespace vigil::app
