#pragma once

#include <filesystem>
#include <string>
#include <system_error>

#include "base/ids.h"

namespace vigil::app {

// A folder of our own, for us alone, that goes when we do.
class Scratch {
 public:
  Scratch() : path_(std::filesystem::temp_directory_path() / ("vigil-" + new_uuid())) {
    std::error_code ignored;
    std::filesystem::create_directory(path_, ignored);
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::string path() const { return path_.string(); }

 private:
  const std::filesystem::path path_;
};

}  // namespace vigil::app
