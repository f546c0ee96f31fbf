#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

// Small files that only the server itself may read (0600). Symbolic links are not followed.

namespace vigil::store {

// What an errno of a file operation means: "<what> <path>: <reason>".
Error file_error(int number, std::string_view what, const std::string& path);

// NotFound when there is none, DataLoss when it is larger than max_bytes. Takes away others' right to read it.
Result<std::string> read_private_file(const std::string& path, std::size_t max_bytes);
// Replaces it in one step; on disk when this returns.
Result<void> write_private_file(const std::string& path, std::string_view content);

}  // namespace vigil::store
