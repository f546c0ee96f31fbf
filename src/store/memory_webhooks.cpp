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
    tables_.attach(job_id, webhook);
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
    // Nothing has happened yet to an upload that has just begun.
    const auto event = std::find_if(tables_.events.begin(), tables_.events.end(), [&](const auto& one) {
      return one.job_id == best->job_id && one.sequence > best->status.told && model::is_told(one);
    });
    if (event == tables_.events.end()) {
      best->status.due_at.reset();
      return std::optional<WebhookDelivery>();
    }
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
    if (delivered && has_more(*found)) status.due_at = now;
    auto known = std::find_if(status.deliveries.begin(), status.deliveries.end(),
                              [&](const auto& one) { return one.sequence == delivery.event.sequence; });
    if (known == status.deliveries.end()) known = status.deliveries.insert(known, {delivery.event.sequence});
    known->type = delivery.event.type;
    known->state = to_string(outcome.kind);
    ++known->tries;
    known->answer = outcome.detail;
    known->at = now;
    log(found->job_id, std::string("webhook.") + to_string(outcome.kind), delivery.event.type, outcome.detail);
    return {};
  }

  Result<void> replay(const std::string& subject, const std::string& webhook,
                      std::optional<std::uint64_t> from) override {
    MutexLock lock(tables_.mutex);
    if (!tables_.jobs.contains(subject) && !tables_.uploads.contains(subject))
      return make_error(ErrorKind::NotFound, "there is no such job", "job.not_found");
    auto found = std::find_if(tables_.webhooks.begin(), tables_.webhooks.end(),
                              [&](const auto& one) { return one.id == webhook && one.job_id == subject; });
    if (found == tables_.webhooks.end()) return no_such_webhook();
    auto& status = found->status;
    if (status.due_at && has_more(*found)) return still_telling();
    VIGIL_ASSIGN(const auto first, first_to_replay(status.deliveries, from));
    status.told = first.sequence - 1;
    status.tries = 0;
    status.given_up = false;
    status.last_error.clear();
    status.due_at = tables_.clock.wall();
    ++found->token;
    for (auto& one : status.deliveries) {
      if (one.sequence >= first.sequence) one.state = "waiting";
    }
    log(subject, "webhook.replayed", first.type, status.host);
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
  bool has_more(const KeptWebhook& webhook) const {
    return std::any_of(tables_.events.begin(), tables_.events.end(), [&](const auto& one) {
      return one.job_id == webhook.job_id && one.sequence > webhook.status.told && model::is_told(one);
    });
  }
  void log(const std::string& subject, const std::string& type, const std::string& code, const std::string& detail) {
    model::JobEvent event;
    if (const auto job = tables_.jobs.find(subject); job != tables_.jobs.end()) {
      const auto& one = job->second;
      event = {0, one.id, one.kind, one.owner, one.asset, "", {}, one.state, one.attempt, one.progress, "", ""};
    } else {
      event = event_of(tables_.uploads[subject], {}, {});
    }
    event.type = type;
    event.time = tables_.clock.wall();
    event.code = code;
    event.detail = detail;
    tables_.add({std::move(event)});
    tables_.sent.insert(tables_.events.back().sequence);
  }
  Tables& tables_;
};

}  // namespace

std::unique_ptr<JobWebhooks> make_webhooks(Tables& tables) {
  return std::make_unique<Webhooks>(tables);
}

}  // namespace vigil::store::memory
