#include "live/segments.h"

#include <algorithm>
#include <numeric>

namespace vigil::live {
namespace {

constexpr Ticks kSecond = std::chrono::seconds(1);
constexpr std::size_t kPicturesToKnow = 25;
constexpr std::size_t kFewest = 3;  // segments kept, whatever they weigh
// Between the longest and the shortest part (108 % and 92 % of n pictures): the target leaves room above for pictures
// that come unevenly, and stays less than 85 % away from what n pictures usually last.
constexpr double kRoom = 1.08;

Ticks whole_seconds(Ticks time) {
  return std::chrono::round<std::chrono::seconds>(time);
}
Ticks whole_milliseconds(double ticks) {
  return Ticks((static_cast<std::int64_t>(ticks) + 89) / 90 * 90);
}

}  // namespace

bool Segments::push(const FragmentPtr& fragment) {
  ended_ = false;
  if (part_target_ > Ticks(0)) {
    place(fragment);
    return ended_;
  }
  held_.push_back(fragment);
  const bool enough = held_.size() >= kPicturesToKnow || fragment->start - held_.front()->start >= kSecond;
  if (!enough) return false;
  choose_part_target();
  for (const auto& held : std::exchange(held_, {})) place(held);
  return ended_;
}

// The usual distance between pictures, as often as it fits into what is aimed at. The mean, since it forgives pictures
// that come unevenly; without pauses.
void Segments::choose_part_target() {
  std::vector<Ticks> steps;
  Ticks before{-1};
  for (const auto& fragment : held_) {
    if (fragment->pictures == 0) continue;
    if (before >= Ticks(0) && fragment->start > before) steps.push_back(fragment->start - before);
    before = fragment->start;
  }
  std::sort(steps.begin(), steps.end());
  Ticks step{3600};
  if (!steps.empty()) {
    while (steps.back() > 4 * steps[steps.size() / 2]) steps.pop_back();
    step = std::accumulate(steps.begin(), steps.end(), Ticks(0)) / static_cast<std::int64_t>(steps.size());
  }
  const auto pictures = std::max<std::int64_t>(1, (config_.part + step / 4) / step);
  part_target_ = whole_milliseconds(static_cast<double>(pictures * step.count()) * kRoom);
}

void Segments::begin_segment(const Fragment& fragment) {
  open_.init = fragment.init;
  open_.discontinuity = begun_ && fragment.discontinuity;
  open_.independent = fragment.key;
  open_.start = fragment.start;
  open_.time = fragment.zero + std::chrono::duration_cast<WallTime::duration>(fragment.start);
  begun_ = true;
}

void Segments::place(const FragmentPtr& fragment) {
  if (fragment->pictures > 0) {
    if (!begun_) {
      begin_segment(*fragment);
    } else {
      const auto& f = *fragment;
      const auto length = f.start - open_.start;
      const bool due = f.key && length >= config_.shortest;
      const bool forced = length >= config_.longest || open_.bytes + part_.bytes >= config_.max_segment_bytes;
      const auto end = f.discontinuity ? std::min(newest_->start + newest_->duration, f.start) : f.start;
      if (end - part_.start > part_target_) end_part_before_newest();
      if (f.discontinuity || due || forced) {
        end_segment(end);
        begin_segment(f);
      } else if (f.start + f.duration - part_.start > part_target_) {
        end_part(f.start);
      }
    }
    newest_ = fragment;
  } else if (!begun_) {
    return;
  }
  if (part_.fragments.empty()) {
    part_.start = fragment->start;
    part_.independent = fragment->key;
  }
  part_.fragments.push_back(fragment);
  part_.bytes += fragment->bytes;
}

// The newest picture lasted longer than was thought: with it the part would be too long.
void Segments::end_part_before_newest() {
  const auto at = std::find(part_.fragments.begin(), part_.fragments.end(), newest_);
  if (at == part_.fragments.begin() || at == part_.fragments.end()) return;
  Part next;
  next.start = newest_->start;
  next.independent = newest_->key;
  next.fragments.assign(at, part_.fragments.end());
  for (const auto& fragment : next.fragments) next.bytes += fragment->bytes;
  part_.fragments.erase(at, part_.fragments.end());
  part_.bytes -= next.bytes;
  end_part(newest_->start);
  part_ = std::move(next);
}

void Segments::end_part(Ticks end) {
  part_.duration = std::max(Ticks(1), end - part_.start);
  part_target_ = std::max(part_target_, whole_milliseconds(static_cast<double>(part_.duration.count())));
  open_.bytes += part_.bytes;
  open_.parts.push_back(std::exchange(part_, {}));
  ended_ = true;
}

void Segments::end_segment(Ticks end) {
  end_part(end);
  open_.duration = std::max(Ticks(1), end - open_.start);
  target_ = std::max({target_, whole_seconds(open_.duration), kSecond});
  bytes_ += open_.bytes;
  const auto next = open_.number + 1;
  complete_.push_back(std::exchange(open_, {}));
  open_.number = next;
  trim();
}

void Segments::trim() {
  auto drop = [&] {
    bytes_ -= complete_.front().bytes;
    if (complete_.front().discontinuity) ++discontinuities_;
    complete_.pop_front();
  };
  while (complete_.size() > kFewest &&
         (bytes_ > config_.max_bytes || complete_.back().start - complete_[1].start >= config_.window)) {
    drop();
  }
  while (complete_.size() > 1 && bytes_ > 2 * config_.max_bytes) drop();
}

double Segments::bits_per_second() const {
  double out = 0;
  for (const auto& segment : complete_) {
    const std::chrono::duration<double> length = segment.duration;
    out = std::max(out, static_cast<double>(segment.bytes) * 8 / length.count());
  }
  return out;
}

}  // namespace vigil::live
