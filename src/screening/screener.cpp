#include "screening/screener.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "analyser/messages.h"
#include "extract/attended.h"
#include "screening/messages.h"

namespace vigil::screening {
namespace {

using extract::Type;

Error out_of_turn() {
  return make_error(ErrorKind::DataLoss, "a message out of turn");
}

// One child and its task, as the parent sees them.
class Task {
 public:
  Task(const Request& request, const extract::Limits& limits, Outlet& outlet, std::stop_token stop, Clock& clock)
      : request_(request), limits_(limits), outlet_(outlet), child_(limits, std::move(stop), clock) {}

  Result<Screened> run(const extract::Program& program, const extract::Input& input, const Places& places);

 private:
  Result<bool> handle(const extract::Message& message);  // true: it is done
  Result<void> seen(const extract::Message& message);
  Result<void> video(const extract::Message& message);
  Result<void> handed(Result<void> taken);

  const Request& request_;
  const extract::Limits& limits_;
  Outlet& outlet_;
  extract::Attended child_;
  bool ready_ = false, told_ = false;
  std::uint64_t last_ = 0;       // sequence of the last observation
  Ticks time_{0};                // and its time
  std::uint64_t size_ = 0;       // of the annotated video until now
  std::uint64_t rewritten_ = 0;  // bytes of it that came again
  Screened out_;
};

// Nobody wants more of a child whose words cannot be put anywhere.
Result<void> Task::handed(Result<void> taken) {
  if (!taken) child_.kill();
  return taken;
}

Result<void> Task::seen(const extract::Message& message) {
  auto read = analyser::read_observation(message.body);
  if (!read) return child_.nonsense(read.error());
  auto& observation = *read;
  // Pictures before the beginning of the video count as its beginning.
  const auto time = std::max(observation.pts, Ticks(0));
  constexpr Ticks kSlack{90000 * 60};
  const Ticks most(request_.max_duration.count() * 90);
  if (observation.sequence <= last_ || time < time_ || time > most + kSlack) {
    return child_.nonsense(make_error(ErrorKind::DataLoss, "a picture out of turn"));
  }
  last_ = observation.sequence;
  time_ = time;
  observation.pts = time;
  observation.captured = WallTime{} + std::chrono::duration_cast<std::chrono::microseconds>(time);
  return handed(outlet_.seen(std::move(observation)));
}

Result<void> Task::video(const extract::Message& message) {
  const auto piece = read_video(message.body);
  if (!piece) return child_.nonsense(piece.error());
  const auto end = piece->offset + piece->bytes.size();
  rewritten_ += std::min(end, size_) - std::min(piece->offset, size_);
  // Some bytes of the beginning come again at the end, no more.
  if (!request_.annotate || piece->offset > size_ || rewritten_ > (64u << 20)) return child_.nonsense(out_of_turn());
  size_ = std::max(size_, end);
  if (size_ > limits_.output_bytes) {
    child_.kill();
    return make_error(ErrorKind::PayloadTooLarge, "The annotated video takes more room than it may.", "extract.output");
  }
  return handed(outlet_.video(piece->offset, piece->bytes));
}

Result<bool> Task::handle(const extract::Message& message) {
  const auto type = message.header.type;
  if ((type == Type::Ready) == ready_ || (type == Type::Facts && told_)) return child_.nonsense(out_of_turn());
  switch (type) {
    case Type::Ready: {
      VIGIL_ASSIGN(out_.sandbox, child_.accept_report(message.body));
      ready_ = true;
      return false;
    }
    case Type::Facts: {
      const auto facts = extract::read_facts(message.body);
      if (!facts) return child_.nonsense(facts.error());
      told_ = true;
      VIGIL_TRY(handed(outlet_.facts(*facts)));
      return false;
    }
    case Type::Seen:
    case Type::Video: {
      if (!told_) return child_.nonsense(out_of_turn());
      VIGIL_TRY(type == Type::Seen ? seen(message) : video(message));
      return false;
    }
    case Type::Progress: {
      const auto done = extract::read_progress(message.body);
      if (!done) return child_.nonsense(done.error());
      VIGIL_TRY(handed(outlet_.progress(*done)));
      return false;
    }
    case Type::Screened: {
      auto end = read_end(message.body);
      if (!end) return child_.nonsense(end.error());
      if (end->error) return std::move(*end->error);
      if (!told_) return child_.nonsense(out_of_turn());
      out_.summary = std::move(end->summary);
      return true;
    }
    default:
      return child_.nonsense(out_of_turn());
  }
}

Result<Screened> Task::run(const extract::Program& program, const extract::Input& input, const Places& places) {
  Begin begin;
  begin.request = request_;
  begin.places = places;
  begin.size = input.size;
  begin.distant = input.source != nullptr;
  begin.memory_bytes = limits_.memory_bytes;
  begin.threads = static_cast<std::uint16_t>(std::clamp(limits_.threads, 1, 64));
  VIGIL_TRY(child_.start(program, input, Type::Screen, write(begin)));
  for (;;) {
    VIGIL_ASSIGN(const auto message, child_.next());
    VIGIL_ASSIGN(const bool done, handle(message));
    if (done) return std::move(out_);
  }
}

}  // namespace

Result<Screened> screen(const extract::Program& program, const extract::Input& input, const Request& request,
                        const Places& places, const extract::Limits& limits, Outlet& outlet, std::stop_token stop,
                        Clock& clock) {
  VIGIL_TRY(model::validate(request.analysis));
  Task task(request, limits, outlet, std::move(stop), clock);
  return task.run(program, input, places);
}

}  // namespace vigil::screening
