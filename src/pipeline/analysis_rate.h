#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "model/analysis.h"
#include "model/camera.h"

// Which of a camera's frames are looked at. Private to the analysis.

namespace vigil::pipeline {

class AnalysisRate {
 public:
  enum class Look { None, Motion, Full };  // Motion: not the detector's turn

  // Begins anew.
  void adopt(const model::AnalysisSettings& analysis, const model::MotionSettings& motion);

  // Thread-safe: whether take() would say anything but None (every n-th: may still be passed over).
  bool due(WallTime captured) const;
  bool key_frames_only() const { return keys_only_; }

  // What to do with the frame captured then; counts as looked at.
  Look take(WallTime captured);

  // How it went: from the arrival of a frame until its observation was finished, and how many frames were passed over
  // since the last one because newer ones came. The adaptive rate falls while the machine does not keep up, and rises
  // again.
  void went(WallTime captured, Nanos latency, std::uint64_t passed_over);

  double fps() const { return fps_; }  // aimed at by the fixed and adaptive rates
  std::string degraded() const;        // empty: all is done that was asked for

 private:
  void end_window();
  std::int64_t interval() const;  // microseconds between full looks

  model::AnalysisSettings analysis_;
  model::MotionSettings motion_;
  std::atomic<bool> enabled_{false}, motion_enabled_{false}, keys_only_{false};
  // Microseconds of the epoch; read by due() on other threads.
  std::atomic<std::int64_t> next_full_{kAnyTime}, next_motion_{kAnyTime}, last_{kAnyTime};
  std::uint64_t frames_ = 0;

  double fps_ = 10;
  std::int64_t window_began_ = kAnyTime;
  std::uint64_t passed_over_ = 0, looked_ = 0, late_ = 0, early_ = 0;  // in this window
  int calm_windows_ = 0;
  std::uint64_t last_passed_ = 0, last_looked_ = 0;  // of the last complete window

  static constexpr std::int64_t kAnyTime = INT64_MIN / 2;
};

}  // namespace vigil::pipeline
