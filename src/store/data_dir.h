#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace vigil::store {

// The folder that everything of one server lies in: made, recognised and locked. Unlocks when destroyed.
class DataDir {
 public:
  // Errors: open_store()'s, as far as they concern the folder.
  static Result<std::unique_ptr<DataDir>> open(const std::string& path, bool allow_network_fs, WallTime now);
  // Makes it with its identity where there is none yet, and lets it go again. A server may be using it, or be about to.
  static Result<void> prepare(const std::string& path, bool allow_network_fs, WallTime now);
  ~DataDir();
  DataDir(const DataDir&) = delete;
  DataDir& operator=(const DataDir&) = delete;

  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }
  const std::string& instance() const { return instance_; }
  // False until set_ready(): the first start did not come to its end, so files may be missing. Afterwards a missing
  // file is a loss.
  bool ready() const { return ready_; }
  Result<void> set_ready();

 private:
  DataDir(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  Result<void> read_or_make_identity(WallTime now);
  Result<void> write_identity(bool ready);

  std::string path_;
  int lock_;
  std::string instance_, created_;
  bool ready_ = false;
};

// The name of a network file system by its statfs magic; nothing for a local one.
std::optional<std::string_view> network_fs_name(unsigned long magic);

}  // namespace vigil::store
