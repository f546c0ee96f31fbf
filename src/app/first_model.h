#pragma once

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace vigil::app {

// On the first run there is no detector yet: fetches the catalogue's default one beside everything else, and says in
// the log how it goes. Does nothing when there is any model, or when somebody chose to have none. Destroying it gives
// up.
class FirstModel {
 public:
  FirstModel(std::filesystem::path models, std::vector<std::string> deny_networks);

 private:
  std::jthread thread_;
};

}  // namespace vigil::app
