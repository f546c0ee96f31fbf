#pragma once

#include <cstddef>
#include <deque>
#include <optional>

namespace vigil::vision::classic {

// How tall people appear where: a camera that looks at a plane sees a height that is a straight line of the row of the
// feet. Learnt from people that are certain. Everything in parts of the picture's height.
class Perspective {
 public:
  void learn(double feet, double height);

  // Nothing until enough is known.
  std::optional<double> height_at(double feet) const;
  bool known() const { return known_; }

 private:
  void fit();
  struct Sample {
    double feet = 0, height = 0;
  };
  std::deque<Sample> samples_;
  std::size_t since_fit_ = 0;
  bool known_ = false;
  double slope_ = 0, offset_ = 0;
};

}  // namespace vigil::vision::classic
