#include "footage/judgement.h"

#include <algorithm>
#include <array>

namespace vigil::footage {
namespace {

constexpr std::array kOfTheVideo = {"extract.crashed", "extract.forbidden", "extract.memory", "extract.nonsense"};

bool is_of_the_video(const std::string& code) {
  return std::find(kOfTheVideo.begin(), kOfTheVideo.end(), code) != kOfTheVideo.end();
}

}  // namespace

Error judged(Error error, const model::Job& job) {
  const bool again = std::any_of(job.errors.begin(), job.errors.end(),
                                 [&](const model::JobError& before) { return is_of_the_video(before.code); });
  if (is_of_the_video(error.code) && again) {
    error.kind = ErrorKind::DataLoss;
    error.message += " It was tried again, with the same end.";
  }
  return error;
}

}  // namespace vigil::footage
