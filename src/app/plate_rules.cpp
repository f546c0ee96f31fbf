#include "app/plate_rules.h"

#include "base/json.h"
#include "base/log.h"
#include "model/plate_settings_json.h"

namespace vigil::app {

std::shared_ptr<const pipeline::PlateRules> kept_plate_rules(store::Store& store) {
  auto compiled = [&]() -> Result<std::shared_ptr<const pipeline::PlateRules>> {
    VIGIL_ASSIGN(const auto kept, store.settings().get("plates"));
    if (kept.version == 0) return pipeline::PlateRules::compile({});
    VIGIL_ASSIGN(const auto json, parse_json(kept.content));
    VIGIL_ASSIGN(const auto settings, model::read_plate_settings(json));
    return pipeline::PlateRules::compile(settings);
  }();
  if (compiled) return std::move(*compiled);
  log::error("plate lists and formats cannot be used", {{"reason", compiled.error().message}});
  return std::make_shared<const pipeline::PlateRules>();
}

}  // namespace vigil::app
