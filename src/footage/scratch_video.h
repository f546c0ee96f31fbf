#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "blob/store.h"

namespace vigil::footage {

// A file that comes in pieces and becomes a blob. Until then it has no name: after a crash nothing is left of it.
class ScratchVideo {
 public:
  // `folder` is made. StorageFull, …: what the folder says.
  static Result<ScratchVideo> create(const std::string& folder);

  Result<void> put(std::uint64_t offset, std::span<const std::uint8_t> bytes);
  Result<void> publish(blob::Store& blobs, const blob::Key& key);
  std::uint64_t size() const { return size_; }

 private:
  ScratchVideo(std::string folder, Fd file) : folder_(std::move(folder)), file_(std::move(file)) {}
  std::string folder_;
  Fd file_;
  std::uint64_t size_ = 0;
};

}  // namespace vigil::footage
