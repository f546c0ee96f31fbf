#include "app/recognisers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "vision/model_store.h"

namespace vigil::app {
namespace {

using vision::Task;

// Loads models by their task.
class Opener {
 public:
  explicit Opener(const pipeline::RecogniserPlaces& places) : places_(places) {}

  bool has(Task task) const { return places_.contains(vision::to_string(task)); }

  Result<vision::PictureModelPtr> open(Task task) const {
    const auto found = places_.find(vision::to_string(task));
    if (found == places_.end()) {
      return make_error(ErrorKind::NotFound, fmt::format("there is no model for {}; add one with vigil models add",
                                                         vision::to_string(task)));
    }
    return vision::load_picture_model(std::filesystem::path(found->second));
  }

 private:
  const pipeline::RecogniserPlaces& places_;
};

// The value, or nothing and a remark.
template <typename T>
std::unique_ptr<T> keep(std::string& missing, const char* what, Result<std::unique_ptr<T>> made) {
  if (made) return std::move(*made);
  missing += fmt::format("{}{}: {}", missing.empty() ? "" : "; ", what, made.error().message);
  return nullptr;
}

Result<std::unique_ptr<vision::PlateFinder>> plate_finder(const Opener& opener) {
  if (!opener.has(Task::FindPlates)) return vision::make_classic_plate_finder();
  VIGIL_ASSIGN(auto model, opener.open(Task::FindPlates));
  return vision::make_plate_finder(std::move(model));
}

Result<std::unique_ptr<vision::PlateReader>> plate_reader(const Opener& opener) {
  if (!opener.has(Task::ReadPlates)) return vision::make_tesseract_reader();
  VIGIL_ASSIGN(auto model, opener.open(Task::ReadPlates));
  return vision::make_plate_reader(std::move(model));
}

Result<std::unique_ptr<vision::AttributeReader>> person_attributes(const Opener& opener) {
  VIGIL_ASSIGN(auto model, opener.open(Task::PersonAttributes));
  return vision::make_person_attributes(std::move(model));
}

Result<std::unique_ptr<vision::AttributeReader>> face_attributes(const Opener& opener) {
  VIGIL_ASSIGN(auto faces, opener.open(Task::FindFaces));
  VIGIL_ASSIGN(auto ages, opener.open(Task::AgeGender));
  return vision::make_face_attributes(std::move(faces), std::move(ages));
}

Result<std::unique_ptr<vision::Embedder>> embedder(const Opener& opener) {
  VIGIL_ASSIGN(auto model, opener.open(Task::Appearance));
  return vision::make_embedder(std::move(model));
}

}  // namespace

pipeline::RecogniserPlaces find_recognisers(const std::filesystem::path& models,
                                            const pipeline::RecognitionWanted& wanted) {
  std::vector<Task> tasks;
  if (wanted.plates) tasks.insert(tasks.end(), {Task::FindPlates, Task::ReadPlates});
  if (wanted.attributes) tasks.insert(tasks.end(), {Task::PersonAttributes, Task::FindFaces, Task::AgeGender});
  if (wanted.appearance) tasks.push_back(Task::Appearance);
  const vision::ModelStore store(models);
  pipeline::RecogniserPlaces out;
  for (const auto& model : store.list()) {  // the newest version of each comes first, and is kept
    if (!model.problem.empty() || std::find(tasks.begin(), tasks.end(), model.card.task) == tasks.end()) continue;
    out.emplace(vision::to_string(model.card.task), (models / model.name / model.version).string());
  }
  return out;
}

pipeline::RecognitionToolsPtr open_recognition(const pipeline::RecogniserPlaces& places,
                                               const pipeline::RecognitionWanted& wanted) {
  const Opener opener(places);
  auto out = std::make_shared<pipeline::RecognitionTools>();
  auto& missing = out->missing;
  if (wanted.plates) {
    out->plate_finder = keep(missing.plates, "plates", plate_finder(opener));
    out->plate_reader = keep(missing.plates, "plates", plate_reader(opener));
  }
  if (wanted.attributes) {
    out->colours = true;
    auto add = [&](const char* what, Result<std::unique_ptr<vision::AttributeReader>> made) {
      if (auto reader = keep(missing.attributes, what, std::move(made))) out->persons.push_back(std::move(reader));
    };
    add("attributes", person_attributes(opener));
    // Faces are an extra: without them nothing is amiss.
    if (opener.has(Task::FindFaces)) add("faces", face_attributes(opener));
  }
  if (wanted.appearance) out->embedder = keep(missing.appearance, "appearance", embedder(opener));
  return out;
}

}  // namespace vigil::app
