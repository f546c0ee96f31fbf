#include "media/ffmpeg/clip_groups.h"

#include <algorithm>
#include <numeric>

namespace vigil::media::ffmpeg {
namespace {

// Two groups are held at a time. A group that is larger is cut where nothing behind is shown before what stands before.
constexpr std::size_t kMaxPackets = 512;
constexpr std::size_t kMaxBytes = 24u << 20;
// Until a key frame comes after a seek.
constexpr int kMaxPassedOver = 100000;

Ticks earliest(const ClipGroup& group) {
  Ticks out = group.entries.front().place.time;
  for (const auto& entry : group.entries) out = std::min(out, entry.place.time);
  return out;
}

}  // namespace

void ClipGroups::restart() {
  carried_.clear();
  last_.reset();
  counted_ = false;
  from_key_ = true;
  first_ = true;
}

std::optional<ClipPacket> ClipGroups::take() {
  if (carried_.empty()) return read_();
  auto out = std::move(carried_.front());
  carried_.pop_front();
  return out;
}

void ClipGroups::cut(std::vector<ClipPacket>& packets) {
  const auto count = packets.size();
  std::vector<Ticks> least(count);  // of those from here on
  Ticks so_far = packets.back().time;
  for (std::size_t i = count; i-- > 0;) least[i] = so_far = std::min(so_far, packets[i].time);
  std::size_t place = count;
  Ticks most = packets.front().time;
  for (std::size_t i = 1; i < count; ++i) {
    if (most < least[i]) place = i;
    most = std::max(most, packets[i].time);
  }
  if (place == count) return;
  for (std::size_t i = count; i-- > place;) carried_.push_front(std::move(packets[i]));
  packets.resize(place);
}

ClipGroup ClipGroups::read() {
  std::vector<ClipPacket> packets;
  std::size_t bytes = 0;
  bool whole = true;
  int passed_over = 0;
  while (auto packet = take()) {
    if (from_key_ && !packet->key && ++passed_over < kMaxPassedOver) continue;
    from_key_ = false;
    if (packet->key && !packets.empty()) {
      carried_.push_front(std::move(*packet));
      break;
    }
    bytes += static_cast<std::size_t>(packet->unit->size);
    packets.push_back(std::move(*packet));
    if (packets.size() >= kMaxPackets || bytes > kMaxBytes) {
      whole = false;
      cut(packets);
      break;
    }
  }
  // What is shown before the first key frame cannot be decoded.
  if (first_ && !packets.empty() && packets.front().key) {
    std::erase_if(packets, [begins = packets.front().time](const auto& packet) { return packet.time < begins; });
  }
  first_ = false;
  auto group = arranged(std::move(packets));
  group.whole = whole;
  return group;
}

ClipGroup ClipGroups::arranged(std::vector<ClipPacket> packets) {
  std::vector<std::size_t> order(packets.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return packets[a].time < packets[b].time; });
  ClipGroup group;
  group.entries.resize(packets.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    auto& place = group.entries[order[i]].place;
    place.time = packets[order[i]].time;
    place.previous = last_;
    if (i + 1 < order.size()) place.next = packets[order[i + 1]].time;
    place.key = packets[order[i]].key;
    place.index = counted_ ? shown_++ : -1;
    last_ = place.time;
  }
  for (std::size_t i = 0; i < packets.size(); ++i) group.entries[i].unit = std::move(packets[i].unit);
  return group;
}

void ClipGroups::join(ClipGroup& group, const ClipGroup& after) {
  if (group.empty() || after.empty()) return;
  auto last = std::max_element(group.entries.begin(), group.entries.end(), [](const auto& a, const auto& b) {
    return a.place.time < b.place.time || (a.place.time == b.place.time && a.place.next && !b.place.next);
  });
  last->place.next = earliest(after);
}

}  // namespace vigil::media::ffmpeg
