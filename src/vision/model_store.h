#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sync.h"
#include "vision/model.h"
#include "vision/model_card.h"

// The models of an installation: FOLDER/<name>/<version>/ with model.onnx and model.json. A version never changes once
// it is there; another file is another version.

namespace vigil::vision {

struct StoredModel {
  std::string name, version;  // as the folders are called
  ModelCard card;
  bool is_default = false;
  std::string problem;  // why it cannot be used; empty: nothing seen (the model itself is not read)
  std::string id() const { return name + "@" + version; }
};

// What the settings call a model that is none: the detector without one.
inline constexpr std::string_view kClassic = "classic";

// Thread-safe, and safe beside other processes that use the same folder: what is added appears at once and whole.
class ModelStore {
 public:
  explicit ModelStore(std::filesystem::path folder);

  // By name, newest version first. Empty when there are none.
  std::vector<StoredModel> list() const;

  // The folder of "name" (its newest version), "name@version", or "" (the default). NotFound names those that are
  // there.
  Result<std::filesystem::path> find(std::string_view name) const;

  // The loaded model; once for all who ask while somebody holds it. The device as load_model() has it.
  Result<ModelPtr> load(std::string_view name, const std::string& device = "cpu");

  // Adds one after it was tried out: what is in the store was usable. The card's sum, if it has one, must be the
  // file's; the sum, the size and what was recognised are written into the card. Returns it. AlreadyExists: that
  // version is there with another file (with the same one all is well). DataLoss: another file than the card says.
  Result<ModelCard> add(ModelCard card, std::string_view onnx);

  // Reads it again: DataLoss when the file is not what it was, else what load() says.
  Result<ModelCard> verify(std::string_view name) const;

  // The default's id ("name@version"), or empty: none is there. One that nobody chose is the catalogue's default if it
  // is there, else the only one.
  std::string default_model() const;
  // NotFound: no such model. InvalidArgument: it is no detector. "classic": none on purpose.
  Result<void> set_default(std::string_view name);

  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::string chosen_default() const;

  std::filesystem::path folder_;
  Mutex mutex_;
  std::map<std::string, std::weak_ptr<const Model>> loaded_ VIGIL_GUARDED_BY(mutex_);
};

// Whether `left` is a newer version than `right`: numbers in them count as numbers.
bool is_newer(std::string_view left, std::string_view right);

}  // namespace vigil::vision
