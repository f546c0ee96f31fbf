#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "app/model_source.h"
#include "base/json.h"
#include "base/url.h"
#include "vision/read_file.h"

// The model registry of MLflow, over its REST API 2.0: a version's artifact URI, then the files
// there.

namespace vigil::app {
namespace {

constexpr std::size_t kMaxAnswer = 1u << 20, kMaxModel = 512u << 20;
constexpr std::string_view kArtifacts = "/api/2.0/mlflow-artifacts/artifacts";

Error not_understood(std::string_view what) {
  return make_error(ErrorKind::Unavailable, fmt::format("the MLflow server's answer has no {}", what));
}

struct Reference {
  std::string name, version, alias;
};

Result<Reference> take_apart(const std::string& text) {
  constexpr std::string_view kScheme = "models:/";
  auto bad = [] {
    return make_error(ErrorKind::InvalidArgument,
                      "a model of a registry is written models:/NAME/VERSION or models:/NAME@ALIAS");
  };
  if (text.compare(0, kScheme.size(), kScheme) != 0) return bad();
  auto rest = text.substr(kScheme.size());
  while (!rest.empty() && rest.front() == '/') rest.erase(0, 1);
  Reference out;
  if (auto at = rest.rfind('@'); at != std::string::npos) {
    out = {rest.substr(0, at), "", rest.substr(at + 1)};
  } else if (auto slash = rest.rfind('/'); slash != std::string::npos) {
    out = {rest.substr(0, slash), rest.substr(slash + 1), ""};
  }
  bool control = std::any_of(rest.begin(), rest.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; });
  if (out.name.empty() || (out.version.empty() && out.alias.empty()) || rest.size() > 500 || control) return bad();
  return out;
}

class Registry {
 public:
  Registry(const Fetching& fetching, Url base) : fetching_(fetching), base_(std::move(base)) {
    while (!base_.path.empty() && base_.path.back() == '/') base_.path.pop_back();
  }

  Result<Json> ask(const std::string& path, const std::string& query) const {
    auto quiet = fetching_;
    quiet.progress = nullptr;
    VIGIL_ASSIGN(auto text, fetch(quiet, address(path, query), kMaxAnswer));
    auto json = parse_json(text, {.max_bytes = kMaxAnswer});
    if (!json || !json->is_object())
      return make_error(ErrorKind::Unavailable, "there is no MLflow server: what answers is no JSON");
    return json;
  }

  Result<std::string> file(const std::string& path, std::size_t most, std::uint64_t expected) const {
    return fetch(fetching_, address(std::string(kArtifacts) + "/" + path, ""), most, expected);
  }

 private:
  std::string address(const std::string& path, const std::string& query) const {
    Url url = base_;
    url.path += path;
    url.query = query;
    return url.with_credentials().reveal();
  }

  Fetching fetching_;
  Url base_;
};

// A path with its separators, everything else encoded.
std::string encoded_path(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    auto slash = path.find('/');
    out += percent_encode(path.substr(0, slash));
    if (slash == std::string_view::npos) break;
    out += '/';
    path.remove_prefix(slash + 1);
  }
  return out;
}

std::string text_member(const Json& object, const char* name) {
  auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

Result<std::string> version_of(const Registry& registry, const Reference& reference) {
  if (!reference.alias.empty()) {
    VIGIL_ASSIGN(auto answer, registry.ask("/api/2.0/mlflow/registered-models/alias",
                                           fmt::format("name={}&alias={}", percent_encode(reference.name),
                                                       percent_encode(reference.alias))));
    auto version = answer.contains("model_version") ? text_member(answer["model_version"], "version") : "";
    if (version.empty()) return not_understood("model_version");
    return version;
  }
  if (reference.version != "latest") return reference.version;
  VIGIL_ASSIGN(auto answer, registry.ask("/api/2.0/mlflow/registered-models/get",
                                         fmt::format("name={}", percent_encode(reference.name))));
  std::string newest;
  if (answer.contains("registered_model") && answer["registered_model"].is_object()) {
    auto latest = answer["registered_model"].value("latest_versions", Json::array());
    for (const auto& each : latest) {
      auto version = each.is_object() ? text_member(each, "version") : "";
      if (version.size() > newest.size() || (version.size() == newest.size() && version > newest)) newest = version;
    }
  }
  if (newest.empty()) return not_understood("latest_versions");
  return newest;
}

// Where the server's own artifact route has the files: "mlflow-artifacts:/1/abc/artifacts/model" →
// "1/abc/artifacts/model".
Result<std::string> artifact_path(const std::string& uri) {
  std::string rest;
  if (uri.compare(0, 18, "mlflow-artifacts:/") == 0) {
    rest = uri.substr(18);
    if (!rest.empty() && rest.front() == '/') {  // with the server's name in it
      auto slash = rest.find('/', 1);
      rest = slash == std::string::npos ? "" : rest.substr(slash + 1);
    }
  } else if (auto at = uri.find(kArtifacts); uri.compare(0, 4, "http") == 0 && at != std::string::npos) {
    rest = uri.substr(at + kArtifacts.size());
  } else {
    return make_error(
        ErrorKind::FailedPrecondition,
        fmt::format("the model's files are at a {} address, not at the MLflow server; fetch them there and "
                    "add them with vigil models add, or let the server serve artifacts",
                    uri.substr(0, uri.find(':'))));
  }
  while (!rest.empty() && rest.front() == '/') rest.erase(0, 1);
  if (rest.empty() || rest.find("..") != std::string::npos) return not_understood("usable artifact path");
  return rest;
}

}  // namespace

Result<FoundModel> fetch_mlflow(const Fetching& fetching, const std::string& base, const std::string& reference) {
  VIGIL_ASSIGN(auto wanted, take_apart(reference));
  auto url = parse_url(base);
  if (!url || (url->scheme != "http" && url->scheme != "https"))
    return make_error(ErrorKind::InvalidArgument, "the address of the MLflow server must look like http://host:5000");
  if (const char* user = std::getenv("MLFLOW_TRACKING_USERNAME"); user != nullptr && url->user.empty()) {
    url->user = user;
    const char* password = std::getenv("MLFLOW_TRACKING_PASSWORD");
    url->password = Secret(password == nullptr ? "" : password);
  }
  Registry registry(fetching, *url);
  VIGIL_ASSIGN(auto version, version_of(registry, wanted));
  VIGIL_ASSIGN(auto answer,
               registry.ask("/api/2.0/mlflow/model-versions/get-download-uri",
                            fmt::format("name={}&version={}", percent_encode(wanted.name), percent_encode(version))));
  VIGIL_ASSIGN(auto path, artifact_path(text_member(answer, "artifact_uri")));
  VIGIL_ASSIGN(auto listing, registry.ask(std::string(kArtifacts), "path=" + percent_encode(path)));
  FoundModel out;
  std::string onnx;
  std::uint64_t size = 0;
  bool has_card = false, has_labels = false;
  for (const auto& each : listing.value("files", Json::array())) {
    auto name = each.is_object() ? text_member(each, "path") : "";
    if (auto slash = name.rfind('/'); slash != std::string::npos) name = name.substr(slash + 1);
    has_card = has_card || name == "model.json";
    has_labels = has_labels || name == "labels.txt";
    const bool is_onnx = name.size() > 5 && name.compare(name.size() - 5, 5, ".onnx") == 0;
    if (!is_onnx || (!onnx.empty() && name != "model.onnx")) continue;
    onnx = name;
    auto bytes = each.find("file_size");
    if (bytes != each.end() && bytes->is_number_unsigned()) size = bytes->get<std::uint64_t>();
  }
  if (onnx.empty()) {
    return make_error(ErrorKind::NotFound,
                      fmt::format("version {} of {} has no .onnx file in its folder", version, wanted.name));
  }
  if (has_card) {
    VIGIL_ASSIGN(auto text, registry.file(encoded_path(path + "/model.json"), kMaxAnswer, 0));
    VIGIL_ASSIGN(out.card, vision::parse_model_card(text));
  }
  if (has_labels) {
    VIGIL_ASSIGN(auto text, registry.file(encoded_path(path + "/labels.txt"), kMaxAnswer, 0));
    VIGIL_ASSIGN(out.card.labels, vision::parse_labels(text));
  }
  VIGIL_ASSIGN(out.onnx, registry.file(encoded_path(path + "/" + onnx), kMaxModel, size));
  out.card.name = model_name_from(wanted.name);
  out.card.version = model_name_from(version);
  out.card.source = fmt::format("models:/{}/{}", wanted.name, version);
  return out;
}

}  // namespace vigil::app
