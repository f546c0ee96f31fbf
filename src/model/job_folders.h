#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/job.h"

// Where what a job makes lies, below "<prefix>/<asset>/", so that what is of no use any more can be told from the rest
// by its key alone, whoever writes or retries at the same moment.

namespace vigil::model {

// Of this attempt alone: "<job>/7". No other has the same.
std::string attempt_folder(const Job& job);
// Of attempts that go on where the one before stopped: "<job>", and "<job>/from_7" when it began anew (see
// Job::first_token).
std::string common_folder(const Job& job);

// Blobs of a job that are of no use any more.
struct JobLitter {
  std::string job_id, asset;
  std::uint64_t attempts = 0;    // those of attempts with a number below this
  std::uint64_t beginnings = 0;  // those of common folders with a number below this ("<job>" has 0)
  bool operator==(const JobLitter&) const = default;
};
inline constexpr std::uint64_t kAllOfIt = INT64_MAX;  // as a number below which everything lies

// What a job leaves behind that has ended: of attempts that were broken off; when it was cancelled or cleared,
// everything. Nothing: there is none, or it has not ended.
std::optional<JobLitter> litter_of(const Job& job);
// `key`: "<prefix>/<asset>/<job>/…" of that job; others are none.
bool is_litter(const JobLitter& litter, std::string_view key);

}  // namespace vigil::model
