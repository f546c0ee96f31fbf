#include "store/memory_tables.h"

namespace vigil::store::memory {
namespace {

class Webhooks final : public JobWebhooks {
 public:
  explicit Webhooks(Tables& tables) : tables_(tables) {}

  Result<void> attach(const std::string& job_id, const JobWebhook& webhook) override {
    MutexLock lock(tables_.mutex);
    if (!tables_.jobs.contains(job_id)) return make_error(ErrorKind::NotFound, "there is no such job", "job.not_found");
    int present = 0;
    for (const auto& one : tables_.webhooks) {
      if (one.job_id != job_id) continue;
      if (one.webhook.url == webhook.url && one.webhook.key == webhook.key) return {};
      ++present;
    }
    if (present >= kMaxJobWebhooks)
      return make_error(ErrorKind::ResourceExhausted, "this job has as many webhooks as one may have", "webhook.many");
    WebhookStatus status;
    status.host = webhook.host;
    status.is_signed = !webhook.key.empty();
    status.due_at = tables_.clock.wall();
    tables_.webhooks.push_back({new_uuid(), job_id, webhook, std::move(status)});
    return {};
  }

  Result<std::vector<WebhookStatus>> of(const std::string& job_id) override {
    std::vector<WebhookStatus> out;
    MutexLock lock(tables_.mutex);
    for (const auto& one : tables_.webhooks) {
      if (one.job_id == job_id) out.push_back(one.status);
    }
    return out;
  }

  Result<std::optional<WebhookDelivery>> next(const std::vector<std::string>& busy, Nanos hold) override {
    MutexLock lock(tables_.mutex);
    const auto now = tables_.clock.wall();
    KeptWebhook* best = nullptr;
    for (auto& one : tables_.webhooks) {
      const auto& due = one.status.due_at;
      if (!due || *due > now || std::find(busy.begin(), busy.end(), one.webhook.host) != busy.end()) continue;
      if (best == nullptr || *due < *best->status.due_at) best = &one;
    }
    if (best == nullptr) return std::optional<WebhookDelivery>();
    // Whatever is due has an event: see Tables::add() and settle().
    const auto event = std::find_if(tables_.events.begin(), tables_.events.end(), [&](const auto& one) {
      return one.job_id == best->job_id && one.sequence > best->status.told && model::is_of_job(one);
    });
    if (event == tables_.events.end()) return std::optional<WebhookDelivery>();
    best->status.due_at = now + std::chrono::duration_cast<std::chrono::microseconds>(hold);
    return std::optional(WebhookDelivery{best->id, best->webhook.host, ++best->token, best->webhook.url,
                                         best->webhook.key, best->status.tries, *event});
  }

  Result<void> settle(const WebhookDelivery& delivery, const WebhookOutcome& outcome) override {
    using Kind = WebhookOutcome::Kind;
    MutexLock lock(tables_.mutex);
    const auto now = tables_.clock.wall();
    auto found = std::find_if(tables_.webhooks.begin(), tables_.webhooks.end(), [&](const auto& one) {
      return one.id == delivery.webhook && one.token == delivery.token && !one.status.given_up;
    });
    if (found == tables_.webhooks.end()) return {};
    auto& status = found->status;
    ++found->token;
    const bool delivered = outcome.kind == Kind::Delivered;
    if (delivered) status.told = delivery.event.sequence;
    status.tries = delivered ? 0 : status.tries + 1;
    status.last_error = delivered ? "" : outcome.detail;
    status.given_up = outcome.kind == Kind::GivenUp;
    status.due_at.reset();
    if (outcome.kind == Kind::Failed) status.due_at = now + outcome.again_after;
    const bool more = std::any_of(tables_.events.begin(), tables_.events.end(), [&](const auto& one) {
      return one.job_id == found->job_id && one.sequence > status.told && model::is_of_job(one);
    });
    if (delivered && more) status.due_at = now;
    const auto& job = tables_.jobs[found->job_id];
    const char* type = delivered                      ? "webhook.delivered"
                       : outcome.kind == Kind::Failed ? "webhook.failed"
                                                      : "webhook.given_up";
    tables_.add({{0, job.id, job.kind, job.owner, job.asset, type, now, job.state, job.attempt, job.progress,
                  delivery.event.type, outcome.detail}});
    tables_.sent.insert(tables_.events.back().sequence);
    return {};
  }

  Result<WebhookCounts> counts() override {
    WebhookCounts out;
    MutexLock lock(tables_.mutex);
    for (const auto& one : tables_.webhooks) {
      if (one.status.due_at) ++out.waiting;
      if (one.status.given_up) ++out.given_up;
    }
    return out;
  }

 private:
  Tables& tables_;
};

}  // namespace

std::unique_ptr<JobWebhooks> make_webhooks(Tables& tables) {
  return std::make_unique<Webhooks>(tables);
}

}  // namespace vigil::store::memory
