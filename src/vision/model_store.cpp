#include "vision/model_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/ids.h"
#include "vision/attributes.h"
#include "vision/catalogue.h"
#include "vision/digest.h"
#include "vision/onnx/session.h"
#include "vision/picture_model.h"
#include "vision/plates.h"
#include "vision/read_file.h"
#include "vision/reid.h"

namespace vigil::vision {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDefaultFile = "default";

Result<void> write_whole(const fs::path& path, std::string_view bytes) {
  auto failed = [&] {
    auto kind = errno == ENOSPC || errno == EDQUOT ? ErrorKind::StorageFull : ErrorKind::Unavailable;
    return make_error(kind, fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)));
  };
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (fd < 0) return failed();
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto wrote = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) break;
    done += static_cast<std::size_t>(wrote);
  }
  const bool good = done == bytes.size() && ::fsync(fd) == 0;
  const int code = errno;
  ::close(fd);
  errno = code;
  if (!good) return failed();
  return {};
}

Result<void> make_folder(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error)
    return make_error(ErrorKind::Unavailable, fmt::format("cannot make {}: {}", path.string(), error.message()));
  return {};
}

// Names of the folders in a folder that may be models or versions.
std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> out;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    auto name = at->path().filename().string();
    std::error_code ignored;
    if (is_model_name(name) && at->is_directory(ignored)) out.push_back(std::move(name));
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string bare_name(std::string_view name) {
  return std::string(name.substr(0, name.find('@')));
}

template <typename T>
Result<void> kept(const Result<T>& made) {
  if (!made.ok()) return made.error();
  return {};
}

// Whether its outputs are those of its task: a recogniser is made of it, and thrown away.
Result<void> try_use(const PictureModelPtr& model) {
  switch (card_of(model).task) {
    case Task::FindPlates:
      return kept(make_plate_finder(model));
    case Task::ReadPlates:
      return kept(make_plate_reader(model));
    case Task::Appearance:
      return kept(make_embedder(model));
    case Task::PersonAttributes:
      return kept(make_person_attributes(model));
    case Task::FindFaces:
    case Task::AgeGender:  // only both together see anything
    case Task::Segment:
    case Task::Detect:
      break;
  }
  return {};
}

// A file that was spoilt since it was added is replaced.
Result<void> put_right(const fs::path& folder, std::string_view model, const std::string& sum) {
  if (auto kept = read_file(folder / "model.onnx", onnx::kMaxModelBytes); kept && sha256(*kept) == sum) return {};
  const auto part = folder / ("." + random_hex(8));
  VIGIL_TRY(write_whole(part, model));
  std::error_code error;
  fs::rename(part, folder / "model.onnx", error);
  if (error) return make_error(ErrorKind::Unavailable, "cannot replace the model: " + error.message());
  return {};
}

// Loads it and does nothing with it; the card with all that was found out.
Result<ModelCard> tried_out(const ModelCard& card, std::string_view onnx) {
  if (card.task != Task::Detect) {
    VIGIL_ASSIGN(auto model, load_picture_model(card, onnx));
    VIGIL_TRY(try_use(model));
    return card_of(model);
  }
  VIGIL_ASSIGN(auto model, load_model(card, onnx));
  return model->card();
}

}  // namespace

bool is_newer(std::string_view left, std::string_view right) {
  auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  auto number = [&](std::string_view& text) {
    std::size_t size = 0;
    while (size < text.size() && digit(text[size])) ++size;
    auto out = text.substr(0, size);
    text.remove_prefix(size);
    while (out.size() > 1 && out.front() == '0') out.remove_prefix(1);
    return out;
  };
  while (!left.empty() && !right.empty()) {
    if (digit(left.front()) && digit(right.front())) {
      auto a = number(left), b = number(right);
      if (a.size() != b.size()) return a.size() > b.size();
      if (a != b) return a > b;
    } else {
      if (left.front() != right.front()) return left.front() > right.front();
      left.remove_prefix(1);
      right.remove_prefix(1);
    }
  }
  return left.size() > right.size();
}

ModelStore::ModelStore(fs::path folder) : folder_(std::move(folder)) {}

std::vector<StoredModel> ModelStore::list() const {
  std::vector<StoredModel> out;
  const auto chosen = default_model();
  for (const auto& name : names_in(folder_)) {
    auto versions = names_in(folder_ / name);
    std::sort(versions.begin(), versions.end(), [](const auto& a, const auto& b) { return is_newer(a, b); });
    for (const auto& version : versions) {
      StoredModel model{name, version, {}, false, {}};
      model.is_default = model.id() == chosen;
      const auto folder = folder_ / name / version;
      std::error_code ignored;
      if (auto card = read_model_card(folder); !card) {
        model.problem = card.error().message;
      } else if (card->name != name || card->version != version) {
        model.problem = "the card is that of " + card->id();
      } else if (!fs::exists(folder / "model.onnx", ignored)) {
        model.problem = "there is no model.onnx";
      } else {
        model.card = std::move(*card);
      }
      out.push_back(std::move(model));
    }
  }
  return out;
}

Result<fs::path> ModelStore::find(std::string_view name) const {
  std::string wanted(name);
  if (wanted.empty()) wanted = default_model();
  const auto bare = bare_name(wanted);
  std::string version = wanted.size() > bare.size() ? wanted.substr(bare.size() + 1) : "";
  auto there = [&](const std::string& v) {
    std::error_code ignored;
    return is_model_name(bare) && is_model_name(v) && fs::exists(folder_ / bare / v / "model.json", ignored);
  };
  if (version.empty() && is_model_name(bare)) {
    for (const auto& each : names_in(folder_ / bare)) {
      if (there(each) && (version.empty() || is_newer(each, version))) version = each;
    }
  }
  if (there(version)) return folder_ / bare / version;
  std::string known;
  for (const auto& each : list()) known += (known.empty() ? "" : ", ") + each.id();
  return make_error(ErrorKind::NotFound,
                    fmt::format("there is no model {}; there {}", wanted.empty() ? "by default" : wanted,
                                known.empty() ? "are none: vigil models pull" : "are " + known),
                    "model.unknown");
}

Result<ModelPtr> ModelStore::load(std::string_view name, const std::string& device) {
  VIGIL_ASSIGN(auto folder, find(name));
  const auto key = folder.string() + "\n" + device;
  {
    MutexLock lock(mutex_);
    if (auto model = loaded_[key].lock()) return model;
  }
  // Two who ask at once both load it; the first one's is kept.
  VIGIL_ASSIGN(auto model, load_model(folder, device));
  MutexLock lock(mutex_);
  auto& slot = loaded_[key];
  if (auto other = slot.lock()) return other;
  slot = model;
  return model;
}

Result<ModelCard> ModelStore::add(ModelCard card, std::string_view onnx) {
  if (!is_model_name(card.name) || !is_model_name(card.version) || card.name == kClassic) {
    return make_error(ErrorKind::InvalidArgument,
                      "names and versions are of a-z, 0-9, '.', '_' and '-', and \"classic\" is taken");
  }
  const auto sum = sha256(onnx);
  if (!card.sha256.empty() && card.sha256 != sum) {
    return make_error(ErrorKind::DataLoss,
                      fmt::format("this is not the file that {} should be: its SHA-256 is {}, expected {}", card.id(),
                                  sum, card.sha256),
                      "model.checksum");
  }
  card.sha256 = sum;
  card.bytes = onnx.size();
  const auto folder = folder_ / card.name / card.version;
  if (auto there = read_model_card(folder); there.ok()) {
    if (there->sha256 == sum) {
      VIGIL_TRY(put_right(folder, onnx, sum));
      return there;
    }
    return make_error(ErrorKind::AlreadyExists,
                      fmt::format("there is a {} with another file; give this one another version", card.id()));
  }
  VIGIL_ASSIGN(card, tried_out(card, onnx));
  VIGIL_TRY(make_folder(folder.parent_path()));
  const auto part = folder.parent_path() / ("." + random_hex(8));  // no model's name: nobody lists it
  VIGIL_TRY(make_folder(part));
  auto written = write_whole(part / "model.onnx", onnx);
  if (written.ok()) written = write_whole(part / "model.json", to_json(card));
  std::error_code error;
  if (written.ok()) {
    fs::rename(part, folder, error);
    if (error) written = make_error(ErrorKind::Unavailable, "cannot add the model: " + error.message());
  }
  if (!written.ok()) {
    std::error_code ignored;
    fs::remove_all(part, ignored);
    return std::move(written).error();
  }
  return card;
}

Result<ModelCard> ModelStore::verify(std::string_view name) const {
  VIGIL_ASSIGN(auto folder, find(name));
  VIGIL_ASSIGN(auto card, read_model_card(folder));
  if (card.task != Task::Detect) {
    VIGIL_ASSIGN(auto model, load_picture_model(folder));
    VIGIL_TRY(try_use(model));
    return card_of(model);
  }
  VIGIL_ASSIGN(auto model, load_model(folder));
  return model->card();
}

std::string ModelStore::chosen_default() const {
  auto text = read_file(folder_ / kDefaultFile, 200);
  if (!text) return {};
  while (!text->empty() && text->back() == '\n') text->pop_back();
  return *text;
}

std::string ModelStore::default_model() const {
  auto chosen = chosen_default();
  if (chosen == kClassic) return chosen;
  auto newest = [&](const std::string& name) -> std::string {
    std::string best;
    for (const auto& version : names_in(folder_ / name)) {
      if (best.empty() || is_newer(version, best)) best = version;
    }
    return best.empty() ? "" : name + "@" + best;
  };
  if (!chosen.empty()) return chosen.find('@') == std::string::npos ? newest(chosen) : chosen;
  if (auto id = newest(built_in_catalogue().default_name); !id.empty()) return id;
  auto names = names_in(folder_);
  // Others cannot be a detector, let alone the only one.
  std::erase_if(names, [&](const std::string& name) {
    const auto versions = names_in(folder_ / name);
    if (versions.empty()) return false;
    const auto card = read_model_card(folder_ / name / versions.front());
    return card.ok() && card->task != Task::Detect;
  });
  return names.size() == 1 ? newest(names.front()) : "";
}

Result<void> ModelStore::set_default(std::string_view name) {
  std::string text(name);
  if (text != kClassic) {
    VIGIL_ASSIGN(const auto folder, find(name));
    const auto card = read_model_card(folder);
    if (card && card->task != Task::Detect) {
      return make_error(ErrorKind::InvalidArgument,
                        fmt::format("{} is no detector: it is for {}", card->id(), to_string(card->task)), "model.task",
                        "/name");
    }
  }
  VIGIL_TRY(make_folder(folder_));
  const auto part = folder_ / ("." + random_hex(8));
  VIGIL_TRY(write_whole(part, text + "\n"));
  std::error_code error;
  fs::rename(part, folder_ / kDefaultFile, error);
  if (error) return make_error(ErrorKind::Unavailable, "cannot set the default: " + error.message());
  return {};
}

}  // namespace vigil::vision
