#include "app/plate_models.h"

#include <fmt/format.h>

#include "app/model_source.h"
#include "vision/catalogue.h"
#include "vision/digest.h"
#include "vision/model_store.h"

namespace vigil::app {
namespace fs = std::filesystem;

Result<vision::PictureModelPtr> open_picture_model(const fs::path& models, const std::string& what, vision::Task task,
                                                   const std::string& device) {
  std::error_code ignored;
  if (!fs::exists(what, ignored)) {
    VIGIL_ASSIGN(auto folder, vision::ModelStore(models).find(what));
    return vision::load_picture_model(folder, device);
  }
  VIGIL_ASSIGN(auto found, read_model(what));
  if (const auto* known = vision::built_in_catalogue().with_sum(vision::sha256(found.onnx))) found.card = known->card;
  if (found.card.task == vision::Task::Detect) found.card.task = task;
  if (found.card.name.empty()) found.card.name = model_name_from(fs::path(what).stem().string());
  if (found.card.version.empty()) found.card.version = "file";
  if (!found.card.has_preparation) {
    found.card.preparation = vision::usual_preparation(found.card.task);
    found.card.has_preparation = true;
  }
  return vision::load_picture_model(found.card, found.onnx, device);
}

Result<std::unique_ptr<vision::PlateFinder>> open_plate_finder(const fs::path& models, const std::string& what) {
  if (what.empty() || what == vision::kClassic) return vision::make_classic_plate_finder();
  VIGIL_ASSIGN(auto model, open_picture_model(models, what, vision::Task::FindPlates));
  return vision::make_plate_finder(std::move(model));
}

Result<std::unique_ptr<vision::PlateReader>> open_plate_reader(const fs::path& models, const std::string& what) {
  if (what.empty() || what == "tesseract") return vision::make_tesseract_reader();
  VIGIL_ASSIGN(auto model, open_picture_model(models, what, vision::Task::ReadPlates));
  return vision::make_plate_reader(std::move(model));
}

}  // namespace vigil::app
