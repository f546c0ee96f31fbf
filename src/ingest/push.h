#pragma once

#include <memory>
#include <optional>
#include <span>

#include "base/result.h"
#include "ingest/source.h"

namespace vigil::ingest {

// The source of a camera that hands its pictures in (POST /api/ingest/push/{id}). The HTTP side calls push(); the
// session's thread reads. Holds at most 8 pictures and 32 MiB; a session that is behind loses the oldest. Thread-safe.
class PushSource final : public Source {
 public:
  explicit PushSource(Clock& clock);
  ~PushSource() override;

  // Takes a JPEG or PNG picture of at most 16 MiB, checked by media::inspect_image. `timestamp` is when it was taken
  // and becomes the packet's `received`; default now. A timestamp more than a minute ahead of the server's clock, or
  // more than a day behind it, is InvalidArgument; so is a broken picture. UnsupportedMedia, PayloadTooLarge;
  // Unavailable after interrupt().
  Result<void> push(std::span<const std::uint8_t> image, std::optional<WallTime> timestamp);

  Outcome<SourceInfo> open() override;
  Outcome<media::Packet> read() override;  // waits without a time-out: a quiet pushing camera is not stalled
  void interrupt() override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::ingest
