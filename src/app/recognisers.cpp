#include "app/recognisers.h"

#include <fmt/format.h>

#include <utility>

#include "app/plate_models.h"
#include "vision/model_store.h"

namespace vigil::app {
namespace {

// Loads models by their task, and notes what is not there.
class Opener {
 public:
  explicit Opener(const std::filesystem::path& models) : store_(models), models_(store_.list()) {}

  bool has(vision::Task task) const { return find(task) != nullptr; }

  Result<vision::PictureModelPtr> open(vision::Task task) const {
    const auto* model = find(task);
    if (model == nullptr) {
      return make_error(ErrorKind::NotFound, fmt::format("there is no model for {}; add one with vigil models add",
                                                         vision::to_string(task)));
    }
    return vision::load_picture_model(store_.folder() / model->name / model->version);
  }

  // The value, or nothing and a remark.
  template <typename T>
  std::unique_ptr<T> keep(const char* what, Result<std::unique_ptr<T>> made) {
    if (made) return std::move(*made);
    missing += fmt::format("{}{}: {}", missing.empty() ? "" : "; ", what, made.error().message);
    return nullptr;
  }

  std::string missing;

 private:
  const vision::StoredModel* find(vision::Task task) const {
    for (const auto& model : models_) {
      if (model.card.task == task && model.problem.empty()) return &model;
    }
    return nullptr;
  }

  vision::ModelStore store_;
  std::vector<vision::StoredModel> models_;  // newest versions first
};

Result<std::unique_ptr<vision::PlateFinder>> plate_finder(const Opener& opener) {
  if (!opener.has(vision::Task::FindPlates)) return vision::make_classic_plate_finder();
  VIGIL_ASSIGN(auto model, opener.open(vision::Task::FindPlates));
  return vision::make_plate_finder(std::move(model));
}

Result<std::unique_ptr<vision::PlateReader>> plate_reader(const Opener& opener) {
  if (!opener.has(vision::Task::ReadPlates)) return vision::make_tesseract_reader();
  VIGIL_ASSIGN(auto model, opener.open(vision::Task::ReadPlates));
  return vision::make_plate_reader(std::move(model));
}

Result<std::unique_ptr<vision::AttributeReader>> person_attributes(const Opener& opener) {
  VIGIL_ASSIGN(auto model, opener.open(vision::Task::PersonAttributes));
  return vision::make_person_attributes(std::move(model));
}

Result<std::unique_ptr<vision::AttributeReader>> face_attributes(const Opener& opener) {
  VIGIL_ASSIGN(auto faces, opener.open(vision::Task::FindFaces));
  VIGIL_ASSIGN(auto ages, opener.open(vision::Task::AgeGender));
  return vision::make_face_attributes(std::move(faces), std::move(ages));
}

Result<std::unique_ptr<vision::Embedder>> embedder(const Opener& opener) {
  VIGIL_ASSIGN(auto model, opener.open(vision::Task::Appearance));
  return vision::make_embedder(std::move(model));
}

}  // namespace

pipeline::RecognitionTools open_recognition(const std::filesystem::path& models,
                                            const model::AnalysisSettings& settings,
                                            std::shared_ptr<vision::Gallery> gallery) {
  Opener opener(models);
  pipeline::RecognitionTools out;
  if (settings.plates) {
    out.plate_finder = opener.keep("plates", plate_finder(opener));
    out.plate_reader = opener.keep("plates", plate_reader(opener));
  }
  if (settings.attributes) {
    out.colours = true;
    if (auto reader = opener.keep("attributes", person_attributes(opener))) out.persons.push_back(std::move(reader));
    // Faces are an extra: without them nothing is amiss.
    if (opener.has(vision::Task::FindFaces)) {
      if (auto reader = opener.keep("faces", face_attributes(opener))) out.persons.push_back(std::move(reader));
    }
  }
  if (settings.appearance) {
    out.embedder = opener.keep("appearance", embedder(opener));
    if (out.embedder) out.gallery = std::move(gallery);
  }
  out.missing = std::move(opener.missing);
  return out;
}

}  // namespace vigil::app
