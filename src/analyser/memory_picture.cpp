#include "analyser/memory_picture.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "pipeline/decoding.h"

namespace vigil::analyser {
namespace {

constexpr int kSeals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

bool write_at(int file, const std::uint8_t* data, std::size_t size, std::uint64_t offset) {
  while (size > 0) {
    const auto done = ::pwrite(file, data, size, static_cast<off_t>(offset));
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    data += done;
    size -= static_cast<std::size_t>(done);
    offset += static_cast<std::uint64_t>(done);
  }
  return true;
}

class Mapping {
 public:
  Mapping(void* address, std::size_t size) : address_(address), size_(size) {}
  ~Mapping() { ::munmap(address_, size_); }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

 private:
  void* address_;
  std::size_t size_;
};

}  // namespace

Result<MemoryPicture> to_memory(const media::Frame& frame) {
  MemoryPicture out;
  out.body.note = pipeline::note_of(frame);
  out.file = Fd(::memfd_create("picture", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  const auto full = [] { return make_error(ErrorKind::ResourceExhausted, "no memory for a picture"); };
  if (!out.file) return full();
  std::uint64_t end = 0;
  for (int i = 0; i < 3; ++i) {
    const auto sides = plane_sides(frame.format, frame.width, frame.height, i);
    if (sides.width == 0) continue;
    const auto& plane = frame.planes[static_cast<std::size_t>(i)];
    const auto width = static_cast<std::size_t>(sides.width);
    auto& place = out.body.planes[i];
    place.offset = end;
    // With its padding, where there is little: one write instead of one for each row.
    if (plane.stride >= sides.width && plane.stride <= sides.width + sides.width / 8) {
      place.stride = static_cast<std::uint32_t>(plane.stride);
      const auto size = static_cast<std::size_t>(sides.height - 1) * place.stride + width;
      if (!write_at(out.file.get(), plane.data, size, end)) return full();
      end += size;
    } else {
      place.stride = static_cast<std::uint32_t>(sides.width);
      for (int y = 0; y < sides.height; ++y) {
        const auto* row = plane.data + static_cast<std::ptrdiff_t>(y) * plane.stride;
        if (!write_at(out.file.get(), row, width, end)) return full();
        end += width;
      }
    }
  }
  out.body.file_bytes = end;
  if (::fcntl(out.file.get(), F_ADD_SEALS, kSeals | F_SEAL_SEAL) != 0) return full();
  return out;
}

Result<media::FramePtr> from_memory(Fd file, const FrameBody& body) {
  const auto refused = [](const char* why) {
    return make_error(ErrorKind::DataLoss, std::string("a picture that is not what was agreed on: ") + why);
  };
  if (!file) return refused("no file");
  // Only memory files have seals. Without them its owner could cut it off under our hands.
  const int seals = ::fcntl(file.get(), F_GET_SEALS);
  if (seals < 0 || (seals & kSeals) != kSeals) return refused("not sealed");
  struct stat about {};
  if (::fstat(file.get(), &about) != 0 || static_cast<std::uint64_t>(about.st_size) != body.file_bytes) {
    return refused("another size");
  }
  const auto size = static_cast<std::size_t>(body.file_bytes);
  auto* address = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
  if (address == MAP_FAILED) return make_error(ErrorKind::ResourceExhausted, "no room for a picture");
  auto frame = std::make_shared<media::Frame>();
  frame->owner = std::make_shared<Mapping>(address, size);
  const auto& note = body.note;
  frame->sequence = note.sequence;
  frame->pts = note.pts;
  frame->captured = note.captured;
  frame->format = note.format;
  frame->full_range = note.full_range;
  frame->width = note.width;
  frame->height = note.height;
  frame->bytes = size;
  for (int i = 0; i < 3; ++i) {
    const auto sides = plane_sides(note.format, note.width, note.height, i);
    if (sides.width == 0) continue;
    frame->planes[static_cast<std::size_t>(i)] = {static_cast<const std::uint8_t*>(address) + body.planes[i].offset,
                                                  static_cast<int>(body.planes[i].stride), sides.width, sides.height};
  }
  return media::FramePtr(std::move(frame));
}

}  // namespace vigil::analyser
