#include <fmt/format.h>

#include "api/camera_json.h"
#include "api/contract.h"
#include "app/camera_target.h"
#include "app/configuration.h"
#include "model/camera.h"
#include "model/camera_status.h"
#include "store/open.h"

namespace vigil::app {
namespace {

// The same checks as a running server makes: first the OpenAPI document, then the model.
class StoreTarget final : public CameraTarget {
 public:
  StoreTarget(std::unique_ptr<store::Store> owned, store::Store& store, api::Contract contract)
      : owned_(std::move(owned)), store_(&store), contract_(std::move(contract)) {}

  Result<std::vector<Json>> list() override {
    VIGIL_ASSIGN(auto cameras, store_->cameras().list());
    std::vector<Json> out;
    for (const auto& camera : cameras) out.push_back(api::to_json(camera, {}));
    return out;
  }

  Result<void> create(const Json& camera) override {
    VIGIL_TRY(check("create_camera", camera));
    VIGIL_ASSIGN(auto made, api::camera_from(camera));
    VIGIL_TRY(model::validate(made, true));
    return done(store_->cameras().insert(made));
  }

  Result<void> change(const std::string& id, std::uint64_t version, const Json& patch) override {
    VIGIL_TRY(check("change_camera", patch));
    VIGIL_ASSIGN(auto stored, store_->cameras().get(id));
    VIGIL_ASSIGN(auto changed, api::patched(stored, patch));
    changed.version = version;
    VIGIL_TRY(model::validate(changed, true));
    return done(store_->cameras().update(changed));
  }

  Result<void> remove(const std::string& id, std::uint64_t) override { return store_->cameras().remove(id); }

 private:
  static Result<void> done(Result<model::Camera> result) {
    if (!result) return std::move(result).error();
    return {};
  }

  Result<void> check(const char* operation_id, const Json& body) const {
    const auto* operation = contract_.find(operation_id);
    VIGIL_ASSERT(operation != nullptr && !operation->bodies.empty());
    auto faults = contract_.validator().validate(operation->bodies.begin()->second, body);
    if (faults.empty()) return {};
    std::string text;
    for (const auto& fault : faults)
      text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", fault.pointer, fault.detail);
    return make_error(ErrorKind::InvalidArgument, text, {}, faults.front().pointer);
  }

  const std::unique_ptr<store::Store> owned_;  // null: somebody else's
  store::Store* const store_;
  api::Contract contract_;
};

}  // namespace

Result<std::unique_ptr<CameraTarget>> store_target(const std::string& data_dir) {
  VIGIL_ASSIGN(auto contract, api::Contract::built_in());
  // The same database as the server's, from vigil.yaml and the environment.
  Sources sources;
  sources.environment = process_environment();
  sources.command_line["data.dir"] = data_dir;
  VIGIL_ASSIGN(auto configuration, load(sources));
  const auto& settings = configuration.settings;
  VIGIL_ASSIGN(auto store, store::open_store({.data_dir = settings.data_dir,
                                              .allow_network_fs = settings.allow_network_fs,
                                              .database_url = settings.database_url}));
  auto& opened = *store;
  return std::unique_ptr<CameraTarget>(std::make_unique<StoreTarget>(std::move(store), opened, std::move(contract)));
}

Result<std::unique_ptr<CameraTarget>> target_of(store::Store& store) {
  VIGIL_ASSIGN(auto contract, api::Contract::built_in());
  return std::unique_ptr<CameraTarget>(std::make_unique<StoreTarget>(nullptr, store, std::move(contract)));
}

}  // namespace vigil::app
