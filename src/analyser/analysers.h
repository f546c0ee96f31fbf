#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "analyser/messages.h"
#include "base/clock.h"
#include "base/result.h"
#include "bus/bus.h"
#include "pipeline/analyst.h"

// The analyser children of this server: processes that open its cameras' pictures. Started when the first one is
// needed, up to sixteen cameras in each, watched, and replaced when they die (docs/adr/0015-analyser-children.md).

namespace vigil::analyser {

struct Config {
  std::string program = "/proc/self/exe";
  std::vector<std::string> arguments = {"vigil", "analyse"};
  int threads = 0;  // of each child; 0: one for each core
  std::size_t cameras_per_child = 16;
  std::uint64_t memory_bytes = 3ull << 30;       // of each child; 0: no limit
  std::uint64_t recognition_bytes = 1ull << 30;  // more, where plates, attributes or appearance are recognised
  std::chrono::milliseconds silent_after{2000};  // owes an answer and does not even say that it lives: is killed
  std::chrono::milliseconds stuck_after{5000};   // for so long in one packet or picture: is killed
  // Where the model of this name is: what the child's DetectorFactory is asked for. Empty: its name says it.
  std::function<Result<std::string>(const std::string& name)> find_model;
  // Packets that ended two processes are kept in it, for a report: analyser/poison.h. Empty: they are not.
  std::string poison_dir;
  // Where the models for what is to be recognised are.
  std::function<pipeline::RecogniserPlaces(const pipeline::RecognitionWanted& wanted)> find_recognisers;
  bool sandbox = true;
  bool sandbox_required = false;  // a child that is not held in by all of it is not used
};

struct ChildFigures {
  int pid = 0;
  bool ready = false;
  bool alone = false;                       // has but one camera, because that ended others
  std::size_t cameras = 0, sounds = 0;      // tracks that become Opus
  pipeline::RecognitionWanted recognition;  // what it is ready for
  SandboxReport sandbox;
};
struct Figures {
  std::vector<ChildFigures> children;
  std::uint64_t started = 0, died = 0;  // children, over all time
  std::size_t suspended = 0;            // cameras
};

// One thread. All members are thread-safe.
class Analysers final : public pipeline::Analysts {
 public:
  // `events` is told of cameras that are suspended; may be null.
  Analysers(Config config, bus::Bus* events, Clock& clock);
  ~Analysers() override;  // stops; every analyst is gone before

  std::unique_ptr<pipeline::Analyst> open(const pipeline::AnalystConfig& config,
                                          pipeline::AnalystListener& listener) override;

  std::vector<pipeline::AnalystProcess> processes() const override;

  // Starts a child to see whether it can be started and what holds it in. FailedPrecondition when sandbox_required is
  // set and something of it is missing.
  Result<SandboxReport> try_out() const;

  Figures figures() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace vigil::analyser
