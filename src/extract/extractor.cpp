#include "extract/extractor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "extract/attended.h"
#include "extract/picture_check.h"

namespace vigil::extract {
namespace {

// One child and its task, as the parent sees them.
class Task {
 public:
  Task(const Request& request, const Limits& limits, Outlet& outlet, std::stop_token stop, Clock& clock)
      : request_(request), limits_(limits), outlet_(outlet), child_(limits, std::move(stop), clock) {}

  Result<Extracted> run(const Program& program, const Input& input);

 private:
  Result<bool> handle(const Message& message);  // true: it is done
  Result<void> picture(const Message& message);

  const Request& request_;
  const Limits& limits_;
  Outlet& outlet_;
  Attended child_;
  std::uint64_t bytes_ = 0, pictures_ = 0;
  bool ready_ = false, told_ = false;
  std::optional<Ticks> last_;
  Extracted out_;
};

Result<void> Task::picture(const Message& message) {
  auto head = read_picture(message.body);
  if (!head) return child_.nonsense(head.error());
  const auto& note = head->note;
  bytes_ += head->bytes.size();
  if (bytes_ > limits_.output_bytes) {
    child_.kill();
    return make_error(ErrorKind::PayloadTooLarge,
                      "The pictures take more room than they may: ask for fewer or smaller ones.", "extract.output");
  }
  if (auto checked = check_picture(*head, request_.format); !checked) return child_.nonsense(checked.error());
  if (note.kind == PictureKind::Frame) {
    const bool known = (last_ && note.time <= *last_) || (request_.after && note.time <= *request_.after);
    if (known || ++pictures_ > static_cast<std::uint64_t>(request_.max_pictures)) {
      return child_.nonsense(make_error(ErrorKind::DataLoss, "a picture that was not asked for"));
    }
    last_ = note.time;
  }
  auto taken = outlet_.picture(note, head->bytes);
  if (!taken) child_.kill();
  return taken;
}

Result<bool> Task::handle(const Message& message) {
  const auto type = message.header.type;
  if (type == Type::Begin || type > Type::End || (type == Type::Ready) == ready_ || (type == Type::Picture && !told_) ||
      (type == Type::Facts && told_)) {
    return child_.nonsense(make_error(ErrorKind::DataLoss, "a message out of turn"));
  }
  if (type == Type::Picture) {
    VIGIL_TRY(picture(message));
    return false;
  }
  if (type == Type::Ready) {
    VIGIL_ASSIGN(out_.sandbox, child_.accept_report(message.body));
    ready_ = true;
    return false;
  }
  if (type == Type::Facts) {
    auto facts = read_facts(message.body);
    if (!facts) return child_.nonsense(facts.error());
    told_ = true;
    VIGIL_TRY(outlet_.facts(*facts));
    return false;
  }
  if (type == Type::Progress) {
    auto done = read_progress(message.body);
    if (!done) return child_.nonsense(done.error());
    VIGIL_TRY(outlet_.progress(*done));
    return false;
  }
  auto end = read_end(message.body);
  if (!end) return child_.nonsense(end.error());
  if (end->error) return std::move(*end->error);
  out_.summary = std::move(end->summary);
  return true;
}

Result<Extracted> Task::run(const Program& program, const Input& input) {
  Begin begin;
  begin.request = request_;
  begin.size = input.size;
  begin.distant = input.source != nullptr;
  begin.memory_bytes = limits_.memory_bytes;
  begin.threads = static_cast<std::uint16_t>(std::clamp(limits_.threads, 1, 64));
  VIGIL_TRY(child_.start(program, input, Type::Begin, write(begin)));
  for (;;) {
    VIGIL_ASSIGN(const auto message, child_.next());
    VIGIL_ASSIGN(const bool done, handle(message));
    if (done) return std::move(out_);
  }
}

}  // namespace

Result<Input> open_input(const std::string& path) {
  Input out;
  out.file = Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!out.file) {
    const auto kind = errno == ENOENT   ? ErrorKind::NotFound
                      : errno == EACCES ? ErrorKind::PermissionDenied
                                        : ErrorKind::InvalidArgument;
    return make_error(kind, fmt::format("{}: {}", path, std::strerror(errno)));
  }
  struct stat about {};
  if (::fstat(out.file.get(), &about) != 0 || !S_ISREG(about.st_mode)) {
    return make_error(ErrorKind::InvalidArgument, path + ": this is not a file");
  }
  out.size = static_cast<std::uint64_t>(about.st_size);
  return out;
}

Result<Extracted> extract(const Program& program, const Input& input, const Request& request, const Limits& limits,
                          Outlet& outlet, std::stop_token stop, Clock& clock) {
  VIGIL_TRY(check(request));
  Task task(request, limits, outlet, std::move(stop), clock);
  return task.run(program, input);
}

}  // namespace vigil::extract
