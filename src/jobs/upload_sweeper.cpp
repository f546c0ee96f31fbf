#include "jobs/upload_sweeper.h"

#include "base/log.h"

namespace vigil::jobs {

void UploadSweeper::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void UploadSweeper::stop() {
  thread_ = {};
}

Result<void> UploadSweeper::sweep() {
  // First those whose bytes lie elsewhere: their rows must not go before them.
  const auto direct = direct_ != nullptr ? direct_->sweep() : Result<int>(0);
  VIGIL_TRY(uploads_.sweep());
  if (!direct) return direct.error();
  return {};
}

void UploadSweeper::run(const std::stop_token& stop) {
  bool failed = false;
  do {
    auto swept = sweep();
    // Said once, not every round.
    if (!swept && !failed) log::warn("uploads cannot be cleared away", {{"reason", swept.error().message}});
    failed = !swept.ok();
  } while (clock_.sleep(round_, stop));
}

}  // namespace vigil::jobs
