#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace vigil::analyser {

// What each thread of a child is busy with, in memory that outlives it: who was it, when it died? Lock-free. The server
// believes nothing of it but that one of its own cameras may be meant.
class WorkPage {
 public:
  struct Entry {
    std::uint32_t camera = 0;
    std::uint64_t sequence = 0;
    std::uint64_t since_ns = 0;  // monotonic
  };

  static Result<WorkPage> create();        // in the server
  static Result<WorkPage> open(int file);  // in the child

  WorkPage(WorkPage&& other) noexcept;
  WorkPage& operator=(WorkPage&& other) noexcept;
  ~WorkPage();

  int file() const { return file_.get(); }

  // Of the calling thread. Threads beyond the 64th go unnoticed.
  void begin(std::uint32_t camera, std::uint64_t sequence);
  void end();

  // What is being worked on.
  std::vector<Entry> busy() const;

 private:
  struct Slot {
    std::atomic<std::uint64_t> since_ns;  // 0: idle
    std::atomic<std::uint64_t> sequence;
    std::atomic<std::uint32_t> camera;
  };
  static constexpr int kSlots = 64;

  WorkPage(Fd file, Slot* slots) : file_(std::move(file)), slots_(slots) {}
  static Result<WorkPage> map(Fd file);
  Slot* mine() const;

  Fd file_;
  Slot* slots_ = nullptr;
};

}  // namespace vigil::analyser
