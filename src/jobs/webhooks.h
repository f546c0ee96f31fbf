#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"
#include "jobs/uploads.h"
#include "store/jobs.h"

// Tells by HTTP what happens to jobs, as Standard Webhooks 1.0.0 says it: a POST whose body is a CloudEvent (1.0,
// structured JSON) and whose header has the event's id, the time of this try and a signature over both and the body.

namespace vigil::jobs {

// What somebody wants: http or https, without user name, password or fragment; a secret of 16 to 200 printable
// characters, or none. One that begins with whsec_ is base64 of 24 to 64 bytes. InvalidArgument (webhook.url,
// webhook.secret), without echoing either.
Result<store::JobWebhook> read_webhook(std::string_view url, std::string_view secret);

// The same for an upload that is to be; nothing where there is no address. InvalidArgument also for a secret alone.
Result<void> tell(NewUpload& upload, std::string_view url, std::string_view secret);

std::string webhook_id(const model::JobEvent& event);    // the same at each try
std::string webhook_body(const model::JobEvent& event);  // JSON
// "v1,<base64>": HMAC-SHA256 of "id.timestamp.body".
std::string webhook_signature(const Secret& key, std::string_view id, std::int64_t timestamp, std::string_view body);

struct WebhookRequest {
  Secret url;
  std::string host;  // what of the URL may be said
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};
struct WebhookAnswer {
  int status = 0;
  std::optional<std::chrono::seconds> retry_after;
};

// Thread-safe. Follows no redirects and reads no more of an answer than it must.
class WebhookSender {
 public:
  virtual ~WebhookSender() = default;
  // PermissionDenied: nobody may be spoken to there; Unavailable: no answer; Cancelled: stopped. Messages name no more
  // of the URL than its host.
  virtual Result<WebhookAnswer> post(const WebhookRequest& request, std::stop_token stop) = 0;
};

struct WebhookRelayConfig {
  int threads = 4;
  int per_host = 2;  // at once, so that a slow one does not keep the others waiting
  std::chrono::milliseconds poll{1000};
  std::chrono::seconds hold{30};  // longer than any try takes
};
struct WebhookFigures {
  std::uint64_t delivered = 0, failed = 0, given_up = 0;  // tries, since the start
};

// After a failed try: when the next one is; nothing: it was the last. `chance`: 0..1.
std::optional<std::chrono::milliseconds> webhook_delay(int tries, double chance);

// Delivers what is due. What was committed is told at least once, in the order of each job; several servers may do
// this over one database.
class WebhookRelay {
 public:
  // References must outlive it.
  WebhookRelay(WebhookRelayConfig config, store::JobWebhooks& webhooks, WebhookSender& sender, Clock& clock);
  ~WebhookRelay();  // stops
  WebhookRelay(const WebhookRelay&) = delete;
  WebhookRelay& operator=(const WebhookRelay&) = delete;

  void start();
  void stop();  // tries under way are given up, and made again by whoever comes next
  // One that is due, now. False: there was none.
  Result<bool> deliver_one(std::stop_token stop = {});
  WebhookFigures figures() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::jobs
