#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "api/handlers/context.h"
#include "api/handlers/seat.h"
#include "api/handlers/socket_answer.h"
#include "api/handlers/work_access.h"
#include "api/handlers/work_json.h"
#include "api/problem.h"

// How jobs go on, told while it happens: one of them as server-sent events, all of one's own over a WebSocket.

namespace vigil::api {
namespace {

constexpr std::chrono::milliseconds kRound{500};
constexpr std::chrono::seconds kSilence{15};  // then a sign of life, which proxies want to see
constexpr int kMaxFollowers = 64;

Response too_many() {
  auto response = problem(503, "viewers.limit", "Too many programs and pages follow jobs. Ask now and then instead.");
  response.headers.add("Retry-After", "10");
  return response;
}

// The text/event-stream of one job, as WHATWG's HTML says it: events that were stored carry their number.
class JobStream final : public BodyStream {
 public:
  JobStream(Context& context, std::unique_ptr<Seat> seat, std::string id, std::uint64_t after)
      : context_(context), seat_(std::move(seat)), id_(std::move(id)), after_(after) {}

  std::optional<std::string> next(std::stop_token gone) override {
    auto& clock = context_.services.clock;
    const auto end = clock.steady() + kSilence;
    while (!gone.stop_requested() && !context_.stopping && !over_) {
      if (auto news = look(); !news.empty()) return news;
      if (over_) break;
      if (clock.steady() >= end) return ":\n\n";
      clock.sleep(kRound, gone);
    }
    return std::nullopt;
  }

 private:
  std::string look() {
    auto& jobs = context_.services.store.jobs();
    // The job first: when it has ended, its last event is there already.
    auto job = jobs.jobs().get(id_);
    if (!job) {
      over_ = job.error().kind == ErrorKind::NotFound;
      return "";
    }
    auto events = jobs.log().events(id_, after_, 100);
    if (!events) return "";
    std::string out;
    for (const auto& event : *events) {
      after_ = event.sequence;
      if (!model::is_of_job(event)) continue;
      out += fmt::format("id: {}\nevent: {}\ndata: {}\n\n", event.sequence, event.type, job_news(event));
    }
    if (job->state == model::JobState::Processing && (job->progress != progress_ || job->step != step_)) {
      progress_ = job->progress;
      step_ = job->step;
      out += fmt::format("event: job.progress\ndata: {}\n\n", job_news(*job));
    }
    over_ = events->empty() && out.empty() && model::is_terminal(job->state);
    return out;
  }

  Context& context_;
  std::unique_ptr<Seat> seat_;
  const std::string id_;
  std::uint64_t after_;
  double progress_ = 0;
  std::string step_;
  bool over_ = false;
};

// 0 where nothing, or no number, is said.
std::uint64_t last_event(const Request& request) {
  const auto text = request.headers.get("Last-Event-ID");
  std::uint64_t out = 0;
  const auto done = std::from_chars(text.data(), text.data() + text.size(), out);
  return done.ec == std::errc() && done.ptr == text.data() + text.size() ? out : 0;
}

Response follow_job(Context& context, const Request& request) {
  auto job = job_for(context, request);
  if (!job) return problem(job.error());
  const auto after = last_event(request);
  if (model::is_terminal(job->state)) {
    auto rest = context.services.store.jobs().log().events(job->id, after, 100);
    // What a browser takes for: do not come back.
    if (rest && std::none_of(rest->begin(), rest->end(), model::is_of_job)) return empty_response(204);
  }
  auto seat = std::make_unique<Seat>(context.job_followers, kMaxFollowers);
  if (!seat->mine()) return too_many();
  Response response;
  response.headers.add("Content-Type", "text/event-stream");
  response.headers.add("Cache-Control", "no-store");
  response.headers.add("X-Accel-Buffering", "no");
  response.stream = std::make_unique<JobStream>(context, std::move(seat), job->id, after);
  return response;
}

class JobSource final : public MessageSource {
 public:
  JobSource(Context& context, std::unique_ptr<Seat> seat, Principal who, std::shared_ptr<JobFollower> follower)
      : context_(context), seat_(std::move(seat)), who_(std::move(who)), follower_(std::move(follower)) {}

  void begin(std::function<void()> wake) override {
    follower_->on_news(wake);
    wake();  // for what came before
  }
  Outgoing next() override { return {follower_->next(), {}}; }
  std::optional<End> check() override { return signed_out(context_.services.accounts, who_); }

 private:
  Context& context_;
  std::unique_ptr<Seat> seat_;
  const Principal who_;
  std::shared_ptr<JobFollower> follower_;
};

Response follow_jobs(Context& context, const Request& request) {
  auto seat = std::make_unique<Seat>(context.job_followers, kMaxFollowers);
  if (!seat->mine()) return too_many();
  const auto actor = actor_of(request);
  std::optional<std::uint64_t> after;
  if (auto found = request.query.find("after"); found != request.query.end())
    after = static_cast<std::uint64_t>(found->get<std::int64_t>());
  auto follower = context.jobs.join(actor.everything ? std::nullopt : std::optional(actor.owner), after);
  return socket_answer(request,
                       std::make_unique<JobSource>(context, std::move(seat), request.principal, std::move(follower)));
}

}  // namespace

void add_job_live_routes(std::vector<Route>& routes, Context& context) {
  auto bind = [&context](auto handler) {
    return [&context, handler](const Request& request) { return handler(context, request); };
  };
  routes.push_back({"GET", "/api/jobs/{id}/events", "follow_job", Permission::Viewer, bind(follow_job)});
  routes.push_back({"GET", "/api/jobs/live", "follow_jobs", Permission::Viewer, bind(follow_jobs)});
}

}  // namespace vigil::api
