#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "vision/model_card.h"

namespace vigil::vision {

// Models that anybody may fetch: where from, under which licence, and what the file must be.
struct CatalogueEntry {
  ModelCard card;                    // with source, sha256 and bytes
  std::vector<std::string> mirrors;  // further places, tried in turn
};

struct Catalogue {
  std::vector<CatalogueEntry> entries;
  std::string default_name;

  const CatalogueEntry* find(std::string_view name) const;     // by name, or name@version
  const CatalogueEntry* with_sum(std::string_view sum) const;  // by SHA-256
};

// InvalidArgument: something is wrong with it.
Result<Catalogue> parse_catalogue(std::string_view json);

// The one that the program carries (catalogue.json).
const Catalogue& built_in_catalogue();

}  // namespace vigil::vision
