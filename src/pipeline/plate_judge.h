#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/sync.h"
#include "bus/bus.h"
#include "model/observation.h"
#include "model/plate_settings.h"
#include "vision/plate_formats.h"
#include "vision/plate_lists.h"

namespace vigil::pipeline {

// A server's formats and lists, compiled. Immutable and thread-safe.
class PlateRules {
 public:
  PlateRules() = default;  // everything is a plate, and no lists are kept
  // InvalidArgument, with a pointer into the settings: a pattern that is none, a plate without a letter or digit.
  static Result<std::shared_ptr<const PlateRules>> compile(const model::PlateSettings& settings);

  // Brings what was read into its form. False: that is no plate.
  bool fit(std::string& text, std::string& region, float confidence) const;

  struct Verdict {
    model::PlateSeen::List list = model::PlateSeen::List::Unknown;
    std::string listed, label;  // how it stands in the list, and whose it is
  };
  bool has_lists() const { return has_lists_; }
  Verdict look_up(std::string_view plate) const;

 private:
  vision::PlateFormats formats_;
  vision::PlateLists lists_;
  bool has_formats_ = false, has_lists_ = false;
};

// Brings plates into the form of the server's formats, and says when one is on a list, or on none: plate.allowed and
// plate.denied once the reading of a vehicle says so, plate.unknown when after two seconds, or at the vehicle's end, it
// still stands in no list; once for each vehicle, and again only when a better reading is another case. No events where
// there are no lists. Called with every observation before it is published; thread-safe, those of one camera come one
// after the other. Must not wait.
class PlateJudge {
 public:
  explicit PlateJudge(bus::Bus& events) : events_(events) {}

  void adopt(std::shared_ptr<const PlateRules> rules) VIGIL_EXCLUDES(mutex_);
  std::shared_ptr<const PlateRules> rules() const VIGIL_EXCLUDES(mutex_);
  void judge(model::Observation& observation) VIGIL_EXCLUDES(mutex_);

 private:
  struct Vehicle {
    WallTime first, last;  // of a reading, of the vehicle
    model::PlateSeen seen;
    std::optional<model::PlateSeen::List> told;
  };
  using Vehicles = std::map<std::uint64_t, Vehicle>;

  void see(Vehicles& vehicles, const PlateRules& rules, model::SeenObject& object,
           const model::Observation& observation);
  void tell(Vehicle& vehicle, const model::Observation& observation, bool over);

  bus::Bus& events_;
  mutable Mutex mutex_;
  std::shared_ptr<const PlateRules> rules_ VIGIL_GUARDED_BY(mutex_) = std::make_shared<const PlateRules>();
  std::map<std::string, Vehicles> cameras_ VIGIL_GUARDED_BY(mutex_);
};

}  // namespace vigil::pipeline
