#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "extract/extractor.h"
#include "extract/messages.h"
#include "extract/socket.h"

// A video that lies elsewhere comes in blocks, each when the child first wants to read in it: the child asks for it by
// its number, the parent puts it into the file that both have open, and says so. Bytes never go over the socket.

namespace vigil::extract {

inline constexpr std::uint64_t kBlockBytes = 1u << 20;

// Which blocks of a file are there. None beyond its end.
class Blocks {
 public:
  explicit Blocks(std::uint64_t size) : there_((size + kBlockBytes - 1) / kBlockBytes) {}
  std::uint64_t count() const { return there_.size(); }
  bool is_there(std::uint64_t block) const { return block < count() && there_[block]; }
  void add(const BlockRun& run);  // what is beyond the end is left out

 private:
  std::vector<bool> there_;
};

// The parent's side.
class Supply {
 public:
  // `source` must outlive it. `most`: bytes that may come; 0: as many as there are.
  Supply(Source& source, std::uint64_t size, std::uint64_t most)
      : source_(source), size_(size), most_(most), blocks_(size) {}

  // A child that works knows what it has: it asks for each block once at most.
  bool may_be_asked_for(std::uint64_t block) const { return block < blocks_.count() && !blocks_.is_there(block); }
  // Gets it, and more of what follows the longer it is read without a leap. Errors: the source's, and
  // FailedPrecondition (extract.far): more would come than may.
  Result<BlockRun> get(std::uint64_t block);

 private:
  Source& source_;
  const std::uint64_t size_, most_;
  Blocks blocks_;
  std::uint64_t fetched_ = 0;
  std::uint64_t next_ = 0, ahead_ = 0;  // blocks: behind what came last, and how many those were
};

// The child's side. Ends the process when the parent is gone or answers what makes no sense.
class Asking {
 public:
  Asking(int socket, Inbox& inbox, std::uint64_t size) : socket_(socket), inbox_(inbox), blocks_(size) {}
  // How many bytes from `offset` on may be read now, at most `most`; waits until it is at least one. Behind the end:
  // `most`.
  std::size_t ready(std::uint64_t offset, std::size_t most);

 private:
  const int socket_;
  Inbox& inbox_;
  Blocks blocks_;
};

}  // namespace vigil::extract
