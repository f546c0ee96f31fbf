#include "analyser/analysers.h"

#include <utility>

#include "analyser/receiver.h"
#include "analyser/supervisor.h"

namespace vigil::analyser {
namespace {

class RemoteAnalyst final : public pipeline::Analyst {
 public:
  RemoteAnalyst(std::shared_ptr<Supervisor> supervisor, std::shared_ptr<RemoteCamera> camera)
      : supervisor_(std::move(supervisor)), camera_(std::move(camera)) {}
  ~RemoteAnalyst() override {
    camera_->close();
    supervisor_->remove(camera_->number());
  }
  bool send(const media::PacketPtr& packet, const pipeline::Order& order) override {
    return camera_->send(packet, order);
  }
  void configure(const pipeline::AnalysisConfig& config) override { camera_->configure(config); }
  void interrupt(bool forget) override { camera_->interrupt(forget); }
  Result<std::vector<media::FramePtr>> fetch(const std::vector<std::uint64_t>& sequences,
                                             std::chrono::milliseconds timeout) override {
    return camera_->fetch(sequences, timeout);
  }
  Result<std::vector<media::FramePtr>> decode(const std::vector<media::PacketPtr>& packets,
                                              const pipeline::Selection& selection,
                                              const std::function<bool()>& stopped) override {
    return camera_->decode(packets, selection, stopped);
  }

 private:
  const std::shared_ptr<Supervisor> supervisor_;
  const std::shared_ptr<RemoteCamera> camera_;
};

}  // namespace

struct Analysers::State {
  std::shared_ptr<Supervisor> supervisor;
};

Analysers::Analysers(Config config, bus::Bus* events, Clock& clock)
    : state_(std::make_shared<State>(State{std::make_shared<Supervisor>(std::move(config), events, clock)})) {
  state_->supervisor->start();
}

Analysers::~Analysers() {
  state_->supervisor->stop();
}

std::unique_ptr<pipeline::Analyst> Analysers::open(const pipeline::AnalystConfig& config,
                                                   pipeline::AnalystListener& listener) {
  return std::make_unique<RemoteAnalyst>(state_->supervisor, state_->supervisor->add(config, listener));
}

std::vector<pipeline::AnalystProcess> Analysers::processes() const {
  std::vector<pipeline::AnalystProcess> out;
  for (const auto& child : figures().children) {
    std::string state = child.ready ? std::to_string(child.cameras) + " cameras" : "starting";
    const auto add = [&](bool on, const std::string& layer) { state += on ? ", " + layer : ""; };
    if (child.ready) {
      add(child.sounds > 0, std::to_string(child.sounds) + " tracks of sound");
      add(child.recognition.plates, "plates");
      add(child.recognition.attributes, "attributes");
      add(child.recognition.appearance, "appearance");
      add(child.sandbox.landlock > 0, "Landlock " + std::to_string(child.sandbox.landlock));
      add(child.sandbox.seccomp, "seccomp");
      add(!child.sandbox.complete(), "NOT held in by all of the sandbox");
    }
    out.push_back({"analyser " + std::to_string(child.pid), std::move(state)});
  }
  return out;
}

Result<SandboxReport> Analysers::try_out() const {
  return state_->supervisor->try_out();
}

Figures Analysers::figures() const {
  return state_->supervisor->figures();
}

}  // namespace vigil::analyser
