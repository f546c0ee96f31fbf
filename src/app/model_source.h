#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "app/models.h"
#include "base/result.h"
#include "ingest/egress.h"
#include "vision/catalogue.h"
#include "vision/model_card.h"

// Where models come from. Nothing is written here: what is found goes into a vision::ModelStore.

namespace vigil::app {

struct FoundModel {
  vision::ModelCard card;  // name and version may be empty
  std::string onnx;
};

// How far a download is: bytes so far, and of how many (0: not known).
using Progress = std::function<void(std::uint64_t done, std::uint64_t of)>;

struct Fetching {
  std::shared_ptr<const ingest::EgressPolicy> egress;
  std::stop_token stop;
  Progress progress;  // may be empty
};

// Downloads what a URL leads to, at most `most` bytes. http and https; certificates are checked; no proxies. Errors
// never carry the URL's query or credentials. Unavailable: no answer; NotFound; PermissionDenied: sign-in, or network
// rules.
Result<std::string> fetch(const Fetching& fetching, const std::string& url, std::size_t most,
                          std::uint64_t expected = 0);

// An entry of the catalogue, from its source or else its mirrors; a file with another sum counts as none.
Result<FoundModel> fetch_entry(const Fetching& fetching, const vision::CatalogueEntry& entry);

// "models:/NAME/VERSION", "models:/NAME/latest" or "models:/NAME@ALIAS" of the MLflow server at `base`, over its REST
// API. Its artifacts must be served by it (mlflow server --serve-artifacts, the default).
Result<FoundModel> fetch_mlflow(const Fetching& fetching, const std::string& base, const std::string& reference);

// A file, or a folder with model.onnx (or a single .onnx), and perhaps model.json and labels.txt.
Result<FoundModel> read_model(const std::string& path);

// A name made of anything: "Shop Detector (v2)" → "shop-detector-v2".
std::string model_name_from(std::string_view text);

}  // namespace vigil::app
