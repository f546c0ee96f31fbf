#pragma once

#include <atomic>

namespace vigil::api {

// One place of a limited number, such as a viewer's; given back when it is destroyed.
class Seat {
 public:
  Seat(std::atomic<int>& taken, int limit) : taken_(taken), mine_(++taken <= limit) {}
  ~Seat() { --taken_; }
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;
  bool mine() const { return mine_; }

 private:
  std::atomic<int>& taken_;
  bool mine_;
};

}  // namespace vigil::api
