#include "jobs/job_sweeper.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/log.h"

namespace vigil::jobs {
namespace {

constexpr int kAtOnce = 100;

}  // namespace

void JobSweeper::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void JobSweeper::stop() {
  thread_ = {};
}

Result<std::uint64_t> JobSweeper::sweep(std::stop_token stop) {
  std::uint64_t removed = 0;
  std::optional<Error> first;
  VIGIL_ASSIGN(const auto all, queue_.litter(kAtOnce));
  for (const auto& litter : all) {
    auto cleared = clear(litter, removed, stop);
    if (stop.stop_requested()) break;
    if (cleared) cleared = queue_.swept(litter);
    if (!cleared && !first) first = std::move(cleared).error();
  }
  if (first) return *std::move(first);
  return removed;
}

Result<void> JobSweeper::clear(const model::JobLitter& litter, std::uint64_t& removed, const std::stop_token& stop) {
  for (const auto prefix :
       {blob::Prefix::Frames, blob::Prefix::Thumbnails, blob::Prefix::Metadata, blob::Prefix::Logs}) {
    const auto folder = fmt::format("{}/{}/{}/", blob::to_string(prefix), litter.asset, litter.job_id);
    if (!blob::is_folder(folder)) continue;
    for (std::string after;;) {
      VIGIL_ASSIGN(const auto listed, blobs_.list(folder, after, blob::kMaxListed));
      for (const auto& one : listed) {
        if (stop.stop_requested()) return {};
        if (!model::is_litter(litter, one.key)) continue;
        VIGIL_ASSIGN(const auto key, blob::Key::parse(one.key));
        VIGIL_TRY(blobs_.remove(key));
        ++removed;
      }
      if (listed.size() < static_cast<std::size_t>(blob::kMaxListed)) break;
      after = listed.back().key;
    }
  }
  return {};
}

void JobSweeper::run(const std::stop_token& stop) {
  bool failed = false;
  do {
    auto swept = sweep(stop);
    // Said once, not every round.
    if (!swept && !failed) log::warn("what jobs left cannot be cleared away", {{"reason", swept.error().message}});
    failed = !swept.ok();
  } while (clock_.sleep(round_, stop));
}

}  // namespace vigil::jobs
