#include "analyser/work_page.h"

#include <fcntl.h>
#include <sys/mman.h>

#include "analyser/receiver.h"

namespace vigil::analyser {
namespace {

constexpr std::size_t kBytes = 4096;
std::atomic<int> g_threads{0};

}  // namespace

Result<WorkPage> WorkPage::map(Fd file) {
  static_assert(sizeof(Slot) * kSlots <= kBytes);
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
  auto* address = ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (address == MAP_FAILED) return make_error(ErrorKind::ResourceExhausted, "no memory for a shared page");
  return WorkPage(std::move(file), static_cast<Slot*>(address));
}

// A new file is all zeros: idle. Its size is sealed: who cut it off would end the server.
Result<WorkPage> WorkPage::create() {
  Fd file(::memfd_create("work", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file || ::ftruncate(file.get(), kBytes) != 0 ||
      ::fcntl(file.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    return make_error(ErrorKind::ResourceExhausted, "no memory for a shared page");
  }
  return map(std::move(file));
}

Result<WorkPage> WorkPage::open(int file) {
  return map(Fd(file));
}

WorkPage::WorkPage(WorkPage&& other) noexcept
    : file_(std::move(other.file_)), slots_(std::exchange(other.slots_, nullptr)) {}

WorkPage& WorkPage::operator=(WorkPage&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(slots_, other.slots_);
  return *this;
}

WorkPage::~WorkPage() {
  if (slots_ != nullptr) ::munmap(slots_, kBytes);
}

WorkPage::Slot* WorkPage::mine() const {
  thread_local const int number = g_threads++;
  return number < kSlots ? slots_ + number : nullptr;
}

void WorkPage::begin(std::uint32_t camera, std::uint64_t sequence) {
  auto* slot = mine();
  if (slot == nullptr) return;
  slot->camera.store(camera, std::memory_order_relaxed);
  slot->sequence.store(sequence, std::memory_order_relaxed);
  slot->since_ns.store(monotonic_ns(), std::memory_order_release);
}

void WorkPage::end() {
  if (auto* slot = mine()) slot->since_ns.store(0, std::memory_order_release);
}

std::vector<WorkPage::Entry> WorkPage::busy() const {
  std::vector<Entry> out;
  for (int i = 0; i < kSlots; ++i) {
    const auto since = slots_[i].since_ns.load(std::memory_order_acquire);
    if (since == 0) continue;
    out.push_back(
        {slots_[i].camera.load(std::memory_order_relaxed), slots_[i].sequence.load(std::memory_order_relaxed), since});
  }
  return out;
}

}  // namespace vigil::analyser
