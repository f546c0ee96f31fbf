#include "analyser/supervisor.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace vigil::analyser {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kTick{500};
constexpr seconds kIdle{10};   // a child without cameras is kept for so long
constexpr seconds kModels{1};  // how often it is looked where models are
constexpr seconds kLived{10};  // who dies earlier makes the next one wait
constexpr int kMessagesAtOnce = 256;
constexpr int kMany = 100;  // failures: those that do not start at all

}  // namespace

Supervisor::Supervisor(Config config, bus::Bus* events, Clock& clock)
    : config_(std::move(config)),
      poison_(config_.poison_dir),
      events_(events),
      clock_(clock),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Supervisor::~Supervisor() {
  stop();
}

void Supervisor::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Supervisor::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  poke();
  thread_.join();
}

void Supervisor::poke() const {
  const std::uint64_t one = 1;
  static_cast<void>(!::write(wake_.get(), &one, sizeof one));
}

std::shared_ptr<RemoteCamera> Supervisor::add(const pipeline::AnalystConfig& config,
                                              pipeline::AnalystListener& listener) {
  MutexLock lock(mutex_);
  auto camera = std::make_shared<RemoteCamera>(++last_number_, config, listener, clock_, [this] { poke(); });
  added_.push_back(camera);
  return camera;
}

void Supervisor::remove(std::uint32_t number) {
  {
    MutexLock lock(mutex_);
    removed_.push_back(number);
  }
  poke();
}

Figures Supervisor::figures() const {
  MutexLock lock(mutex_);
  return figures_;
}

void Supervisor::publish_figures() {
  Figures out;
  out.started = started_;
  out.died = died_;
  for (const auto& child : children_) {
    out.children.push_back({child->process.pid(), child->hello.has_value(), child->alone, child->pictured(),
                            child->cameras.size() - child->pictured(), child->recognition,
                            child->hello ? child->hello->sandbox : SandboxReport{}});
  }
  for (const auto& [number, place] : places_) out.suspended += place.suspended_until ? 1 : 0;
  MutexLock lock(mutex_);
  figures_ = std::move(out);
}

void Supervisor::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    follow_cameras();
    // Not for every message that comes in.
    if (const auto now = clock_.steady();
        woken_ || now - placed_ >= kTick || (placed_ < not_before_ && now >= not_before_)) {
      placed_ = now;
      woken_ = false;
      for (auto& [number, each] : places_) place(each);
      publish_figures();
    }
    wait(patience());
    for (const auto& child : children_) listen(*child);
    const auto now = clock_.steady();
    for (std::size_t i = 0; i < children_.size(); ++i) look_after(*children_[i], now);  // may start one
    std::erase_if(children_, [](const auto& child) { return child->process.pid() <= 0; });
  }
  children_.clear();
}

Nanos Supervisor::patience() const {
  if (children_.empty() && places_.empty()) return std::chrono::hours(1);
  const auto retry = not_before_ - clock_.steady();
  return retry > Nanos(0) ? std::min<Nanos>(retry, kTick) : Nanos(kTick);
}

void Supervisor::wait(Nanos timeout) {
  std::vector<pollfd> entries = {{wake_.get(), POLLIN, 0}};
  for (const auto& child : children_) {
    const int writing = child->link->waits() ? POLLOUT : 0;
    entries.push_back({child->process.socket(), static_cast<short>(POLLIN | writing), 0});
  }
  ::poll(entries.data(), entries.size(), static_cast<int>(std::chrono::ceil<milliseconds>(timeout).count()));
  std::uint64_t ignored = 0;
  if (::read(wake_.get(), &ignored, sizeof ignored) > 0) woken_ = true;
}

// Cameras come and go on other threads.
void Supervisor::follow_cameras() {
  std::vector<std::shared_ptr<RemoteCamera>> added;
  std::vector<std::uint32_t> removed;
  {
    MutexLock lock(mutex_);
    added.swap(added_);
    removed.swap(removed_);
  }
  for (auto& camera : added) places_[camera->number()].camera = camera;
  for (const auto number : removed) {
    const auto found = places_.find(number);
    if (found == places_.end()) continue;
    if (auto* home = found->second.home) {
      home->link->send({.type = Type::Bye, .camera = number}, {});
      home->cameras.erase(number);
      home->idle_since = clock_.steady();
    }
    places_.erase(found);
  }
}

// Gives the camera what it needs: a process, an end of its suspension.
void Supervisor::place(Place& place) {
  if (place.suspended_until) {
    if (clock_.steady() < *place.suspended_until) return;
    place.suspended_until.reset();
    log::info("pictures are opened again", {{"camera", place.camera->id()}});
    place.camera->suspend(false);
  }
  if (place.home == nullptr) {
    if (!place.camera->wanted()) return;
    place.home = home_for(place);
    if (place.home == nullptr) return;
    place.home->cameras[place.camera->number()] = place.camera;
    if (place.home->hello) place.camera->attach(place.home->link);
    return;
  }
  // A model cannot be loaded where there are no files: another process begins with it.
  if (!place.home->hello) return;
  const auto model = place.camera->model();
  if (model && place.home->models.count(*model) == 0) return replace(*place.home, "another model is needed");
  if (!place.home->recognition.covers(place.camera->recognition())) {
    replace(*place.home, "more is to be recognised");
  }
}

Offspring* Supervisor::home_for(const Place& place) {
  if (!place.alone) {
    for (const auto& child : children_) {
      // Sound is not worth a process of its own.
      const bool room = place.camera->is_sound() || child->pictured() < config_.cameras_per_child;
      if (!child->alone && child->process.pid() > 0 && room) return child.get();
    }
  }
  return start_child(place.alone);
}

Offspring* Supervisor::start_child(bool alone) {
  const auto now = clock_.steady();
  if (now < not_before_) return nullptr;
  auto process = Process::start(config_.program, config_.arguments);
  if (!process) {
    log::error("no pictures can be opened", {{"reason", process.error().message}});
    not_before_ = now + respawn_delay(kMany);
    return nullptr;
  }
  ++started_;
  auto child = std::make_unique<Offspring>(std::move(process).value(), now, [this] { poke(); });
  child->alone = alone;
  for (const auto& name : models_wanted()) child->models[name] = place_of(name);
  child->recognition = recognition_wanted();
  child->recognisers = places_of(child->recognition);
  child->link->send({.type = Type::Welcome}, write(welcome(*child)));
  children_.push_back(std::move(child));
  return children_.back().get();
}

void Supervisor::listen(Offspring& child) {
  if (child.process.pid() <= 0) return;
  for (int i = 0; i < kMessagesAtOnce; ++i) {
    auto message = child.receiver.next(false);
    if (!message) return bury(child, message.error().message);
    if (!*message) break;
    child.heard = clock_.steady();
    if (auto done = handle(child, std::move(**message)); !done) return bury(child, done.error().message);
  }
  if (!child.link->flush()) return;
  for (const auto& [number, camera] : child.cameras) camera->room();
}

Result<void> Supervisor::handle(Offspring& child, Message message) {
  if (message.header.type == Type::Pong) return {};
  if (message.header.type == Type::Hello) return greet(child, message);
  if (!child.hello) return make_error(ErrorKind::DataLoss, "it works before it is ready");
  const auto found = child.cameras.find(message.header.camera);
  if (found == child.cameras.end()) return {};  // has just been taken away
  const auto camera = found->second;
  return camera->handle(std::move(message));
}

Result<void> Supervisor::greet(Offspring& child, const Message& message) {
  if (child.hello) return make_error(ErrorKind::DataLoss, "it greets twice");
  VIGIL_ASSIGN(auto hello, read_hello(message.body));
  if (hello.protocol != kProtocol) return make_error(ErrorKind::DataLoss, "it speaks another protocol");
  const auto& sandbox = hello.sandbox;
  const bool held = sandbox.complete();
  const log::Fields fields = {{"pid", child.process.pid()},
                              {"no_new_privileges", sandbox.no_new_privileges},
                              {"landlock", sandbox.landlock},
                              {"seccomp", sandbox.seccomp},
                              {"memory_limit", sandbox.memory_limit},
                              {"dies_first", sandbox.dies_first},
                              {"remark", sandbox.remark}};
  if (!held && config_.sandbox_required) {
    log::error("an analyser process is not held in as the settings demand, and is not used", fields);
    not_before_ = clock_.steady() + std::chrono::minutes(1);
    return make_error(ErrorKind::FailedPrecondition, "the sandbox is incomplete");
  }
  if (!held && !said_sandbox_) {
    log::warn("analyser process started without its whole sandbox", fields);
  } else {
    log::info("analyser process started", fields);
  }
  said_sandbox_ = true;
  for (const auto& problem : hello.problems) log::warn("a model cannot be used", {{"reason", problem}});
  child.hello = std::move(hello);
  for (const auto& [number, camera] : child.cameras) camera->attach(child.link);
  return {};
}

void Supervisor::look_after(Offspring& child, SteadyTime now) {
  if (child.process.pid() <= 0) return;
  if (const auto why = child.overdue(now, config_.silent_after, config_.stuck_after)) {
    child.by_us = true;
    return bury(child, *why);
  }
  child.ping();
  if (child.hello && now - child.models_checked > kModels) {
    // Another default, a new version, one that has come at last: it is used without a restart of the server.
    child.models_checked = now;
    const bool same = std::all_of(child.models.begin(), child.models.end(),
                                  [&](const auto& model) { return place_of(model.first) == model.second; });
    if (!same || places_of(child.recognition) != child.recognisers) replace(child, "its models have changed");
  }
  if (child.process.pid() > 0 && child.successor != 0) replace(child, "another one is ready");
  if (child.process.pid() <= 0) return;
  const bool awaited = std::any_of(children_.begin(), children_.end(),
                                   [&](const auto& each) { return each->successor == child.process.pid(); });
  if (!child.cameras.empty() || awaited) {
    child.idle_since = now;
  } else if (now - child.idle_since > kIdle) {
    child.link->close();
    child.process.reap();
  }
}

// The process has died, or must. What it was working on is remembered before anything else.
void Supervisor::bury(Offspring& child, const std::string& why) {
  const auto busy = child.process.page().busy();
  const auto pid = child.process.pid();
  const bool killed_by_us = child.by_us;
  child.link->close();
  const auto end = child.process.reap();
  ++died_;
  woken_ = true;
  const auto now = clock_.steady();
  failures_ = now - child.started < kLived ? failures_ + 1 : 0;
  not_before_ = std::max(not_before_, now + respawn_delay(failures_));
  log::warn("an analyser process ended", {{"pid", pid},
                                          {"reason", why},
                                          {"signal", end.signal},
                                          {"status", end.status},
                                          {"cameras", child.cameras.size()},
                                          {"said", end.said}});
  // Somebody who kills it from outside tells nothing about what it was working on.
  std::map<std::uint32_t, std::uint64_t> guilty;
  if (end.signal != SIGKILL || killed_by_us) {
    for (const auto& entry : busy) guilty[entry.camera] = entry.sequence;
  }
  judge(child, guilty);
}

void Supervisor::judge(Offspring& child, const std::map<std::uint32_t, std::uint64_t>& guilty) {
  const auto cameras = std::exchange(child.cameras, {});
  for (const auto& [number, camera] : cameras) {
    const auto found = places_.find(number);
    if (found == places_.end()) continue;
    auto& place = found->second;
    place.home = nullptr;
    std::uint64_t poison = 0;
    if (const auto guilt = guilty.find(number); guilt != guilty.end()) {
      const auto verdict = place.blame.died(guilt->second, child.alone, clock_.steady());
      if (verdict.poison) {
        poison = guilt->second;
        keep_poison(*camera, poison);
      }
      if (verdict.sentence == Blame::Sentence::Alone && !std::exchange(place.alone, true)) {
        log::warn("what this camera sends is opened in a process of its own from now on", {{"camera", camera->id()}});
      }
      if (verdict.sentence == Blame::Sentence::Suspended) {
        place.suspended_until = clock_.steady() + Blame::kSuspension;
        const auto what = camera->is_sound() ? "sound" : "pictures";
        log::error("what this camera sends ends every process that opens it; it is not opened for ten minutes",
                   {{"camera", camera->id()}, {"what", what}});
        camera->suspend(true);
        if (events_ != nullptr && !camera->id().empty() && !camera->is_sound()) {
          events_->publish({camera->id(), clock_.wall(), model::AnalysisSuspended{600}});
        }
      }
    }
    camera->detach(poison);
  }
}

void Supervisor::keep_poison(const RemoteCamera& camera, std::uint64_t sequence) {
  std::string kept;
  if (const auto packet = camera.lately_sent(sequence)) {
    const auto path = poison_.keep(camera.id(), *packet, clock_.wall());
    kept = path ? path->string() : "no: " + path.error().message;
  }
  log::warn("a packet ended two processes and is passed over",
            {{"camera", camera.id()}, {"packet", sequence}, {"kept", kept.empty() ? "no" : kept}});
}

// A process that works, but not with what is needed now: another one is made ready, and only then takes the cameras,
// so that hardly a picture is missed. One that has its camera for itself, or none, goes at once.
void Supervisor::replace(Offspring& child, const std::string& why) {
  if (child.alone || child.cameras.empty()) return dismiss(child, why);
  const auto next = std::find_if(children_.begin(), children_.end(), [&](const auto& each) {
    return child.successor != 0 && each->process.pid() == child.successor;
  });
  if (next == children_.end()) {
    child.successor = 0;
    if (auto* started = start_child(false)) child.successor = started->process.pid();
    return;
  }
  if ((*next)->hello) dismiss(child, why);
}

// Its cameras get another one.
void Supervisor::dismiss(Offspring& child, const std::string& why) {
  log::info("an analyser process is replaced", {{"pid", child.process.pid()}, {"reason", why}});
  child.link->close();
  child.process.reap();
  judge(child, {});
}

Result<SandboxReport> Supervisor::try_out() const {
  VIGIL_ASSIGN(const auto process, Process::start(config_.program, config_.arguments));
  Welcome welcome;
  welcome.sandbox = config_.sandbox;
  welcome.memory_bytes = config_.memory_bytes;
  if (!send_whole(process.socket(), {.type = Type::Welcome}, write(welcome))) {
    return make_error(ErrorKind::Unavailable, "the analyser process ended at once");
  }
  pollfd entry{process.socket(), POLLIN, 0};
  if (::poll(&entry, 1, 20'000) <= 0)
    return make_error(ErrorKind::DeadlineExceeded, "the analyser process does not start");
  Receiver receiver(process.socket(), kMaxToServer);
  VIGIL_ASSIGN(const auto message, receiver.next(true));
  if (message->header.type != Type::Hello)
    return make_error(ErrorKind::DataLoss, "the analyser process sends nonsense");
  VIGIL_ASSIGN(const auto hello, read_hello(message->body));
  if (config_.sandbox_required && !hello.sandbox.complete()) {
    return make_error(
        ErrorKind::FailedPrecondition,
        "the processes that open pictures cannot be held in as analyser.sandbox demands: " + hello.sandbox.remark);
  }
  return hello.sandbox;
}

}  // namespace vigil::analyser
