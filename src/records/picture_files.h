#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

// Where key frames lie in the data directory: pictures/<camera>/<day>/<id>.jpg. Rows name them below "pictures".

namespace vigil::records {

// "<camera>/<day>/<id>.jpg"; the day is that of `time` in UTC. A camera id that is no safe name becomes "other".
std::string picture_path(const std::string& camera_id, WallTime time, const std::string& id);

// Writes it, making the folders (0700). On disk when it returns.
Result<void> write_picture(const std::string& data_dir, const std::string& path, std::string_view jpeg);

// NotFound when it is gone; InvalidArgument for a path that picture_path() cannot have made.
Result<std::string> read_picture(const std::string& data_dir, const std::string& path);

// No error when there is none. Folders that became empty go too.
Result<void> remove_picture(const std::string& data_dir, const std::string& path);

}  // namespace vigil::records
