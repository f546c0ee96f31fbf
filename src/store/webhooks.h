#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "model/job.h"

// Who is to be told by HTTP what happens to a job. What is to be told is the job's log, which is written in the
// transaction that changes the job; how far somebody was told is a number in their own row. So nothing that was
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
  enum class Kind { Delivered, Failed, GivenUp };  // GivenUp: this webhook is told nothing any more
  Kind kind = Kind::Delivered;
  std::string detail;                        // for people, without anything secret
  std::chrono::milliseconds again_after{0};  // Failed
};

// How one stands, as it may be shown.
struct WebhookStatus {
  std::string host;
  bool is_signed = false, given_up = false;
  std::uint64_t told = 0;  // sequence of the last event that was delivered
  int tries = 0;           // at the next event, so far
  std::optional<WallTime> due_at;
  std::string last_error;
};

struct WebhookCounts {
  std::uint64_t waiting = 0, given_up = 0;
};

class JobWebhooks {
 public:
  virtual ~JobWebhooks() = default;
  // Everything that happened to the job is told, from its beginning. Nothing changes when it has the very same.
  // NotFound; ResourceExhausted (webhook.many).
  virtual Result<void> attach(const std::string& job_id, const JobWebhook& webhook) = 0;
  virtual Result<std::vector<WebhookStatus>> of(const std::string& job_id) = 0;  // oldest first
  // The one that is due for longest, but for those of `busy` hosts; nobody else gets it for `hold`.
  virtual Result<std::optional<WebhookDelivery>> next(const std::vector<std::string>& busy, Nanos hold) = 0;
  // Goes into the job's log. Nothing when the job is gone, or the delivery was held for too long.
  virtual Result<void> settle(const WebhookDelivery& delivery, const WebhookOutcome& outcome) = 0;
  virtual Result<WebhookCounts> counts() = 0;
};

}  // namespace vigil::store
