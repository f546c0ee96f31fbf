#include "model/job_folders.h"

#include <charconv>

namespace vigil::model {
namespace {

constexpr std::string_view kBeginning = "from_";

// "7": 7; what is no number is nothing.
std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// What stands before the next '/', which is taken away with it.
std::string_view take_segment(std::string_view& rest) {
  const auto at = rest.find('/');
  const auto out = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
  return out;
}

}  // namespace

std::string attempt_folder(const Job& job) {
  return job.id + "/" + std::to_string(job.lease_token);
}

std::string common_folder(const Job& job) {
  if (job.first_token == 0) return job.id;
  return job.id + "/" + std::string(kBeginning) + std::to_string(job.first_token);
}

std::optional<JobLitter> litter_of(const Job& job) {
  if (!is_terminal(job.state) || job.asset.empty() || job.lease_token == 0) return std::nullopt;
  // Only the attempt that did it has made something that counts.
  const bool counts = job.state == JobState::Done && job.replaced_by.empty() && !job.cleared_at;
  const JobLitter litter{job.id, job.asset, job.lease_token + (counts ? 0 : 1), job.first_token};
  if (litter.attempts <= 1 && litter.beginnings == 0) return std::nullopt;
  return litter;
}

bool is_litter(const JobLitter& litter, std::string_view key) {
  take_segment(key);
  if (take_segment(key) != litter.asset || take_segment(key) != litter.job_id || key.empty()) return false;
  const auto folder = key.find('/') == std::string_view::npos ? std::string_view() : take_segment(key);
  if (const auto attempt = number_in(folder)) return *attempt < litter.attempts;
  const auto beginning =
      folder.starts_with(kBeginning) ? number_in(folder.substr(kBeginning.size())) : std::optional<std::uint64_t>();
  return beginning.value_or(0) < litter.beginnings;
}

}  // namespace vigil::model
