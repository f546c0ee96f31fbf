#pragma once

#include <map>
#include <optional>
#include <string>

#include "api/handlers/context.h"
#include "model/asset.h"
#include "model/job.h"
#include "store/retention.h"

namespace vigil::api {

// How long things stay that nobody deletes. Made for one answer: what was said of an owner is read once.
class KeptUntil {
 public:
  explicit KeptUntil(const Context& context) : context_(context) {}
  Result<store::KeepFor> of_owner(const std::string& owner);
  // Nothing: until somebody deletes it, or an administrator lets it go.
  Result<std::optional<WallTime>> of(const model::Asset& asset);
  Result<std::optional<WallTime>> of_outputs(const model::Job& job);

 private:
  const Context& context_;
  std::map<std::string, store::KeepFor> known_;
};

}  // namespace vigil::api
