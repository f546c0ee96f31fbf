#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/analysis.h"

// A detector that finds what the test says. Header-only, for tests.

namespace vigil::pipeline {

class FakeDetectors final : public DetectorFactory {
 public:
  using Find = std::function<Result<vision::Detections>(const media::Frame&, const vision::DetectOptions&)>;

  Find find = [](const media::Frame&, const vision::DetectOptions&) { return vision::Detections{}; };
  std::vector<std::string> labels = {"person", "bicycle", "car"};
  int made = 0;    // detectors
  int looked = 0;  // frames given to any of them

  // Models: "", "classic" and whatever begins with "fake".
  Result<std::unique_ptr<vision::Detector>> make(const std::string& model) override {
    if (!model.empty() && model != "classic" && model.rfind("fake", 0) != 0) {
      return make_error(ErrorKind::NotFound, "there is no model " + model + "; there are classic, fake");
    }
    ++made;
    return std::unique_ptr<vision::Detector>(std::make_unique<Fake>(*this, model.empty() ? "fake" : model));
  }

  static vision::Detection person(float x, float y = 100, float score = 0.9F) {
    return {{x, y, 40, 80}, 0, score, std::nullopt};
  }

 private:
  class Fake final : public vision::Detector {
   public:
    Fake(FakeDetectors& home, std::string name) : home_(home), labels_(home.labels), name_(std::move(name)) {}
    Result<vision::Detections> detect(const media::Frame& frame, const vision::DetectOptions& options) override {
      ++home_.looked;
      return home_.find(frame, options);
    }
    const std::vector<std::string>& labels() const override { return labels_; }
    const std::string& model_name() const override { return name_; }
    const std::string& device() const override { return device_; }

   private:
    FakeDetectors& home_;
    const std::vector<std::string> labels_;
    const std::string name_, device_ = "cpu";
  };
};

}  // namespace vigil::pipeline
