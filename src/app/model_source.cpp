#include "app/model_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "base/url.h"
#include "ingest/curl/http_stream.h"
#include "vision/digest.h"
#include "vision/model.h"
#include "vision/read_file.h"

namespace vigil::app {
namespace {

namespace fs = std::filesystem;
using model::FailureReason;

constexpr std::size_t kMaxModel = 512u << 20;
constexpr std::chrono::seconds kOpen{30}, kSilence{30};

ErrorKind kind_of(FailureReason reason) {
  switch (reason) {
    case FailureReason::NotFound:
      return ErrorKind::NotFound;
    case FailureReason::Auth:
    case FailureReason::Blocked:
      return ErrorKind::PermissionDenied;
    case FailureReason::Stopped:
      return ErrorKind::Cancelled;
    default:
      return ErrorKind::Unavailable;
  }
}

Error error_of(const ingest::Failure& failure) {
  return make_error(kind_of(failure.reason), failure.detail);
}

Result<FoundModel> read_folder(const fs::path& folder) {
  FoundModel out;
  auto file = folder / "model.onnx";
  std::error_code ignored;
  if (fs::exists(folder / "model.json", ignored)) {
    VIGIL_ASSIGN(out.card, vision::read_model_card(folder));
  } else {
    std::vector<fs::path> found;
    for (fs::directory_iterator at(folder, ignored), end; at != end; at.increment(ignored)) {
      if (at->path().extension() == ".onnx") found.push_back(at->path());
    }
    if (found.size() != 1) {
      return make_error(ErrorKind::InvalidArgument,
                        fmt::format("{} has {} .onnx files; name the file", folder.string(), found.size()));
    }
    file = found.front();
    if (auto labels = vision::read_file(folder / "labels.txt", 1u << 20); labels.ok()) {
      auto parsed = vision::parse_labels(*labels);
      if (!parsed) return std::move(parsed).error().while_doing((folder / "labels.txt").string());
      out.card.labels = std::move(*parsed);
    }
    auto name = file.stem() == "model" ? fs::absolute(folder).lexically_normal() : file.stem();
    out.card.name =
        model_name_from(name.filename().empty() ? name.parent_path().filename().string() : name.filename().string());
  }
  VIGIL_ASSIGN(out.onnx, vision::read_file(file, kMaxModel));
  return out;
}

}  // namespace

Result<std::string> fetch(const Fetching& fetching, const std::string& url, std::size_t most, std::uint64_t expected) {
  VIGIL_ASSIGN(auto parsed, parse_url(url));
  ingest::HttpStream stream(fetching.egress, fetching.stop);
  auto answer = stream.open({.url = parsed, .open_timeout = kOpen, .max_body = most});
  if (!answer.ok()) return error_of(answer.failure());
  std::string out;
  out.reserve(std::min<std::uint64_t>(expected, most));
  while (true) {
    auto piece = stream.read(kSilence);
    if (!piece.ok()) return error_of(piece.failure());
    if (piece.value().empty()) return out;
    out.append(piece.value().begin(), piece.value().end());
    if (fetching.progress) fetching.progress(out.size(), expected);
  }
}

Result<FoundModel> fetch_entry(const Fetching& fetching, const vision::CatalogueEntry& entry) {
  auto urls = entry.mirrors;
  urls.insert(urls.begin(), entry.card.source);
  Error last;
  for (const auto& url : urls) {
    auto bytes = fetch(fetching, url, entry.card.bytes + 1, entry.card.bytes);
    if (bytes && vision::sha256(*bytes) == entry.card.sha256) return FoundModel{entry.card, std::move(*bytes)};
    last = bytes ? make_error(ErrorKind::DataLoss,
                              "what came is not the file that the catalogue has a sum of; nothing was kept")
                 : bytes.error();
    if (last.kind == ErrorKind::Cancelled) break;
  }
  return std::move(last).while_doing("fetch " + entry.card.name);
}

Result<FoundModel> read_model(const std::string& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return read_folder(path);
  FoundModel out;
  VIGIL_ASSIGN(out.onnx, vision::read_file(path, kMaxModel));
  out.card.name = model_name_from(fs::path(path).stem().string());
  return out;
}

std::string model_name_from(std::string_view text) {
  std::string out;
  for (char raw : text) {
    const auto c = static_cast<unsigned char>(raw);
    const bool plain = c < 128 && (std::isalnum(c) != 0 || c == '.' || c == '_');
    if (plain) {
      out.push_back(static_cast<char>(std::tolower(c)));
    } else if (!out.empty() && out.back() != '-') {
      out.push_back('-');
    }
    if (out.size() == 64) break;
  }
  while (!out.empty() && (out.back() == '-' || out.back() == '.')) out.pop_back();
  while (!out.empty() && out.front() == '.') out.erase(0, 1);
  return out.empty() ? "model" : out;
}

}  // namespace vigil::app
