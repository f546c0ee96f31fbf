#include "records/writer.h"

#include <algorithm>

#include "base/log.h"
#include "records/batch_codec.h"
#include "records/picture_files.h"

namespace vigil::records {
namespace {

constexpr Nanos kLongestPop = std::chrono::milliseconds(200);
constexpr Nanos kLongestDrain = std::chrono::seconds(2);
constexpr std::size_t kMaxAdded = 20000;
constexpr int kReplaysAtOnce = 20;  // then the observations have their turn

// Errors that another try may not have.
bool is_passing(const Error& error) {
  switch (error.kind) {
    case ErrorKind::InvalidArgument:
    case ErrorKind::AlreadyExists:
    case ErrorKind::NotFound:
    case ErrorKind::MalformedRequest:
      return false;
    default:
      return true;
  }
}

template <typename T>
void append(std::vector<T>& to, std::vector<T>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void append(store::RecordBatch& to, store::RecordBatch& from) {
  append(to.runs, from.runs);
  append(to.tracks, from.tracks);
  append(to.key_frames, from.key_frames);
  append(to.objects, from.objects);
  append(to.scenes, from.scenes);
  append(to.plates, from.plates);
  append(to.embeddings, from.embeddings);
  append(to.segments, from.segments);
}

}  // namespace

Writer::Writer(const WriterConfig& config, std::unique_ptr<bus::ObservationSubscription> observations,
               store::RecordLog& log, Pictures pictures, Clock& clock)
    : config_(config),
      observations_(std::move(observations)),
      log_(log),
      pictures_(std::move(pictures)),
      clock_(clock),
      flushed_(clock.steady()),
      retry_at_(clock.steady()) {}

Writer::~Writer() {
  stop();
}

Result<void> Writer::start() {
  VIGIL_ASSIGN(spool_, Spool::open(config_.data_dir + "/records.spool", config_.spool_bytes));
  if (!spool_->empty()) log::info("records from before wait to be written", {{"bytes", spool_->bytes()}});
  thread_ = std::jthread([this](std::stop_token stop) { work(stop); });
  return {};
}

void Writer::stop() {
  if (std::exchange(stopped_, true)) return;
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
  if (!spool_) return;
  while (auto frame = observations_->try_pop()) observe(**frame);
  collect(true);
  flush();
  // What is left is written by the next process; while there is time, by this one.
  const auto end = clock_.steady() + kLongestDrain;
  while (!spool_->empty() && clock_.steady() >= retry_at_ && clock_.steady() < end) {
    const auto before = spool_->bytes();
    replay();
    if (spool_->bytes() == before) break;
  }
}

void Writer::work(std::stop_token stop) {
  while (!stop.stop_requested()) {
    if (auto frame = observations_->pop(stop, std::min(config_.interval, kLongestPop))) observe(**frame);
    step();
    // A closed topic gives nothing at once, for ever.
    if (observations_->closed() && observations_->waiting() == 0) clock_.sleep(kLongestPop, stop);
  }
}

void Writer::step() {
  if (!spool_) {
    auto spool = Spool::open(config_.data_dir + "/records.spool", config_.spool_bytes);
    if (!spool) return log::error("no spool for records", {{"reason", spool.error().message}});
    spool_ = std::move(*spool);
  }
  while (auto frame = observations_->try_pop()) observe(**frame);
  count_lost();
  const auto now = clock_.steady();
  if (now - flushed_ >= config_.interval || batch_.size() >= config_.batch) {
    flushed_ = now;
    collect(false);
    flush();
  }
  MutexLock lock(mutex_);
  figures_.spooled_bytes = spool_->bytes();
}

void Writer::observe(const model::Observation& frame) {
  auto found = channels_.find(frame.camera_id);
  if (found == channels_.end()) {
    auto filed = [this](const model::Observation& seen, const std::string& id) { return file(seen, id); };
    found = channels_
                .emplace(frame.camera_id,
                         Entry{Channel(frame.camera_id, config_.channel, pictures_ ? Channel::File(filed) : nullptr),
                               clock_.steady()})
                .first;
  }
  found->second.heard = clock_.steady();
  found->second.channel.observe(frame);
  MutexLock lock(mutex_);
  ++figures_.observations;
}

void Writer::count_lost() {
  const auto dropped = observations_->dropped();
  const auto fresh = dropped - std::exchange(dropped_seen_, dropped);
  if (fresh == 0) return;
  // Whose they were nobody knows any more.
  for (auto& [id, entry] : channels_) entry.channel.lost(fresh);
  log::warn("observations came faster than they could be recorded", {{"lost", fresh}});
  MutexLock lock(mutex_);
  figures_.dropped = dropped;
}

std::optional<FiledPicture> Writer::file(const model::Observation& frame, const std::string& id) {
  auto picture = pictures_(frame.camera_id, frame.sequence, frame.captured);
  if (!picture) return std::nullopt;
  const auto path = picture_path(frame.camera_id, frame.captured, id);
  if (auto written = write_picture(config_.data_dir, path, picture->jpeg); !written) {
    log::error("a key frame cannot be kept", {{"reason", written.error().message}});
    return std::nullopt;
  }
  MutexLock lock(mutex_);
  ++figures_.pictures;
  return FiledPicture{path, picture->jpeg.size(), picture->width, picture->height};
}

bool Writer::add(store::RecordBatch batch) {
  MutexLock lock(mutex_);
  if (added_.size() + batch.size() > kMaxAdded) return false;
  append(added_, batch);
  return true;
}

void Writer::adopt_runs(store::RecordBatch& batch) {
  auto adopt = [&](auto& records) {
    for (auto& record : records) {
      if (!record.run_id.empty()) continue;
      auto found = channels_.find(record.camera_id);
      if (found != channels_.end() && found->second.channel.run() != nullptr) {
        record.run_id = found->second.channel.run()->id;
      }
    }
  };
  adopt(batch.key_frames);
  adopt(batch.scenes);
  adopt(batch.embeddings);
}

void Writer::collect(bool everything) {
  store::RecordBatch added;
  {
    MutexLock lock(mutex_);
    std::swap(added, added_);
  }
  adopt_runs(added);
  append(batch_, added);
  for (auto it = channels_.begin(); it != channels_.end();) {
    const bool over = everything || clock_.steady() - it->second.heard > config_.channel_idle;
    if (over) {
      it->second.channel.finish(batch_);
    } else {
      it->second.channel.collect(batch_);
    }
    it = over ? channels_.erase(it) : std::next(it);
  }
}

void Writer::flush() {
  replay();
  if (batch_.size() == 0) return;
  store::RecordBatch batch;
  std::swap(batch, batch_);
  // What is spooled is older: it goes first.
  if (spool_->empty() && clock_.steady() >= retry_at_ && write(batch)) return;
  keep(batch);
}

void Writer::replay() {
  for (int i = 0; i < kReplaysAtOnce && !spool_->empty() && clock_.steady() >= retry_at_; ++i) {
    const auto damaged = spool_->damaged();
    auto entry = spool_->front();
    if (!entry) return log::error("the spool cannot be read", {{"reason", entry.error().message}});
    if (spool_->damaged() != damaged) {
      MutexLock lock(mutex_);
      figures_.lost += spool_->damaged() - damaged;
    }
    if (!*entry) return;
    if (auto batch = decode(**entry)) {
      if (!write(*batch)) return;
    } else {
      log::error("spooled records are left out", {{"reason", batch.error().message}});
      MutexLock lock(mutex_);
      ++figures_.lost;
    }
    if (auto popped = spool_->pop(); !popped) log::error("the spool", {{"reason", popped.error().message}});
    if (spool_->empty()) log::info("all spooled records are written");
  }
}

void Writer::keep(const store::RecordBatch& batch) {
  auto kept = spool_->append(encode(batch));
  if (kept) {
    MutexLock lock(mutex_);
    figures_.spooled += batch.size();
    return;
  }
  bool first = false;
  {
    MutexLock lock(mutex_);
    first = figures_.lost == 0;
    figures_.lost += batch.size();
  }
  if (first) log::error("records are lost", {{"reason", kept.error().message}});
}

bool Writer::write(const store::RecordBatch& batch) {
  const auto began = clock_.steady();
  auto done = log_.write(batch);
  if (!done && is_passing(done.error())) {
    went_away(done.error());
    return false;
  }
  if (!done) return write_one_by_one(batch);
  const auto took = clock_.steady() - began;
  bool back = false;
  {
    MutexLock lock(mutex_);
    figures_.records += batch.size();
    figures_.writes.add(took);
    back = std::exchange(figures_.away, false);
  }
  retry_after_ = Nanos(0);
  if (back) log::info("the database is back");
  return true;
}

// One of them is what the database will never take; the others shall not suffer for it.
bool Writer::write_one_by_one(const store::RecordBatch& batch) {
  bool here = true;
  auto each = [&](const auto& records, auto member) {
    for (const auto& record : records) {
      store::RecordBatch single;
      (single.*member).push_back(record);
      auto done = here ? log_.write(single) : Result<void>();
      if (!done && is_passing(done.error())) {
        went_away(done.error());
        here = false;
      }
      if (!here) return;
      if (!done) log::error("a record is refused", {{"id", record.id}, {"reason", done.error().message}});
      MutexLock lock(mutex_);
      ++(done ? figures_.records : figures_.refused);
    }
  };
  using Batch = store::RecordBatch;
  each(batch.runs, &Batch::runs);
  each(batch.tracks, &Batch::tracks);
  each(batch.key_frames, &Batch::key_frames);
  each(batch.objects, &Batch::objects);
  each(batch.scenes, &Batch::scenes);
  each(batch.plates, &Batch::plates);
  each(batch.embeddings, &Batch::embeddings);
  each(batch.segments, &Batch::segments);
  return here;
}

void Writer::went_away(const Error& error) {
  retry_after_ = std::clamp(retry_after_ * 2, config_.retry_least, config_.retry_most);
  retry_at_ = clock_.steady() + retry_after_;
  bool fresh = false;
  {
    MutexLock lock(mutex_);
    fresh = !std::exchange(figures_.away, true);
  }
  if (fresh) log::warn("the database is away; records are kept in a file", {{"reason", error.message}});
}

WriterFigures Writer::figures() const {
  MutexLock lock(mutex_);
  return figures_;
}

}  // namespace vigil::records
