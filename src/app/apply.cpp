#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <iterator>

#include "app/camera_file.h"
#include "app/camera_target.h"
#include "app/commands.h"
#include "app/config_file.h"
#include "app/exit_code.h"
#include "app/plan.h"

namespace vigil::app {
namespace {

Result<std::string> read_input(const std::string& file) {
  constexpr std::size_t kMost = 4u << 20;
  return read_text_file(file == "-" ? "/dev/stdin" : file, kMost);
}

Result<void> perform(CameraTarget& target, const Step& step) {
  switch (step.action) {
    case Step::Action::Create:
      return target.create(step.body);
    case Step::Action::Change:
      return target.change(step.id, step.version, step.body);
    case Step::Action::Remove:
      return target.remove(step.id, step.version);
    case Step::Action::Keep:
    case Step::Action::Leave:
      break;
  }
  return {};
}

void report(const CameraFile& file, const Step& step, const Error& error) {
  if (step.entry != nullptr) {
    fmt::print(stderr, "{}:{}: camera {}: {}\n", file.name, step.entry->line_of(error.pointer), step.id, error.message);
  } else {
    fmt::print(stderr, "vigil apply: camera {}: {}\n", step.id, error.message);
  }
}

// The server does not take what the file says.
bool is_about_file(const Error& error) {
  return error.kind == ErrorKind::InvalidArgument || error.kind == ErrorKind::MalformedRequest;
}

int fail(const Error& error, int status) {
  fmt::print(stderr, "vigil apply: {}\n", error.message);
  return status;
}

}  // namespace

int apply(const ApplyOptions& options) {
  auto text = read_input(options.file);
  if (!text) return fail(text.error(), kConfiguration);
  auto file = parse_camera_file(*text, options.file == "-" ? "standard input" : options.file, process_environment());
  if (!file) {
    fmt::print(stderr, "{}\n", file.error().message);
    return kConfiguration;
  }
  for (const auto& note : file->notes) fmt::print(stderr, "{}\n", note);

  auto target = camera_target(options.remote, options.data_dir);
  if (!target) return fail(target.error(), exit_status(target.error()));
  auto current = (*target)->list();
  if (!current) return fail(current.error(), exit_status(current.error()));
  auto steps = make_plan(*file, *current, {.prune = options.prune, .update_passwords = options.update_passwords});
  fmt::print("{}", describe(steps));
  if (options.dry_run) {
    fmt::print("nothing was done (--dry-run)\n");
    return kOk;
  }

  std::fflush(stdout);
  int status = kOk;
  for (const auto& step : steps) {
    auto done = perform(**target, step);
    if (done.ok()) continue;
    report(*file, step, done.error());
    status = is_about_file(done.error()) ? kConfiguration : exit_status(done.error());
    if (status == kUnreachable) break;
  }
  return status;
}

}  // namespace vigil::app
