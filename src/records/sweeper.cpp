#include "records/sweeper.h"

#include "base/log.h"
#include "records/picture_files.h"

namespace vigil::records {
namespace {

constexpr int kAtOnce = 500;  // short transactions: the writer has its turn in between

}  // namespace

void Sweeper::start() {
  thread_ = std::jthread([this](std::stop_token stop) {
    auto wait = std::min<Nanos>(std::chrono::minutes(1), keep_.every);
    while (clock_.sleep(wait, stop)) {
      wait = keep_.every;
      auto swept = sweep(stop);
      if (!swept) log::warn("old records cannot be cleared away", {{"reason", swept.error().message}});
      if (swept && *swept > 0) log::info("old records are cleared away", {{"records", *swept}});
    }
  });
}

void Sweeper::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

Result<std::uint64_t> Sweeper::sweep(std::stop_token stop) {
  const auto now = clock_.wall();
  auto before = [&](Nanos keep) { return now - std::chrono::duration_cast<std::chrono::microseconds>(keep); };
  std::uint64_t gone = 0;
  for (int i = 0; i < store::kRecordKinds && !stop.stop_requested(); ++i) {
    const auto kind = static_cast<store::RecordKind>(i);
    const bool frame_by_frame = kind == store::RecordKind::Segment || kind == store::RecordKind::Embedding;
    VIGIL_ASSIGN(auto swept,
                 sweep(kind, before(frame_by_frame ? std::min(keep_.boxes, keep_.records) : keep_.records), stop));
    gone += swept;
  }
  return gone;
}

Result<std::uint64_t> Sweeper::sweep(store::RecordKind kind, WallTime before, std::stop_token stop) {
  std::uint64_t gone = 0;
  while (!stop.stop_requested()) {
    VIGIL_ASSIGN(auto old, log_.older(kind, before, kAtOnce));
    if (old.empty()) break;
    std::vector<std::string> ids;
    for (const auto& [id, path] : old) {
      if (!path.empty()) {
        auto removed = remove_picture(keep_.data_dir, path);
        // A path that never was one of ours has no file of ours.
        if (!removed && removed.error().kind != ErrorKind::InvalidArgument) return std::move(removed).error();
      }
      ids.push_back(id);
    }
    VIGIL_TRY(log_.remove(kind, ids));
    gone += ids.size();
    if (old.size() < kAtOnce) break;
  }
  return gone;
}

}  // namespace vigil::records
