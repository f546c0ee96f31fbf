#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/commands.h"
#include "base/json.h"
#include "base/result.h"

namespace vigil::store {
class Store;
}

namespace vigil::app {

// Where `apply` and `export` find cameras, in the API's form. Two kinds: a running server, and the data folder of one
// that does not run.
class CameraTarget {
 public:
  virtual ~CameraTarget() = default;
  virtual Result<std::vector<Json>> list() = 0;
  virtual Result<void> create(const Json& camera) = 0;
  virtual Result<void> change(const std::string& id, std::uint64_t version, const Json& patch) = 0;  // JSON merge patch
  virtual Result<void> remove(const std::string& id, std::uint64_t version) = 0;
};

// A running server, over its public API.
Result<std::unique_ptr<CameraTarget>> remote_target(const Remote& remote);

// A data folder. Here cameras may also be files and V4L2 devices, which the API never takes.
Result<std::unique_ptr<CameraTarget>> store_target(const std::string& data_dir);

// The same for a store that is open already, and outlives it.
Result<std::unique_ptr<CameraTarget>> target_of(store::Store& store);

// The one or the other: the store when `data_dir` is not empty.
Result<std::unique_ptr<CameraTarget>> camera_target(const Remote& remote, const std::string& data_dir);

// The exit status that an error of a target means.
int exit_status(const Error& error);

}  // namespace vigil::app
