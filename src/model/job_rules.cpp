#include "model/job_rules.h"

#include <algorithm>
#include <cmath>

namespace vigil::model {
namespace {

using std::chrono::milliseconds;

// A worker ends an attempt that takes too long itself; who looks after jobs waits a little for that.
constexpr milliseconds kGrace{15000};

void add_event(const Job& job, const char* type, WallTime now, JobEvents& events, std::string code = {},
               std::string detail = {}) {
  events.push_back({0, job.id, job.kind, job.owner, job.asset, type, now, job.state, job.attempt, job.progress,
                    std::move(code), std::move(detail)});
}

void changed(Job& job, WallTime now) {
  ++job.version;
  job.updated_at = now;
}

void lay_down(Job& job) {
  job.state = JobState::Queued;
  job.lease_until.reset();
  job.heartbeat_at.reset();
  job.worker.clear();
  job.seat.clear();
  job.alerted = false;
}

void finish(Job& job, JobState state, WallTime now, JobEvents& events, std::string code = {}, std::string detail = {}) {
  lay_down(job);
  job.state = state;
  job.paused = false;
  job.finished_at = now;
  job.reason = code;
  job.detail = detail;
  if (state == JobState::Cancelled) {
    // What was made until then is removed: who tries it again begins at the beginning, and elsewhere.
    job.cursor.clear();
    job.first_token = job.lease_token + 1;
  }
  changed(job, now);
  const char* type = state == JobState::Done        ? "job.done"
                     : state == JobState::Cancelled ? "job.cancelled"
                                                    : "job.failed";
  add_event(job, type, now, events, std::move(code), std::move(detail));
}

void note_error(Job& job, JobFault fault, const std::string& code, const std::string& message, WallTime now) {
  job.errors.push_back({job.attempt, now, fault, code, message});
  if (job.errors.size() > kMaxJobErrors)
    job.errors.erase(job.errors.begin(), job.errors.end() - static_cast<std::ptrdiff_t>(kMaxJobErrors));
}

// After a failed attempt: cancelled when that was asked for, failed when it is of no use, queued again else.
void fail_attempt(Job& job, const JobOutcome& outcome, WallTime now, double chance, JobEvents& events) {
  note_error(job, outcome.fault, outcome.code, outcome.message, now);
  if (job.cancel_requested_at) return finish(job, JobState::Cancelled, now, events);
  if (outcome.fault == JobFault::Lost && ++job.losses >= kMaxLosses) {
    return finish(job, JobState::Failed, now, events, "poison",
                  "Every worker that took this job vanished: what it works on seems to end processes.");
  }
  if (outcome.fault == JobFault::Permanent || job.attempt >= job.max_attempts)
    return finish(job, JobState::Failed, now, events, outcome.code, outcome.message);
  auto wait = retry_delay(job.limits, job.attempt, chance);
  if (outcome.again_after) wait = std::max(wait, *outcome.again_after);
  const auto again = now + wait;
  if (job.limits.schedule_to_close.count() > 0 && again >= job.created_at + job.limits.schedule_to_close) {
    return finish(job, JobState::Failed, now, events, "deadline",
                  "The time for this job would be over before the next try.");
  }
  lay_down(job);
  job.run_at = again;
  changed(job, now);
  add_event(job, outcome.fault == JobFault::Lost ? "job.lost" : "job.retry", now, events, outcome.code,
            outcome.message);
}

void put_back(Job& job, WallTime run_at, const char* type, WallTime now, JobEvents& events) {
  lay_down(job);
  job.attempt = std::max(job.attempt - 1, 0);
  job.run_at = run_at;
  changed(job, now);
  add_event(job, type, now, events);
}

Error wrong_state(const Job& job, std::string_view order) {
  return make_error(ErrorKind::FailedPrecondition,
                    "a job that is " + std::string(to_string(job.state)) + " cannot be " + std::string(order),
                    "job.state");
}

bool passed(std::optional<WallTime> since, milliseconds limit, WallTime now) {
  return limit.count() > 0 && since && now >= *since + limit;
}

}  // namespace

std::chrono::milliseconds retry_delay(const JobLimits& limits, int attempt, double chance) {
  const double half = std::exp2(std::clamp(attempt - 1, 0, 30)) / 2;
  const double wait = static_cast<double>(limits.retry_base.count()) * (half + std::clamp(chance, 0.0, 1.0) * half);
  return milliseconds(static_cast<std::int64_t>(std::min(wait, static_cast<double>(limits.retry_cap.count()))));
}

Result<void> begin_job(Job& job, WallTime now, JobEvents& events) {
  const auto& limits = job.limits;
  const bool sensible = !job.kind.empty() && job.kind.size() <= 64 && job.priority >= 0 && job.priority <= 9 &&
                        limits.lease.count() > 0 && limits.start_to_close.count() > 0 && limits.max_attempts >= 1 &&
                        limits.retry_base.count() >= 0 && job.unique_key.size() <= 200;
  if (!sensible)
    return make_error(ErrorKind::InvalidArgument, "a job needs a kind, a priority from 0 to 9 and limits",
                      "job.invalid");
  job.state = JobState::Queued;
  job.max_attempts = limits.max_attempts;
  job.created_at = job.updated_at = now;
  job.run_at = std::max(job.run_at, now);
  job.version = 1;
  add_event(job, "job.queued", now, events);
  return {};
}

bool is_due(const Job& job, WallTime now) {
  return job.state == JobState::Queued && !job.paused && job.run_at <= now;
}

void begin_attempt(Job& job, const std::string& worker, const std::string& seat, WallTime now, JobEvents& events) {
  job.state = JobState::Processing;
  ++job.attempt;
  ++job.lease_token;
  job.worker = worker;
  job.seat = seat;
  job.started_at = job.heartbeat_at = job.progressed_at = now;
  job.lease_until = now + job.limits.lease;
  job.alerted = false;
  job.cleared_at.reset();
  changed(job, now);
  add_event(job, "job.processing", now, events);
}

JobOrders take_report(Job& job, const JobReport& report, WallTime now) {
  job.heartbeat_at = now;
  job.lease_until = now + job.limits.lease;
  const bool further = (report.progress && *report.progress > job.progress) ||
                       (report.cursor && *report.cursor != job.cursor) || (report.step && *report.step != job.step);
  if (further) {
    if (report.progress) job.progress = std::clamp(std::max(*report.progress, job.progress), 0.0, 1.0);
    if (report.cursor) job.cursor = *report.cursor;
    if (report.step) job.step = *report.step;
    job.progressed_at = now;
    job.alerted = false;
    changed(job, now);
  }
  return {job.cancel_requested_at.has_value(), job.paused};
}

void end_attempt(Job& job, const JobOutcome& outcome, WallTime now, double chance, JobEvents& events) {
  using Kind = JobOutcome::Kind;
  switch (outcome.kind) {
    case Kind::Done:
      job.progress = 1;
      job.result = outcome.result;
      return finish(job, JobState::Done, now, events);
    case Kind::Failed:
      return fail_attempt(job, outcome, now, chance, events);
    case Kind::Snoozed:
      if (job.cancel_requested_at) return finish(job, JobState::Cancelled, now, events);
      return put_back(job, now + outcome.again_after.value_or(job.limits.retry_base), "job.retry", now, events);
    case Kind::Released:
      if (job.cancel_requested_at) return finish(job, JobState::Cancelled, now, events);
      return put_back(job, now, "job.released", now, events);
    case Kind::Stopped:
      if (job.cancel_requested_at) return finish(job, JobState::Cancelled, now, events);
      return put_back(job, now, job.paused ? "job.paused" : "job.released", now, events);
  }
}

bool look_after(Job& job, WallTime now, double chance, JobEvents& events) {
  if (is_terminal(job.state)) return false;
  JobOutcome failed{JobOutcome::Kind::Failed};
  if (passed(job.created_at, job.limits.schedule_to_close, now)) {
    finish(job, JobState::Failed, now, events, "deadline", "The time for this job is over.");
    ++job.lease_token;
    return true;
  }
  if (job.state == JobState::Queued) {
    if (job.paused || job.alerted || !passed(job.run_at, job.limits.schedule_to_start, now)) return false;
    job.alerted = true;
    changed(job, now);
    add_event(job, "job.waiting", now, events, "waiting", "No worker has taken this job for longer than expected.");
    return true;
  }
  if (job.lease_until && now >= *job.lease_until) {
    failed.fault = JobFault::Lost;
    failed.code = "lost";
    failed.message = "Its worker was not heard of any more.";
  } else if (passed(job.started_at, job.limits.start_to_close + kGrace, now)) {
    failed.fault = JobFault::Timeout;
    failed.code = "timeout";
    failed.message = "The attempt took too long.";
  } else if (!job.alerted && passed(job.progressed_at, job.limits.stuck_after, now)) {
    job.alerted = true;
    changed(job, now);
    add_event(job, "job.stuck", now, events, "stuck", "Its worker is alive but gets no further.");
    return true;
  } else {
    return false;
  }
  // Whoever had it must not report any more, even if nobody else takes it.
  ++job.lease_token;
  end_attempt(job, failed, now, chance, events);
  return true;
}

void lose(Job& job, WallTime now, double chance, JobEvents& events) {
  const bool first = job.losses == 0;
  const auto due = job.run_at;
  JobOutcome lost{JobOutcome::Kind::Failed};
  lost.fault = JobFault::Lost;
  lost.code = "lost";
  lost.message = "Its worker ended in the middle of it.";
  ++job.lease_token;
  end_attempt(job, lost, now, chance, events);
  // Once may be anything, and it keeps its place in the queue; a job that ends every process that takes it must not do
  // so without a pause.
  if (first && job.state == JobState::Queued) job.run_at = due;
}

Result<void> remake(Job& job, const std::string& why, WallTime now, JobEvents& events) {
  if (job.state != JobState::Done || !job.replaced_by.empty()) return wrong_state(job, "done again");
  lay_down(job);
  job.max_attempts = job.attempt + job.limits.max_attempts;
  job.losses = 0;
  job.cursor.clear();
  job.result.clear();
  job.progress = 0;
  job.step.clear();
  job.finished_at.reset();
  job.run_at = now;
  job.created_at = job.limits.schedule_to_close.count() > 0 ? now : job.created_at;
  changed(job, now);
  add_event(job, "job.queued", now, events, "remake", why);
  return {};
}

bool replace(Job& older, const Job& by, WallTime now) {
  const bool same = older.id != by.id && older.kind == by.kind && older.asset == by.asset;
  if (!by.sole || by.state != JobState::Done || !same || older.state != JobState::Done || !older.replaced_by.empty())
    return false;
  older.replaced_by = by.id;
  older.first_token = older.lease_token + 1;
  changed(older, now);
  return true;
}

Result<void> clear_outputs(Job& job, WallTime now, JobEvents& events) {
  if (!is_terminal(job.state)) return wrong_state(job, "cleared: it has not ended");
  job.cleared_at = now;
  job.cursor.clear();
  job.first_token = job.lease_token + 1;
  changed(job, now);
  add_event(job, "outputs.removed", now, events);
  return {};
}

std::optional<WallTime> next_look(const Job& job) {
  std::optional<WallTime> next;
  auto at = [&next](std::optional<WallTime> since, milliseconds limit) {
    if (since && limit.count() > 0) next = std::min(next.value_or(WallTime::max()), *since + limit);
  };
  if (is_terminal(job.state)) return next;
  at(job.created_at, job.limits.schedule_to_close);
  if (job.state == JobState::Queued) {
    if (!job.paused && !job.alerted) at(job.run_at, job.limits.schedule_to_start);
    return next;
  }
  at(job.heartbeat_at, job.limits.lease);
  at(job.started_at, job.limits.start_to_close + kGrace);
  if (!job.alerted) at(job.progressed_at, job.limits.stuck_after);
  return next;
}

Result<void> give_order(Job& job, JobOrder order, WallTime now, JobEvents& events) {
  switch (order) {
    case JobOrder::Cancel:
      if (is_terminal(job.state)) return wrong_state(job, "cancelled");
      if (job.state == JobState::Queued) {
        finish(job, JobState::Cancelled, now, events);
      } else if (!job.cancel_requested_at) {
        job.cancel_requested_at = now;
        changed(job, now);
      }
      return {};
    case JobOrder::Pause:
      if (is_terminal(job.state)) return wrong_state(job, "paused");
      if (job.paused) return {};
      job.paused = true;
      changed(job, now);
      if (job.state == JobState::Queued) add_event(job, "job.paused", now, events);
      return {};
    case JobOrder::Resume:
      if (!job.paused) return wrong_state(job, "resumed: it is not paused");
      job.paused = false;
      changed(job, now);
      add_event(job, "job.resumed", now, events);
      return {};
    case JobOrder::Retry:
      if (job.state != JobState::Failed && job.state != JobState::Cancelled) return wrong_state(job, "tried again");
      lay_down(job);
      job.max_attempts = job.attempt + 1;
      job.losses = 0;
      job.progress = job.cursor.empty() ? 0 : job.progress;
      job.finished_at.reset();
      job.cancel_requested_at.reset();
      job.reason.clear();
      job.detail.clear();
      job.run_at = now;
      // The time for it begins anew.
      job.created_at = job.limits.schedule_to_close.count() > 0 ? now : job.created_at;
      changed(job, now);
      add_event(job, "job.queued", now, events, "retry");
      return {};
  }
  return {};
}

JobFault fault_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::InvalidArgument:
    case ErrorKind::MalformedRequest:
    case ErrorKind::UnsupportedMedia:
    case ErrorKind::PayloadTooLarge:
    case ErrorKind::PermissionDenied:
    case ErrorKind::NotFound:
    case ErrorKind::AlreadyExists:
    case ErrorKind::FailedPrecondition:
    case ErrorKind::DataLoss:
      return JobFault::Permanent;
    case ErrorKind::DeadlineExceeded:
      return JobFault::Timeout;
    default:
      return JobFault::Transient;
  }
}

}  // namespace vigil::model
