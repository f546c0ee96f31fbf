#include "api/handlers/job_hub.h"

#include <algorithm>

#include "base/json.h"

namespace vigil::api {
namespace {

constexpr std::chrono::milliseconds kRound{500};
constexpr int kAtOnce = 500;
// Transactions that run at once may become visible in another order than that of their numbers: the last ones are
// looked at again.
constexpr std::uint64_t kAgain = 64;
constexpr std::size_t kMostCaughtUp = 2000;

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

}  // namespace

std::string job_news(const model::JobEvent& event) {
  return to_text(Json{{"sequence", event.sequence},
                      {"type", event.type},
                      {"time", to_rfc3339(event.time)},
                      {"job_id", event.job_id},
                      {"kind", event.kind},
                      {"asset_id", text_or_null(event.asset)},
                      {"state", model::to_string(event.state)},
                      {"attempt", event.attempt},
                      {"progress", event.progress},
                      {"step", nullptr},
                      {"code", text_or_null(event.code)},
                      {"detail", text_or_null(event.detail)}});
}

std::string job_news(const model::Job& job) {
  return to_text(Json{{"sequence", nullptr},
                      {"type", "job.progress"},
                      {"time", to_rfc3339(job.updated_at)},
                      {"job_id", job.id},
                      {"kind", job.kind},
                      {"asset_id", text_or_null(job.asset)},
                      {"state", model::to_string(job.state)},
                      {"attempt", job.attempt},
                      {"progress", job.progress},
                      {"step", text_or_null(job.step)},
                      {"code", nullptr},
                      {"detail", nullptr}});
}

JobHub::JobHub(store::Jobs& jobs) : jobs_(jobs), thread_([this](std::stop_token stop) { run(stop); }) {}

void JobHub::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<JobFollower> JobHub::join(std::optional<std::string> owner, std::optional<std::uint64_t> after) {
  auto follower = std::make_shared<JobFollower>(std::move(owner), after);
  {
    MutexLock lock(mutex_);
    followers_.push_back(follower);
  }
  changed_.notify_all();
  return follower;
}

JobHub::Followers JobHub::present() {
  Followers out;
  MutexLock lock(mutex_);
  std::erase_if(followers_, [&](const auto& weak) {
    auto follower = weak.lock();
    if (follower) out.push_back(std::move(follower));
    return weak.expired();
  });
  return out;
}

void JobHub::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      MutexLock lock(mutex_);
      changed_.wait(lock, stop, [this]() VIGIL_REQUIRES(mutex_) { return !followers_.empty(); });
    }
    if (stop.stop_requested()) return;
    if (auto followers = present(); followers.empty()) {
      told_.reset();
      continue;
    } else {
      // A store that is away comes back; what happened meanwhile is told then.
      static_cast<void>(look(followers).ok());
    }
    MutexLock lock(mutex_);
    const auto count = followers_.size();
    changed_.wait_for(lock, stop, kRound,
                      [this, count]() VIGIL_REQUIRES(mutex_) { return followers_.size() != count; });
  }
}

Result<void> JobHub::look(const Followers& followers) {
  if (!told_) {
    VIGIL_ASSIGN(begin_, jobs_.log().newest());
    told_ = begin_;
    seen_.clear();
    progress_.clear();
  }
  for (const auto& follower : followers) {
    if (!follower->caught_up_) VIGIL_TRY(catch_up(*follower));
  }
  VIGIL_TRY(tell_events(followers));
  return tell_progress(followers);
}

Result<void> JobHub::catch_up(JobFollower& follower) {
  auto at = follower.after_.value_or(*told_);
  std::size_t told = 0;
  while (at < *told_ && told < kMostCaughtUp) {
    VIGIL_ASSIGN(const auto events, jobs_.log().since(at, kAtOnce));
    if (events.empty()) break;
    for (const auto& event : events) {
      at = event.sequence;
      if (at > *told_) break;
      if (!follower.may_see(event.owner) || !model::is_of_job(event)) continue;
      follower.queue_.push(std::make_shared<const std::string>(job_news(event)));
      ++told;
    }
  }
  follower.caught_up_ = true;
  return {};
}

Result<void> JobHub::tell_events(const Followers& followers) {
  for (bool more = true; more;) {
    const auto from = std::max(begin_, *told_ > kAgain ? *told_ - kAgain : 0);
    VIGIL_ASSIGN(const auto events, jobs_.log().since(from, kAtOnce));
    more = events.size() == static_cast<std::size_t>(kAtOnce);
    for (const auto& event : events) {
      if (!seen_.insert(event.sequence).second) continue;
      told_ = std::max(*told_, event.sequence);
      if (!model::is_of_job(event)) continue;
      ObservationViewer::Text text;
      for (const auto& follower : followers) {
        if (!follower->may_see(event.owner)) continue;
        if (!text) text = std::make_shared<const std::string>(job_news(event));
        follower->queue_.push(text);
      }
    }
    while (!seen_.empty() && *seen_.begin() + kAgain < *told_) seen_.erase(seen_.begin());
  }
  return {};
}

Result<void> JobHub::tell_progress(const Followers& followers) {
  store::JobQuery query;
  query.states = {model::JobState::Processing};
  query.page.limit = 200;
  VIGIL_ASSIGN(const auto at_work, jobs_.jobs().find(query));
  std::map<std::string, std::pair<double, std::string>> now;
  for (const auto& job : at_work.items) {
    auto& present = now[job.id] = {job.progress, job.step};
    const auto before = progress_.find(job.id);
    if (before != progress_.end() && before->second == present) continue;
    if (before == progress_.end() && job.progress == 0) continue;
    const auto text = std::make_shared<const std::string>(job_news(job));
    for (const auto& follower : followers) {
      if (follower->may_see(job.owner)) follower->queue_.push(text);
    }
  }
  progress_ = std::move(now);
  return {};
}

}  // namespace vigil::api
