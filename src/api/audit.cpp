#include "api/audit.h"

#include "base/log.h"

namespace vigil::api {
namespace {

const char* kind_of(const Principal& who) {
  switch (who.kind) {
    case Principal::Kind::User:
      return "user";
    case Principal::Kind::ApiKey:
      return "api_key";
    case Principal::Kind::Local:
      return "local";
  }
  return "local";
}

}  // namespace

std::string newly_examined(const model::AnalysisSettings& before, const model::AnalysisSettings& after) {
  std::string out;
  auto look = [&](bool then, bool now, const char* name) {
    if (now && after.enabled && !(then && before.enabled)) out += (out.empty() ? "" : ", ") + std::string(name);
  };
  look(before.appearance, after.appearance, "appearance");
  look(before.attributes, after.attributes, "attributes");
  look(before.plates, after.plates, "plates");
  return out;
}

void audit_analysis(const Request& request, const std::string& camera_id, const model::AnalysisSettings& before,
                    const model::AnalysisSettings& after) {
  auto write = [&](const char* message, const std::string& what) {
    if (what.empty()) return;
    const auto& who = request.principal;
    log::info(message, {{"audit", true},
                        {"camera", camera_id},
                        {"what", what},
                        {"by", kind_of(who)},
                        {"name", who.name},
                        {"id", who.id},
                        {"address", request.peer.address},
                        {"request", request.id}});
  };
  write("personal analysis switched on", newly_examined(before, after));
  write("personal analysis switched off", newly_examined(after, before));
}

}  // namespace vigil::api
