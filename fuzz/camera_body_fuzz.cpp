// Bodies that make and change cameras: JSON, the contract, the mapping, and what is shown of the result.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "api/camera_json.h"
#include "api/contract.h"
#include "api/cursor.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vigil;
  using namespace vigil::api;
  static const auto contract = Contract::built_in();
  static const Secret key(std::string(32, 'k'));
  static const model::Camera stored = [] {
    model::Camera camera;
    camera.id = "cam";
    camera.streams[0].url = *parse_url("rtsp://stored:Hush-hush-1@192.0.2.1/a");
    return camera;
  }();
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (unseal(text, "", key)) std::abort();  // nobody without the key makes a cursor

  auto json = parse_json(text, {.max_bytes = 1 << 16, .max_depth = 32});
  if (!json.ok()) return 0;
  const auto& validator = contract->validator();
  const auto& create = contract->find("create_camera")->bodies.at("application/json");
  if (validator.validate(create, *json).empty()) {
    if (auto camera = camera_from(*json); camera.ok()) {
      (void)model::validate(*camera, false);
      if (to_json(*camera, {}).contains("password")) std::abort();
    }
  }
  const auto& patch = contract->find("change_camera")->bodies.at("application/json");
  if (validator.validate(patch, *json).empty()) {
    if (auto camera = patched(stored, *json); camera.ok()) {
      if (to_text(to_json(*camera, {})).find("Hush-hush-1") != std::string::npos &&
          text.find("Hush") == std::string::npos)
        std::abort();
      // Stored credentials never go to another host.
      const auto& url = camera->main().url;
      if (url && url->host != "192.0.2.1" && url->password.reveal() == "Hush-hush-1" &&
          text.find("Hush") == std::string::npos)
        std::abort();
    }
  }
  return 0;
}
