#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "model/job.h"

// Who is to be told by HTTP what happens to a job, or to an upload. What is to be told is its log, which is written in
// the transaction that changes it; how far somebody was told is a number in their own row. So nothing that was
// committed is ever left out, and each is told in the order in which things happened.

namespace vigil::store {

struct JobWebhook {
  Secret url, key;   // key: what is signed with; empty: nothing is. Both are encrypted at rest
  std::string host;  // "https://hooks.example:8443": what of the URL may be shown
};
inline constexpr int kMaxJobWebhooks = 5;  // of one job

// One event that is due. Nobody else has this webhook until it is settled, or was held for too long.
struct WebhookDelivery {
  std::string webhook, host;
  std::uint64_t token = 0;
  Secret url, key;
  int tries = 0;  // before this one
  model::JobEvent event;
};

struct WebhookOutcome {
  enum class Kind { Delivered, Failed, GivenUp };  // GivenUp: this webhook is told nothing any more, but by hand
  Kind kind = Kind::Delivered;
  std::string detail;                        // for people, without anything secret
  std::chrono::milliseconds again_after{0};  // Failed
};

const char* to_string(WebhookOutcome::Kind kind);  // "delivered", …

// One event that it was tried to tell.
struct WebhookDelivered {
  std::uint64_t sequence = 0;
  std::string type;    // of the event
  std::string state;   // as the last try ended; or "waiting": it is to be sent again
  int tries = 0;       // all of them
  std::string answer;  // to the last one, or why there was none
  WallTime at;
  bool operator==(const WebhookDelivered&) const = default;
};

// How one stands, as it may be shown.
struct WebhookStatus {
  std::string id, host;
  bool is_signed = false, given_up = false;
  std::uint64_t told = 0;  // sequence of the last event that was delivered
  int tries = 0;           // at the next event, so far
  std::optional<WallTime> due_at;
  std::string last_error;
  std::vector<WebhookDelivered> deliveries;  // the newest 200, oldest first
};

// Which of them is to be sent again first: `from`, or the last. NotFound (webhook.not_found); FailedPrecondition
// (webhook.nothing): there was none yet.
Result<WebhookDelivered> first_to_replay(const std::vector<WebhookDelivered>& deliveries,
                                         std::optional<std::uint64_t> from);
Error no_such_webhook();
Error still_telling();

struct WebhookCounts {
  std::uint64_t waiting = 0, given_up = 0;
};

class JobWebhooks {
 public:
  virtual ~JobWebhooks() = default;
  // Everything that happened to the job is told, from its beginning. Nothing changes when it has the very same.
  // NotFound; ResourceExhausted (webhook.many).
  virtual Result<void> attach(const std::string& job_id, const JobWebhook& webhook) = 0;
  virtual Result<std::vector<WebhookStatus>> of(const std::string& subject) = 0;  // a job or an upload; oldest first
  // The one that is due for longest, but for those of `busy` hosts; nobody else gets it for `hold`.
  virtual Result<std::optional<WebhookDelivery>> next(const std::vector<std::string>& busy, Nanos hold) = 0;
  // Goes into the job's log. Nothing when the job is gone, or the delivery was held for too long.
  virtual Result<void> settle(const WebhookDelivery& delivery, const WebhookOutcome& outcome) = 0;
  // From one delivery on (first_to_replay) everything is told again, in order, whether it was given up or not.
  // NotFound; FailedPrecondition (webhook.pending): it is still being told something.
  virtual Result<void> replay(const std::string& subject, const std::string& webhook,
                              std::optional<std::uint64_t> from) = 0;
  virtual Result<WebhookCounts> counts() = 0;
};

}  // namespace vigil::store
