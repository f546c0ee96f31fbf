#include "vision/catalogue.h"

#include <set>

#include "base/json.h"
#include "vision/catalogue_text.h"

namespace vigil::vision {
namespace {

Error wrong(std::string why) {
  return make_error(ErrorKind::InvalidArgument, "catalogue: " + std::move(why));
}

Result<CatalogueEntry> read_entry(const Json& object) {
  if (!object.is_object() || !object.contains("card")) return wrong("an entry is no object with a card");
  CatalogueEntry out;
  VIGIL_ASSIGN(out.card, parse_model_card(to_text(object["card"])));
  if (out.card.source.empty() || out.card.sha256.empty() || out.card.bytes == 0)
    return wrong(out.card.name + " needs source, sha256 and bytes");
  auto mirrors = object.find("mirrors");
  if (mirrors == object.end()) return out;
  if (!mirrors->is_array()) return wrong(out.card.name + ": mirrors must be a list");
  for (const auto& each : *mirrors) {
    if (!each.is_string()) return wrong(out.card.name + ": a mirror must be a URL");
    out.mirrors.push_back(each.get<std::string>());
  }
  return out;
}

}  // namespace

const CatalogueEntry* Catalogue::find(std::string_view name) const {
  for (const auto& each : entries) {
    if (each.card.name == name || each.card.id() == name) return &each;
  }
  return nullptr;
}

const CatalogueEntry* Catalogue::with_sum(std::string_view sum) const {
  for (const auto& each : entries) {
    if (each.card.sha256 == sum) return &each;
  }
  return nullptr;
}

Result<Catalogue> parse_catalogue(std::string_view json) {
  VIGIL_ASSIGN(auto object, parse_json(json));
  if (!object.is_object() || !object.contains("models") || !object["models"].is_array())
    return wrong("must be an object with models");
  Catalogue out;
  std::set<std::string> seen;
  for (const auto& each : object["models"]) {
    VIGIL_ASSIGN(auto entry, read_entry(each));
    if (!seen.insert(entry.card.name).second) return wrong(entry.card.name + " is there twice");
    out.entries.push_back(std::move(entry));
  }
  auto name = object.find("default");
  if (name != object.end() && name->is_string()) out.default_name = name->get<std::string>();
  if (out.find(out.default_name) == nullptr) return wrong("default must name one of the models");
  return out;
}

const Catalogue& built_in_catalogue() {
  static const Catalogue catalogue = [] {
    auto parsed = parse_catalogue(kCatalogueText);
    VIGIL_ASSERT(parsed.ok());  // a test reads it
    return std::move(parsed).value();
  }();
  return catalogue;
}

}  // namespace vigil::vision
