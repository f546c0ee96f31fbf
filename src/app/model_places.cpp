#include "app/model_places.h"

namespace vigil::app {

Result<std::string> place_of_model(const vision::ModelStore& models, const std::string& name) {
  const auto chosen = name.empty() ? models.default_model() : name;
  if (chosen.empty() || chosen == vision::kClassic) return std::string(vision::kClassic);
  VIGIL_ASSIGN(auto folder, models.find(chosen));
  return folder.string();
}

}  // namespace vigil::app
