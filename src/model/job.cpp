#include "model/job.h"

#include <array>

namespace vigil::model {
namespace {

constexpr std::array<const char*, 5> kStates = {"queued", "processing", "done", "failed", "cancelled"};
constexpr std::array<const char*, 4> kFaults = {"transient", "permanent", "timeout", "lost"};

template <typename Enum, std::size_t N>
std::optional<Enum> named(const std::array<const char*, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (name == names[i]) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

const char* to_string(JobState state) {
  return kStates[static_cast<std::size_t>(state)];
}
std::optional<JobState> job_state_from(std::string_view name) {
  return named<JobState>(kStates, name);
}
const char* to_string(JobFault fault) {
  return kFaults[static_cast<std::size_t>(fault)];
}
std::optional<JobFault> job_fault_from(std::string_view name) {
  return named<JobFault>(kFaults, name);
}

}  // namespace vigil::model
