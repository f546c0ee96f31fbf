#include "app/detectors.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "app/configuration.h"
#include "app/recognisers.h"
#include "vision/classic_detector.h"
#include "vision/read_file.h"

namespace vigil::app {
namespace {

constexpr std::size_t kMaxModelBytes = 512U << 20;

// A file's name as a model's.
std::string name_of(const std::filesystem::path& file) {
  auto name = file.stem().string().substr(0, 64);
  for (auto& c : name) {
    const auto lower = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    c = std::isalnum(static_cast<unsigned char>(lower)) != 0 || lower == '.' || lower == '_' ? lower : '-';
  }
  return vision::is_model_name(name) ? name : "model";
}

Result<vision::ModelPtr> load_file(const std::filesystem::path& file, const std::string& device) {
  vision::ModelCard card;
  card.name = name_of(file);
  card.version = "file";
  card.labels = vision::coco_labels();
  VIGIL_ASSIGN(auto bytes, vision::read_file(file, kMaxModelBytes));
  return vision::load_model(card, bytes, device);
}

}  // namespace

Result<std::filesystem::path> models_folder(const std::string& data_dir) {
  Sources sources;
  sources.environment = process_environment();
  if (!data_dir.empty()) sources.command_line["data.dir"] = data_dir;
  VIGIL_ASSIGN(auto configuration, app::load(sources));
  return std::filesystem::path(configuration.settings.data_dir) / "models";
}

Result<vision::ModelPtr> NamedDetectors::load(const std::string& model) {
  {
    MutexLock lock(mutex_);
    if (const auto at = loaded_.find(model); at != loaded_.end()) return at->second;
  }
  std::error_code ignored;
  const std::filesystem::path path(model);
  const bool is_folder = std::filesystem::is_directory(path, ignored);
  if (!is_folder && !std::filesystem::is_regular_file(path, ignored)) return store_.load(model, device_);
  auto loaded = is_folder ? vision::load_model(path, device_) : load_file(path, device_);
  if (!loaded) return std::move(loaded).error().while_doing("model " + model);
  MutexLock lock(mutex_);
  return loaded_.emplace(model, std::move(loaded).value()).first->second;
}

Result<std::unique_ptr<vision::Detector>> NamedDetectors::make(const std::string& model) {
  if (model == vision::kClassic) return vision::make_classic_detector();
  if (model.empty()) {
    const auto name = store_.default_model();
    return name.empty() || name == vision::kClassic ? vision::make_classic_detector() : make(name);
  }
  VIGIL_ASSIGN(auto loaded, load(model));
  return vision::make_detector(std::move(loaded));
}

std::unique_ptr<pipeline::Recognition> NamedDetectors::recognise(const std::string& camera_id,
                                                                 const model::AnalysisSettings& settings) {
  const auto wanted = pipeline::recognition_wanted(settings);
  auto tools = open_recognition(find_recognisers(store_.folder(), wanted), wanted);
  pipeline::Beside beside;
  if (beside_) {
    beside = [lane = std::shared_ptr(beside_->open())](std::uint64_t, std::function<void()> work) {
      lane->post(WallTime::max(), std::move(work));
    };
  }
  return std::make_unique<pipeline::Recognition>(camera_id, wanted, std::move(tools), std::move(beside));
}

}  // namespace vigil::app
