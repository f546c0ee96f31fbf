#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "ingest/v4l2.h"

namespace vigil::ingest {
namespace {

class KernelDevice final : public VideoDevice {
 public:
  KernelDevice() = default;
  ~KernelDevice() override {
    if (fd_ >= 0) close(fd_);
  }
  KernelDevice(const KernelDevice&) = delete;
  KernelDevice& operator=(const KernelDevice&) = delete;

  int open(const char* path) override {
    fd_ = ::open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    return fd_ < 0 ? -errno : 0;
  }
  int control(unsigned long request, void* argument) override {
    int result = 0;
    do result = ioctl(fd_, request, argument);
    while (result < 0 && errno == EINTR);
    return result < 0 ? -errno : 0;
  }
  void* map(std::size_t length, std::size_t offset) override {
    auto* address = mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, static_cast<off_t>(offset));
    return address == MAP_FAILED ? nullptr : address;
  }
  void unmap(void* address, std::size_t length) override { munmap(address, length); }
  int wait(int milliseconds) override {
    pollfd waiting{fd_, POLLIN, 0};
    int ready = poll(&waiting, 1, milliseconds);
    if (ready < 0) return -errno;
    if (ready > 0 && (waiting.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) return -ENODEV;
    return ready;
  }

 private:
  int fd_ = -1;
};

}  // namespace

std::unique_ptr<VideoDevice> make_video_device() {
  return std::make_unique<KernelDevice>();
}

}  // namespace vigil::ingest
