#include "extract/supply.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

namespace vigil::extract {
namespace {

// Read without a leap, requests grow up to that: what a storage takes to begin an answer then hardly counts.
constexpr std::uint64_t kMostAhead = 8;
constexpr int kRulesBroken = 3;

}  // namespace

void Blocks::add(const BlockRun& run) {
  const auto from = std::min(run.first, count());
  const auto until = from + std::min<std::uint64_t>(run.count, count() - from);
  std::fill(there_.begin() + static_cast<std::ptrdiff_t>(from), there_.begin() + static_cast<std::ptrdiff_t>(until),
            true);
}

Result<BlockRun> Supply::get(std::uint64_t block) {
  ahead_ = block == next_ && ahead_ > 0 ? std::min(ahead_ * 2, kMostAhead) : 1;
  BlockRun run{block, 1};
  while (run.count < ahead_ && may_be_asked_for(block + run.count)) ++run.count;
  const auto offset = block * kBlockBytes;
  const auto bytes = std::min(run.count * kBlockBytes, size_ - offset);
  if (most_ > 0 && bytes > most_ - std::min(most_, fetched_)) {
    return make_error(
        ErrorKind::FailedPrecondition,
        fmt::format("More than {} MiB of the file would have to be fetched from the storage to get there.",
                    most_ >> 20),
        "extract.far");
  }
  VIGIL_TRY(source_.fetch(offset, bytes));
  fetched_ += bytes;
  blocks_.add(run);
  next_ = block + run.count;
  return run;
}

std::size_t Asking::ready(std::uint64_t offset, std::size_t most) {
  auto block = offset / kBlockBytes;
  if (block >= blocks_.count()) return most;
  if (!blocks_.is_there(block)) {
    if (!send_message(socket_, Type::Want, write_want(block))) ::_exit(0);
    const auto answer = inbox_.next();
    if (!answer || !*answer) ::_exit(0);
    const auto run = read_given((*answer)->body);
    if ((*answer)->header.type != Type::Given || !run) ::_exit(kRulesBroken);
    blocks_.add(*run);
    if (!blocks_.is_there(block)) ::_exit(kRulesBroken);
  }
  while (blocks_.is_there(block) && block * kBlockBytes < offset + most) ++block;
  return static_cast<std::size_t>(std::min<std::uint64_t>(most, block * kBlockBytes - offset));
}

}  // namespace vigil::extract
