#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/fd.h"
#include "extract/outlet.h"
#include "extract/request.h"
#include "sandbox/sandbox.h"

namespace vigil::extract {

struct Limits {
  std::uint64_t memory_bytes = 1536u << 20;  // of the child, 0: none
  std::chrono::milliseconds time{std::chrono::hours(1)};
  std::chrono::milliseconds silence{std::chrono::minutes(1)};  // without a word, be it only of progress
  std::uint64_t output_bytes = 32ull << 30;                    // of all pictures together
  std::uint64_t fetch_bytes = 0;                               // of a video that lies elsewhere; 0: all of it
  int threads = 2;
  bool sandbox_required = true;  // false: where the kernel lacks a layer, the rest must do
};

// What is started: it finds the socket and the video as extract/child.h says.
struct Program {
  std::string path = "/proc/self/exe";
  std::vector<std::string> arguments = {"vigil", "extract"};
};

struct Extracted {
  Summary summary;
  sandbox::Report sandbox;
};

// Where the bytes of a video come from that lies elsewhere.
class Source {
 public:
  virtual ~Source() = default;
  // Puts these bytes of it into the input's file, at the same place. Waits for them. An error ends the extraction.
  virtual Result<void> fetch(std::uint64_t offset, std::uint64_t bytes) = 0;
};

// A video: a file opened for reading, and its size.
struct Input {
  Fd file;
  std::uint64_t size = 0;
  std::unique_ptr<Source> source = nullptr;  // what fills the file when it is read; null: everything is there
};
// A regular file. NotFound, PermissionDenied, InvalidArgument (not a file).
Result<Input> open_input(const std::string& path);

// Takes out of a video what is asked for, in a child with a sandbox around it. The outlet is called on the caller's
// thread, never with anything that was not checked; bytes of pictures are those of a JPEG or PNG file with the sides
// that the note says (a preview: of an MP4 file). Ends early by `stop` (Cancelled).
//
// Errors: those of work(),
//   extract.crashed   (Internal)          the child died of this video
//   extract.forbidden (Internal)          it tried what it must not: the video may be made to do harm
//   extract.memory    (Internal)          it needs more memory than it may have
//   extract.nonsense  (Internal)          what it said made no sense
//   extract.timeout   (DeadlineExceeded)  it took too long, or said nothing for too long
//   extract.killed    (Unavailable)       somebody else ended it
//   extract.output    (PayloadTooLarge)   the pictures take more room than they may
//   extract.sandbox   (FailedPrecondition) this machine cannot hold it in
//   extract.far       (FailedPrecondition) more of it would have to be fetched than may
// and those of the input's source.
Result<Extracted> extract(const Program& program, const Input& input, const Request& request, const Limits& limits,
                          Outlet& outlet, std::stop_token stop = {}, Clock& clock = system_clock());

}  // namespace vigil::extract
