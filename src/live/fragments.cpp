#include "live/fragments.h"

#include <algorithm>

#include "base/ids.h"

namespace vigil::live {
namespace {

constexpr std::size_t kMostInits = 16;
constexpr std::size_t kMostHlsReaders = 4096;

Error cannot_carry(media::Codec codec) {
  return make_error(ErrorKind::FailedPrecondition,
                    std::string("the camera sends ") + media::codec_name(codec) +
                        ", which HLS and MSE cannot carry; watch it as motion JPEG",
                    "live.codec");
}

void append_pieces(std::vector<media::SharedBytes>& out, const Part& part) {
  for (const auto& fragment : part.fragments) {
    out.insert(out.end(), fragment->pieces.begin(), fragment->pieces.end());
  }
}

}  // namespace

Fragments::Fragments(std::function<Result<Source>()> open, FragmentsConfig config, Clock& clock)
    : open_(std::move(open)), config_(config), clock_(clock) {}

Fragments::~Fragments() {
  release();
}

// --- the thread that works ---

bool Fragments::wanted(SteadyTime now) {
  std::erase_if(hls_, [&](const auto& reader) { return now - reader.second > config_.hls_patience; });
  figures_.hls_readers = static_cast<int>(hls_.size());
  return figures_.mse_readers + figures_.hls_readers > 0;
}

void Fragments::start() {
  const auto now = clock_.steady();
  if (tried_ && now - *tried_ < config_.retry) return;
  tried_ = now;
  auto source = open_();
  if (!source.ok()) return set_trouble(std::move(source).error());
  set_trouble(std::nullopt);
  source_ = std::move(*source);
  if (fragmenter_) {
    fragmenter_->lost();
  } else {
    fragmenter_.emplace();
    MutexLock lock(mutex_);
    run_ = random_hex(4);
    segments_ = std::make_unique<Segments>(config_.segments, next_segment_);
  }
  fragmenter_->expect(source_.stream->tracks());
  watch_ = source_.stream->watch(wanted_);
  cursor_.emplace(source_.stream->open(stream::Start::OldestKeyFrame));
}

void Fragments::release() {
  if (!cursor_) return;
  source_.stream->unwatch(watch_);
  cursor_.reset();
  source_ = {};
}

void Fragments::stop() {
  stopped_ = true;
  release();
}

void Fragments::go_idle() {
  release();
  fragmenter_.reset();
  tried_.reset();
  MutexLock lock(mutex_);
  state_ = State::Idle;
  if (segments_) next_segment_ = segments_->open().number + 1;
  segments_.reset();
  inits_.clear();
  recent_.clear();
  recent_bytes_ = 0;
  trouble_.reset();
  unused_since_.reset();
}

void Fragments::tick() {
  if (stopped_) return;
  const auto now = clock_.steady();
  bool go_on = false, over = false;
  {
    MutexLock lock(mutex_);
    go_on = wanted(now);
    if (go_on) {
      unused_since_.reset();
      if (state_ != State::Running) state_ = recent_.empty() ? State::Starting : State::Running;
    } else if (state_ != State::Idle) {
      if (!unused_since_) unused_since_ = now;
      state_ = State::Closing;
      over = now - *unused_since_ >= config_.close_delay;
    }
  }
  if (over) return go_idle();
  if (go_on && !cursor_) {
    start();
    if (cursor_) work();
  }
}

void Fragments::work() {
  if (stopped_) return;
  if (!cursor_) tick();
  bool fragments = false, parts = false;
  while (cursor_) {
    auto next = cursor_->try_next();
    if (std::holds_alternative<stream::TimedOut>(next)) break;
    if (std::holds_alternative<stream::Lagged>(next)) {
      fragmenter_->lost();
    } else if (std::holds_alternative<stream::Closed>(next)) {
      release();
      fragmenter_->lost();
      tried_ = clock_.steady();
    } else {
      parts = take(std::get<media::PacketPtr>(next)) || parts;
      fragments = true;
    }
  }
  if (fragments) wake_all(parts);
}

bool Fragments::take(const media::PacketPtr& packet) {
  auto fragment = fragmenter_->push(packet);
  if (auto codec = fragmenter_->obstacle(); codec && packet->track == 0) {
    set_trouble(cannot_carry(*codec));
    return false;
  }
  if (!fragment) return false;
  MutexLock lock(mutex_);
  trouble_.reset();
  if (state_ == State::Starting) state_ = State::Running;
  ++figures_.fragments;
  figures_.bytes += fragment->bytes;
  keep(fragment);
  return segments_->push(fragment);
}

void Fragments::keep(const FragmentPtr& fragment) {
  if (!inits_.contains(fragment->init->number)) inits_.emplace(fragment->init->number, fragment->init);
  while (inits_.size() > kMostInits) inits_.erase(inits_.begin());
  recent_.push_back(fragment);
  recent_bytes_ += fragment->bytes;
  const auto key = newest_key();
  auto old = [&](const FragmentPtr& one) VIGIL_REQUIRES(mutex_) {
    return recent_bytes_ > config_.recent_bytes ||
           ((key == nullptr || one->sequence < key->sequence) && fragment->start - one->start > config_.recent);
  };
  while (recent_.size() > 1 && old(recent_.front())) {
    recent_bytes_ -= recent_.front()->bytes;
    recent_.pop_front();
  }
}

FragmentPtr Fragments::newest_key() const {
  auto found = std::find_if(recent_.rbegin(), recent_.rend(), [](const auto& one) { return one->key; });
  return found == recent_.rend() ? nullptr : *found;
}

void Fragments::set_trouble(std::optional<Error> error) {
  const bool is = error.has_value();
  {
    MutexLock lock(mutex_);
    if (!is && !trouble_) return;
    trouble_ = std::move(error);
  }
  if (is) wake_all(true);
}

void Fragments::wake_all(bool parts) {
  MutexLock lock(wake_mutex_);
  for (const auto& [id, wake] : readers_) (*wake)();
  if (!parts) return;
  for (const auto& [id, wake] : parts_) (*wake)();
}

// --- readers ---

int Fragments::join(std::function<void()> wake) {
  int id = 0;
  {
    MutexLock lock(wake_mutex_);
    id = next_id_++;
    readers_.emplace(id, std::make_shared<const std::function<void()>>(std::move(wake)));
  }
  {
    MutexLock lock(mutex_);
    ++figures_.mse_readers;
    ++figures_.joins;
  }
  wanted_();
  return id;
}

void Fragments::leave(int id) {
  {
    MutexLock lock(wake_mutex_);
    if (readers_.erase(id) == 0) return;
  }
  MutexLock lock(mutex_);
  --figures_.mse_readers;
}

std::variant<FragmentPtr, Fragments::Skipped> Fragments::next(Position& position) {
  MutexLock lock(mutex_);
  if (recent_.empty()) return FragmentPtr();
  const auto key = newest_key();
  auto go_to = [&position](const FragmentPtr& target) { position = {target->sequence, target->before}; };
  if (position.next == 0) {
    if (!key) return FragmentPtr();
    go_to(key);
  }
  const auto first = recent_.front()->sequence, newest = recent_.back()->sequence;
  if (position.next > newest) return FragmentPtr();
  const bool gone = position.next < first;
  const bool late = !gone && key && key->sequence > position.next &&
                    recent_.back()->start - recent_[position.next - first]->start > config_.recent;
  if (gone || late) {
    if (!key || key->sequence < position.next) return FragmentPtr();  // nothing to go on at yet
    const auto skipped = key->before - position.pictures;
    go_to(key);
    figures_.skipped += skipped;
    return Skipped{skipped};
  }
  const auto& fragment = recent_[position.next - first];
  position = {fragment->sequence + 1, fragment->before + static_cast<std::uint64_t>(fragment->pictures)};
  return fragment;
}

void Fragments::touch(const std::string& who) {
  bool idle = false;
  {
    MutexLock lock(mutex_);
    idle = state_ == State::Idle;
    auto found = hls_.find(who);
    if (found != hls_.end()) {
      found->second = clock_.steady();
    } else if (hls_.size() < kMostHlsReaders) {
      hls_.emplace(who, clock_.steady());
      figures_.hls_readers = static_cast<int>(hls_.size());
      ++figures_.joins;
    }
  }
  if (idle) wanted_();
}

int Fragments::watch_parts(std::function<void()> wake) {
  MutexLock lock(wake_mutex_);
  parts_.emplace(next_id_, std::make_shared<const std::function<void()>>(std::move(wake)));
  return next_id_++;
}

void Fragments::unwatch_parts(int id) {
  MutexLock lock(wake_mutex_);
  parts_.erase(id);
}

bool Fragments::look(const std::function<void(const Segments&, const std::string&)>& look) const {
  MutexLock lock(mutex_);
  if (!segments_ || segments_->complete().empty()) return false;
  look(*segments_, run_);
  return true;
}

std::optional<std::vector<media::SharedBytes>> Fragments::find(const MediaName& name) const {
  MutexLock lock(mutex_);
  if (!segments_ || name.run != run_) return std::nullopt;
  if (name.kind == MediaName::Kind::Init) {
    auto found = inits_.find(name.number);
    return found == inits_.end() ? std::nullopt : std::optional(std::vector{found->second->bytes});
  }
  const auto& complete = segments_->complete();
  const bool open = name.number == segments_->open().number;
  if (!open && (complete.empty() || name.number < complete.front().number || name.number > complete.back().number)) {
    return std::nullopt;
  }
  const auto& segment = open ? segments_->open() : complete[name.number - complete.front().number];
  std::vector<media::SharedBytes> out;
  if (name.kind == MediaName::Kind::Part) {
    if (name.part >= segment.parts.size()) return std::nullopt;
    append_pieces(out, segment.parts[name.part]);
    return out;
  }
  if (open) return std::nullopt;
  for (const auto& part : segment.parts) append_pieces(out, part);
  return out;
}

std::optional<Error> Fragments::trouble() const {
  MutexLock lock(mutex_);
  return trouble_;
}

Fragments::Figures Fragments::figures() const {
  MutexLock lock(mutex_);
  auto out = figures_;
  out.state = state_;
  return out;
}

bool Fragments::idle() const {
  MutexLock lock(mutex_);
  return state_ == State::Idle && figures_.mse_readers == 0 && hls_.empty();
}

const char* to_string(Fragments::State state) {
  switch (state) {
    case Fragments::State::Idle:
      return "idle";
    case Fragments::State::Starting:
      return "starting";
    case Fragments::State::Running:
      return "running";
    case Fragments::State::Closing:
      return "closing";
  }
  return "idle";
}

}  // namespace vigil::live
