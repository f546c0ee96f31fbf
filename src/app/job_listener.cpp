#include "app/job_listener.h"

#include "base/log.h"
#include "store/job_signal.h"

namespace vigil::app {
namespace {

constexpr Nanos kWait = std::chrono::milliseconds(500);  // a stop is noticed after so long
constexpr Nanos kAgain = std::chrono::seconds(5);

}  // namespace

JobListener::JobListener(Secret database_url, jobs::Wakeup& wakeup, Clock& clock)
    : url_(std::move(database_url)),
      wakeup_(wakeup),
      clock_(clock),
      thread_([this](std::stop_token stop) { run(stop); }) {}

JobListener::~JobListener() {
  thread_.request_stop();
}

void JobListener::run(const std::stop_token& stop) {
  bool away = false;
  while (!stop.stop_requested()) {
    auto signal = store::listen_for_jobs(url_);
    if (!signal) {
      if (!away) log::warn("the database does not tell of new jobs", {{"reason", signal.error().message}});
      away = true;
      clock_.sleep(kAgain, stop);
      continue;
    }
    away = false;
    wakeup_.notify();  // for what came before
    while (!stop.stop_requested()) {
      auto news = (*signal)->wait(kWait);
      if (!news) break;
      if (*news) wakeup_.notify();
    }
  }
}

}  // namespace vigil::app
