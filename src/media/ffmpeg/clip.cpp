#include "media/clip.h"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include "media/deinterlace.h"
#include "media/ffmpeg/av.h"
#include "media/ffmpeg/clip_groups.h"
#include "media/ffmpeg/clip_input.h"
#include "media/ffmpeg/convert.h"
#include "media/image.h"
#include "media/rotate.h"

namespace vigil::media {
namespace {

using namespace ffmpeg;

constexpr Ticks kFirstStepBack{10 * 90000};

// Which packets the decoder needs to see follows from the order of showing, which is known for this group and the next:
//   - nothing behind the last wanted one of a group, when the next begins anew;
//   - of the others only those that further pictures are made from (the decoder knows which).
class FfmpegClip final : public Clip {
 public:
  FfmpegClip(Fd file, std::uint64_t size)
      : input_(std::move(file), size), groups_([this] { return input_.read(figures_); }) {}

  Result<void> open(const ClipOptions& options);
  const ClipInfo& info() const override { return input_.info(); }
  const ClipFigures& figures() const override { return figures_; }
  Result<std::optional<ClipPicture>> next(const Wanted& wanted) override;
  Result<void> seek(Ticks time) override;
  Ticks ahead() const override { return ahead_; }

 private:
  ClipGroup read_group();
  bool advance(const Wanted& wanted);
  std::size_t needed(const Wanted& wanted);
  Result<void> step();
  Result<void> receive();
  Result<void> drain();

  ClipInput input_;
  ClipFigures figures_;
  ClipGroups groups_;
  AvCodecContext decoder_;
  ClipGroup group_, after_;
  std::size_t at_ = 0, until_ = 0;  // of group_: the next one to send, and where to stop
  bool begun_ = false, ended_ = false;
  bool anew_ = true;  // the decoder has nothing that pictures before the next key frame were made from
  Ticks ahead_{0};
  std::int64_t tickets_ = 0;
  std::map<std::int64_t, ClipPlace> awaited_;  // by ticket
  std::deque<ClipPicture> ready_;
};

Result<void> FfmpegClip::open(const ClipOptions& options) {
  VIGIL_TRY(input_.open(options));
  decoder_.reset(avcodec_alloc_context3(&input_.decoder()));
  if (!decoder_ || avcodec_parameters_to_context(decoder_.get(), &input_.parameters()) < 0) {
    return make_error(ErrorKind::ResourceExhausted, "There is not enough memory to open the video.", "media.memory");
  }
  decoder_->thread_count = options.threads;
  decoder_->max_pixels = kMaxPixels;
  decoder_->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;
  if (int code = avcodec_open2(decoder_.get(), &input_.decoder(), nullptr); code < 0) {
    return make_error(ErrorKind::InvalidArgument,
                      "The video cannot be decoded: what its header says of the pictures is damaged.", "media.broken");
  }
  return {};
}

ClipGroup FfmpegClip::read_group() {
  auto group = groups_.read();
  for (const auto& entry : group.entries) ahead_ = std::max(ahead_, entry.place.time);
  return group;
}

// How many packets of group_ the decoder must see.
std::size_t FfmpegClip::needed(const Wanted& wanted) {
  const bool fresh_next = after_.empty() || after_.begins_with_key();
  if (!group_.whole || !fresh_next) return group_.entries.size();
  // Pictures that are shown before the next key frame, but stand behind it, are made from ours.
  for (std::size_t i = 1; i < after_.entries.size(); ++i) {
    const auto& place = after_.entries[i].place;
    if (place.time < after_.entries.front().place.time && wanted(place)) return group_.entries.size();
  }
  std::size_t count = 0;
  for (std::size_t i = 0; i < group_.entries.size(); ++i) {
    if (group_.entries[i].wanted) count = i + 1;
  }
  return count;
}

bool FfmpegClip::advance(const Wanted& wanted) {
  if (!begun_) after_ = read_group();
  begun_ = true;
  const bool cut_short = until_ < group_.entries.size();
  anew_ = anew_ || cut_short;
  group_ = std::move(after_);
  at_ = until_ = 0;
  if (group_.empty()) return false;
  after_ = read_group();
  ClipGroups::join(group_, after_);
  for (auto& entry : group_.entries) entry.wanted = wanted(entry.place);
  until_ = needed(wanted);
  return true;
}

Result<void> FfmpegClip::receive() {
  for (;;) {
    AvFrame picture(av_frame_alloc());
    if (!picture) return make_error(ErrorKind::ResourceExhausted, "no memory for a picture", "media.memory");
    const int code = avcodec_receive_frame(decoder_.get(), picture.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return {};
    if (code < 0) {
      ++figures_.broken;
      continue;
    }
    ++figures_.decoded;
    const auto found = awaited_.find(picture->pts);
    if (found == awaited_.end()) continue;
    if (picture->decode_error_flags != 0 || (picture->flags & AV_FRAME_FLAG_CORRUPT) != 0) ++figures_.broken;
    const bool of_fields = picture->interlaced_frame != 0, top_first = picture->top_field_first != 0;
    VIGIL_ASSIGN(auto frame, to_frame(std::move(picture)));
    frame->pts = found->second.time;
    frame->sequence = static_cast<std::uint64_t>(std::max<std::int64_t>(0, found->second.index));
    FramePtr whole = std::move(frame);
    if (of_fields) whole = deinterlace(std::move(whole), top_first);
    ready_.push_back({rotate(std::move(whole), input_.info().turns), found->second});
    awaited_.erase(found);
  }
}

Result<void> FfmpegClip::drain() {
  avcodec_send_packet(decoder_.get(), nullptr);
  VIGIL_TRY(receive());
  avcodec_flush_buffers(decoder_.get());
  awaited_.clear();
  anew_ = true;
  return {};
}

Result<void> FfmpegClip::step() {
  auto& entry = group_.entries[at_];
  // What is shown before a key frame, but stands behind it, cannot be decoded without what came before.
  const bool leading = anew_ && at_ > 0 && entry.place.time < group_.entries.front().place.time;
  ++at_;
  if (at_ == group_.entries.size()) anew_ = false;
  if (leading && group_.begins_with_key()) return {};
  decoder_->skip_frame = entry.wanted ? AVDISCARD_DEFAULT : AVDISCARD_NONREF;
  const auto ticket = ++tickets_;
  entry.unit->pts = entry.unit->dts = ticket;
  if (entry.wanted) awaited_.emplace(ticket, entry.place);
  ++figures_.sent;
  int code = avcodec_send_packet(decoder_.get(), entry.unit.get());
  if (code == AVERROR(EAGAIN)) {
    VIGIL_TRY(receive());
    code = avcodec_send_packet(decoder_.get(), entry.unit.get());
  }
  entry.unit.reset();
  // Of this packet, or of one before it.
  if (code < 0) ++figures_.broken;
  return receive();
}

Result<std::optional<ClipPicture>> FfmpegClip::next(const Wanted& wanted) {
  for (;;) {
    if (!ready_.empty()) {
      auto out = std::move(ready_.front());
      ready_.pop_front();
      return std::optional(std::move(out));
    }
    if (ended_) return std::optional<ClipPicture>();
    if (at_ < until_) {
      VIGIL_TRY(step());
      continue;
    }
    if (!advance(wanted)) {
      ended_ = true;
      VIGIL_TRY(drain());
      continue;
    }
    // What nobody wants more of is not waited for.
    if (until_ == 0 && !awaited_.empty()) {
      const auto& later = after_.entries;
      const bool more = std::any_of(later.begin(), later.end(), [&](const auto& each) { return wanted(each.place); });
      if (!more) VIGIL_TRY(drain());
    }
  }
}

Result<void> FfmpegClip::seek(Ticks time) {
  auto target = time;
  for (auto back = kFirstStepBack;; back *= 8) {
    ready_.clear();
    awaited_.clear();
    avcodec_flush_buffers(decoder_.get());
    group_ = {};
    at_ = until_ = 0;
    anew_ = true;
    ended_ = false;
    // Without an index the beginning is always there.
    if (!input_.seek(target) && !input_.seek(Ticks(0))) {
      return make_error(ErrorKind::InvalidArgument, "One cannot go back in this file: its index is damaged.",
                        "media.broken");
    }
    groups_.restart();
    ahead_ = Ticks(0);
    after_ = read_group();
    begun_ = true;
    const bool late = after_.empty() || after_.entries.front().place.time > time;
    if (!late || target <= Ticks(0)) return {};
    target = std::max(Ticks(0), target - back);
  }
}

}  // namespace

Result<std::unique_ptr<Clip>> open_clip(Fd file, std::uint64_t size, const ClipOptions& options) {
  auto clip = std::make_unique<FfmpegClip>(std::move(file), size);
  VIGIL_TRY(clip->open(options));
  return std::unique_ptr<Clip>(std::move(clip));
}

void warm_up_clips() {
  route_log();
  for (const auto id : {AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_AV1, AV_CODEC_ID_VP9, AV_CODEC_ID_MPEG4}) {
    const auto* codec = avcodec_find_decoder(id);
    AvCodecContext context(codec != nullptr ? avcodec_alloc_context3(codec) : nullptr);
    if (!context) continue;
    context->thread_count = 1;
    static_cast<void>(avcodec_open2(context.get(), codec, nullptr));
  }
}

}  // namespace vigil::media
