#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "analyser/link.h"
#include "analyser/process.h"
#include "analyser/receiver.h"
#include "analyser/remote_camera.h"

namespace vigil::analyser {

// How long the next child waits when so many died young in a row: three of them are bad luck, and cameras are to be
// seen again within a second.
Nanos respawn_delay(int failures);

// One child as the supervisor sees it. Of the supervisor's thread.
struct Offspring {
  Offspring(Process process_, SteadyTime now, std::function<void()> poke)
      : process(std::move(process_)),
        link(std::make_shared<Link>(process.socket(), std::move(poke))),
        receiver(process.socket(), kMaxToServer),
        started(now),
        heard(now),
        idle_since(now),
        models_checked(now) {}

  // Until the process is greeted and has answered: nothing when it works or still starts, else why it must go.
  std::optional<std::string> overdue(SteadyTime now, Nanos silence, Nanos stuck) const;
  // Asks whether it lives, where it owes something.
  void ping();
  std::optional<SteadyTime> owes_since() const;
  // Of `cameras` those that are no track of sound.
  std::size_t pictured() const;

  Process process;
  std::shared_ptr<Link> link;
  Receiver receiver;
  SteadyTime started, heard, idle_since;
  std::map<std::string, std::string> models;  // by name, where they are; empty: nowhere
  pipeline::RecognitionWanted recognition;
  pipeline::RecogniserPlaces recognisers;
  SteadyTime models_checked;
  std::optional<Hello> hello;  // once it is ready
  bool alone = false;
  // The pid of the one that begins with other models, and takes the cameras once it is ready; 0: none.
  int successor = 0;
  bool by_us = false;  // we killed it because it hung: its work is to blame
  std::uint64_t pings = 0;
  std::map<std::uint32_t, std::shared_ptr<RemoteCamera>> cameras;
};

}  // namespace vigil::analyser
