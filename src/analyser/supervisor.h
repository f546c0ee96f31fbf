#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "analyser/analysers.h"
#include "analyser/blame.h"
#include "analyser/offspring.h"
#include "analyser/poison.h"
#include "analyser/remote_camera.h"
#include "base/fd.h"
#include "base/sync.h"

namespace vigil::analyser {

// Starts children, gives them cameras, reads what they say, notices their deaths. One thread does all of it; it never
// waits for a child.
class Supervisor {
 public:
  Supervisor(Config config, bus::Bus* events, Clock& clock);
  ~Supervisor();

  void start();
  void stop();

  std::shared_ptr<RemoteCamera> add(const pipeline::AnalystConfig& config, pipeline::AnalystListener& listener)
      VIGIL_EXCLUDES(mutex_);
  void remove(std::uint32_t number) VIGIL_EXCLUDES(mutex_);
  Figures figures() const VIGIL_EXCLUDES(mutex_);
  Result<SandboxReport> try_out() const;

 private:
  struct Place {
    std::shared_ptr<RemoteCamera> camera;
    Offspring* home = nullptr;
    bool alone = false;  // from now on only in a child of its own
    Blame blame;
    std::optional<SteadyTime> suspended_until;
  };
  using Children = std::vector<std::unique_ptr<Offspring>>;

  void run(const std::stop_token& stop);
  void poke() const;
  Nanos patience() const;
  void wait(Nanos timeout);
  void follow_cameras() VIGIL_EXCLUDES(mutex_);
  void place(Place& place);
  Offspring* home_for(const Place& place);
  Offspring* start_child(bool alone);
  void listen(Offspring& child);
  Result<void> handle(Offspring& child, Message message);
  Result<void> greet(Offspring& child, const Message& message);
  void look_after(Offspring& child, SteadyTime now);
  void bury(Offspring& child, const std::string& why);
  void judge(Offspring& child, const std::map<std::uint32_t, std::uint64_t>& guilty);
  void keep_poison(const RemoteCamera& camera, std::uint64_t sequence);
  void replace(Offspring& child, const std::string& why);
  void dismiss(Offspring& child, const std::string& why);
  void publish_figures() VIGIL_EXCLUDES(mutex_);
  std::set<std::string> models_wanted() const;
  std::string place_of(const std::string& name, std::string* problem = nullptr) const;
  pipeline::RecognitionWanted recognition_wanted() const;
  pipeline::RecogniserPlaces places_of(const pipeline::RecognitionWanted& wanted) const;
  Welcome welcome(const Offspring& child) const;

  const Config config_;
  const PoisonFolder poison_;
  bus::Bus* const events_;
  Clock& clock_;
  Fd wake_;

  mutable Mutex mutex_;
  std::uint32_t last_number_ VIGIL_GUARDED_BY(mutex_) = 0;
  std::vector<std::shared_ptr<RemoteCamera>> added_ VIGIL_GUARDED_BY(mutex_);
  std::vector<std::uint32_t> removed_ VIGIL_GUARDED_BY(mutex_);
  Figures figures_ VIGIL_GUARDED_BY(mutex_);

  // Of the thread.
  std::map<std::uint32_t, Place> places_;
  Children children_;
  SteadyTime not_before_{};  // the next child is started
  int failures_ = 0;         // children in a row that did not live long
  std::uint64_t started_ = 0, died_ = 0;
  bool said_sandbox_ = false;
  bool woken_ = true;  // somebody wants something
  SteadyTime placed_{};

  std::jthread thread_;
};

}  // namespace vigil::analyser
