#include <fmt/format.h>

#include <cstdio>

#include "app/camera_target.h"
#include "app/camera_yaml.h"
#include "app/commands.h"
#include "app/exit_code.h"
#include "app/write_file.h"

namespace vigil::app {
int export_cameras(const ExportOptions& options) {
  auto fail = [](const Error& error, int status) {
    fmt::print(stderr, "vigil export: {}\n", error.message);
    return status;
  };
  auto target = camera_target(options.remote, options.data_dir);
  if (!target) return fail(target.error(), exit_status(target.error()));
  auto cameras = (*target)->list();
  if (!cameras) return fail(cameras.error(), exit_status(cameras.error()));
  auto text = to_camera_yaml(*cameras);
  if (options.file.empty() || options.file == "-") {
    fmt::print("{}", text);
    return kOk;
  }
  if (auto written = write_file(options.file, text); !written.ok()) return fail(written.error(), kFailed);
  fmt::print(stderr, "{} cameras written to {}\n", cameras->size(), options.file);
  return kOk;
}

}  // namespace vigil::app
