#include "app/models.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "app/configuration.h"
#include "app/exit_code.h"
#include "app/model_source.h"
#include "app/signals.h"
#include "base/json.h"
#include "base/url.h"
#include "store/open.h"
#include "vision/catalogue.h"
#include "vision/digest.h"
#include "vision/model_store.h"
#include "vision/read_file.h"

namespace vigil::app {
namespace {

int fail(std::string_view command, const Error& error) {
  fmt::print(stderr, "vigil models {}: {}\n", command, error.message);
  return error.code == "configuration" ? kConfiguration : kFailed;
}

struct Place {
  store::OpenOptions data;
  vision::ModelStore store;
  std::shared_ptr<const ingest::EgressPolicy> egress;
};

Result<std::unique_ptr<Place>> open_place(const ModelsOptions& options) {
  Sources sources;
  sources.environment = process_environment();
  if (!options.data_dir.empty()) sources.command_line["data.dir"] = options.data_dir;
  VIGIL_ASSIGN(auto configuration, load(sources));
  const auto& settings = configuration.settings;
  VIGIL_ASSIGN(auto egress, ingest::EgressPolicy::make({}, settings.deny_networks));
  const store::OpenOptions data{.data_dir = settings.data_dir, .allow_network_fs = settings.allow_network_fs};
  return std::unique_ptr<Place>(new Place{data, vision::ModelStore(std::filesystem::path(settings.data_dir) / "models"),
                                          std::make_shared<const ingest::EgressPolicy>(std::move(egress))});
}

// What the command line says wins over what came with the model, and both over what the catalogue knows of that file.
Result<void> complete(FoundModel& found, const ModelFacts& facts) {
  if (!facts.card_file.empty()) {
    VIGIL_ASSIGN(auto text, vision::read_file(facts.card_file, 1u << 20));
    VIGIL_ASSIGN(auto card, vision::parse_model_card(text));
    if (card.labels.empty()) card.labels = found.card.labels;
    if (card.source.empty()) card.source = found.card.source;
    found.card = std::move(card);
  } else if (const auto* known = vision::built_in_catalogue().with_sum(vision::sha256(found.onnx));
             known != nullptr && !found.card.has_preparation) {
    auto mine = std::exchange(found.card, known->card);
    if (!mine.version.empty()) {  // it has a name of its own, in a registry
      found.card.name = mine.name;
      found.card.version = mine.version;
      found.card.source = mine.source;
    }
    if (!mine.labels.empty()) found.card.labels = mine.labels;
  }
  auto& card = found.card;
  if (!facts.task.empty()) {
    VIGIL_ASSIGN(card.task, vision::parse_task(facts.task));
  }
  if (card.task != vision::Task::Detect && !card.has_preparation) {
    card.preparation = vision::usual_preparation(card.task);
    card.has_preparation = true;
  }
  if (!facts.name.empty()) card.name = facts.name;
  if (!facts.version.empty()) card.version = facts.version;
  if (card.version.empty()) card.version = "1";
  if (!facts.licence.empty()) card.licence = facts.licence;
  if (!facts.sha256.empty()) card.sha256 = facts.sha256;
  if (facts.labels_file.empty()) return {};
  VIGIL_ASSIGN(auto text, vision::read_file(facts.labels_file, 1u << 20));
  auto labels = vision::parse_labels(text);
  if (!labels) return std::move(labels).error().while_doing(facts.labels_file);
  card.labels = std::move(*labels);
  return {};
}

// A detector's layout, or what else the model is for.
const char* kind_of(const vision::ModelCard& card) {
  return card.task == vision::Task::Detect ? vision::to_string(card.layout) : vision::to_string(card.task);
}

std::string classes_of(const vision::ModelCard& card) {
  return card.task == vision::Task::Detect ? fmt::format("{} classes, ", card.labels.size()) : std::string();
}

const char* licence_of(const vision::ModelCard& card) {
  return card.licence.empty() ? "licence not known" : card.licence.c_str();
}

int keep(std::string_view command, Place& place, FoundModel found, const ModelFacts& facts) {
  if (auto done = complete(found, facts); !done.ok()) return fail(command, done.error());
  if (auto done = store::prepare_data_dir(place.data); !done.ok()) return fail(command, done.error());
  auto added = place.store.add(std::move(found.card), found.onnx);
  if (!added) return fail(command, added.error());
  if (facts.make_default) {
    if (auto done = place.store.set_default(added->id()); !done.ok()) return fail(command, done.error());
  }
  fmt::print("{} ({}, {}x{}, {}{})\n", added->id(), kind_of(*added), added->width, added->height, classes_of(*added),
             licence_of(*added));
  return kOk;
}

// A bar on a terminal; nothing where there is none.
Progress progress_bar() {
  if (::isatty(STDERR_FILENO) == 0) return nullptr;
  return [shown = std::uint64_t{0}](std::uint64_t done, std::uint64_t of) mutable {
    const std::uint64_t step = of > 0 ? std::max<std::uint64_t>(of / 100, 1) : 1u << 18;
    if (done < shown + step && done != of) return;
    shown = done;
    const double mib = static_cast<double>(done) / 1048576;
    if (of == 0) {
      fmt::print(stderr, "\r{:.1f} MiB ", mib);
    } else {
      const auto parts = static_cast<int>(std::min<std::uint64_t>(done * 30 / of, 30));
      fmt::print(stderr, "\r[{:<30}] {:3} %  {:.1f} MiB{}", std::string(static_cast<std::size_t>(parts), '#'),
                 std::min<std::uint64_t>(done * 100 / of, 100), mib, done >= of ? "\n" : "");
    }
    std::fflush(stderr);
  };
}

Result<FoundModel> pull(const Fetching& fetching, const ModelsOptions& options) {
  const auto& catalogue = vision::built_in_catalogue();
  const auto& what = options.what.empty() ? catalogue.default_name : options.what;
  if (what.compare(0, 8, "models:/") == 0) {
    auto base = options.mlflow_url;
    if (const char* set = std::getenv("MLFLOW_TRACKING_URI"); base.empty() && set != nullptr) base = set;
    if (base.empty())
      return make_error(ErrorKind::InvalidArgument, "say where the MLflow server is: --mlflow http://host:5000");
    return fetch_mlflow(fetching, base, what);
  }
  if (what.find("://") != std::string::npos) {
    VIGIL_ASSIGN(auto url, parse_url(what));
    FoundModel out;
    VIGIL_ASSIGN(out.onnx, fetch(fetching, what, 512u << 20));
    out.card.name = model_name_from(std::filesystem::path(url.path).stem().string());
    url.query.clear();  // may carry a key
    out.card.source = url.without_credentials();
    return out;
  }
  const auto* entry = catalogue.find(what);
  if (entry == nullptr) {
    std::string known;
    for (const auto& each : catalogue.entries) known += (known.empty() ? "" : ", ") + each.card.name;
    return make_error(ErrorKind::NotFound,
                      fmt::format("{} is neither a URL nor in the catalogue, which has {}", what, known));
  }
  return fetch_entry(fetching, *entry);
}

std::string size_text(std::uint64_t bytes) {
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / 1048576);
}

int print_json(const vision::ModelStore& store) {
  Json out = {{"models", Json::array()}, {"default", store.default_model()}, {"catalogue", Json::array()}};
  for (const auto& each : store.list()) {
    Json one = Json::parse(vision::to_json(each.card), nullptr, false);
    one["name"] = each.name;
    one["version"] = each.version;
    one["default"] = each.is_default;
    if (!each.problem.empty()) one["problem"] = each.problem;
    out["models"].push_back(std::move(one));
  }
  for (const auto& each : vision::built_in_catalogue().entries)
    out["catalogue"].push_back(Json::parse(vision::to_json(each.card), nullptr, false));
  fmt::print("{}\n", vigil::to_text(out));
  return kOk;
}

}  // namespace

int models_list(const ModelsOptions& options) {
  auto place = open_place(options);
  if (!place) return fail("list", place.error());
  const auto& store = (*place)->store;
  if (options.json) return print_json(store);
  const auto models = store.list();
  for (const auto& each : models) {
    if (!each.problem.empty()) {
      fmt::print("! {:24} {}\n", each.id(), each.problem);
    } else {
      fmt::print("{} {:24} {:17} {:>9}  {}{}\n", each.is_default ? '*' : ' ', each.id(), kind_of(each.card),
                 size_text(each.card.bytes), classes_of(each.card), licence_of(each.card));
    }
  }
  if (models.empty()) {
    fmt::print("There are no models: the classic detector is used.\n");
  } else if (store.default_model().empty()) {
    fmt::print("No detector is the default: the classic one is used (vigil models default NAME).\n");
  }
  if (store.default_model() == vision::kClassic) fmt::print("* classic: no model by default\n");
  std::string more;
  for (const auto& each : vision::built_in_catalogue().entries) {
    auto mine = [&](const vision::StoredModel& model) { return model.name == each.card.name; };
    if (std::any_of(models.begin(), models.end(), mine)) continue;
    more += fmt::format("  {:24} {:17} {:>9}  {}\n  {:24} {}\n", each.card.name, kind_of(each.card),
                        size_text(each.card.bytes), each.card.licence, "", each.card.title);
  }
  if (!more.empty()) fmt::print("\nTo be fetched with vigil models pull NAME:\n{}", more);
  return kOk;
}

int models_pull(const ModelsOptions& options) {
  auto place = open_place(options);
  if (!place) return fail("pull", place.error());
  StopSignals signals;
  auto found = pull({(*place)->egress, signals.token(), progress_bar()}, options);
  if (!found) return fail("pull", found.error());
  return keep("pull", **place, std::move(*found), options.facts);
}

int models_add(const ModelsOptions& options) {
  auto place = open_place(options);
  if (!place) return fail("add", place.error());
  auto found = read_model(options.what);
  if (!found) return fail("add", found.error());
  return keep("add", **place, std::move(*found), options.facts);
}

int models_verify(const ModelsOptions& options) {
  auto place = open_place(options);
  if (!place) return fail("verify", place.error());
  const auto& store = (*place)->store;
  std::vector<std::string> names;
  if (!options.what.empty()) {
    names.push_back(options.what);
  } else {
    for (const auto& each : store.list()) names.push_back(each.id());
  }
  int status = kOk;
  for (const auto& name : names) {
    auto card = store.verify(name);
    if (card) {
      fmt::print("{}: good\n", card->id());
    } else {
      fmt::print("{}: {}\n", name, card.error().message);
      status = kFailed;
    }
  }
  if (names.empty()) fmt::print("There are no models.\n");
  return status;
}

int models_default(const ModelsOptions& options) {
  auto place = open_place(options);
  if (!place) return fail("default", place.error());
  auto& store = (*place)->store;
  if (!options.what.empty()) {
    if (auto done = store::prepare_data_dir((*place)->data); !done.ok()) return fail("default", done.error());
    if (auto done = store.set_default(options.what); !done.ok()) return fail("default", done.error());
  }
  const auto id = store.default_model();
  fmt::print("{}\n", id.empty() ? vision::kClassic : std::string_view(id));
  return kOk;
}

}  // namespace vigil::app
