#include "jobs/upload_sweeper.h"

#include "base/log.h"

namespace vigil::jobs {

void UploadSweeper::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void UploadSweeper::stop() {
  thread_ = {};
}

void UploadSweeper::run(const std::stop_token& stop) {
  bool failed = false;
  do {
    auto swept = uploads_.sweep();
    // Said once, not every round.
    if (!swept && !failed) log::warn("uploads cannot be cleared away", {{"reason", swept.error().message}});
    failed = !swept.ok();
  } while (clock_.sleep(round_, stop));
}

}  // namespace vigil::jobs
