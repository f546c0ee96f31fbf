#pragma once

#include <dirent.h>
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/fd.h"
#include "base/result.h"

// What blobs and uploads need of POSIX files, with our errors.

namespace vigil::blob {

using vigil::Fd;

// "<what> <name>: <reason>", by errno. `name` is for people: a key, never a path of ours.
Error io_error(int number, std::string_view what, std::string_view name);

Result<void> write_all(int fd, std::string_view bytes, std::uint64_t offset, std::string_view name);
// Fewer bytes only at the end of the file.
Result<std::string> read_at(int fd, std::uint64_t offset, std::size_t size, std::string_view name);

}  // namespace vigil::blob
