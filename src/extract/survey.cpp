#include "extract/survey.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "extract/choice.h"
#include "extract/look.h"
#include "media/image.h"
#include "media/scaler.h"
#include "media/video_writer.h"

namespace vigil::extract {
namespace {

constexpr int kPlaces = 60, kFewKeyFrames = 12, kEvenly = 24;
// Without key frames all of it has to be decoded.
constexpr Ticks kLongestWhole{10 * 60 * 90000};
constexpr int kThumbnail = 640, kSmallSide = 320;
constexpr int kSheetColumns = 5, kSheetRows = 4, kGap = 4;
constexpr int kPreviewFps = 5;

struct Small {
  Ticks time{0};
  media::FramePtr frame;
};

int even(int side) {
  return std::max(16, side / 2 * 2);
}

// What was looked at: small ones of all, and the best.
class Survey {
 public:
  Result<void> add(const media::ClipPicture& picture);
  bool knows(Ticks time) const {
    return std::any_of(small_.begin(), small_.end(), [&](const Small& each) { return each.time == time; });
  }
  std::size_t count() const { return small_.size(); }
  Result<void> thumbnails(Outlet& outlet);
  Result<void> sheet(Outlet& outlet);
  Result<void> preview(Outlet& outlet);

 private:
  struct Thumbnail {
    PictureNote note;
    std::vector<std::uint8_t> jpeg;
  };
  static Result<Thumbnail> thumbnail(const media::ClipPicture& picture, PictureKind kind);
  int width() const { return small_.front().frame->width; }
  int height() const { return small_.front().frame->height; }

  std::vector<Small> small_;  // all of one size
  std::unique_ptr<media::Scaler> scaler_;
  std::optional<Thumbnail> first_, best_;
  double best_score_ = -1;
};

Result<Survey::Thumbnail> Survey::thumbnail(const media::ClipPicture& picture, PictureKind kind) {
  Thumbnail out;
  VIGIL_ASSIGN(out.jpeg, media::encode_jpeg(*picture.frame, {.max_width = kThumbnail, .max_height = kThumbnail}));
  VIGIL_ASSIGN(const auto info, media::inspect_image(out.jpeg));
  out.note = {kind, picture.place.time, picture.place.index, picture.place.key, info.width, info.height};
  return out;
}

Result<void> Survey::add(const media::ClipPicture& picture) {
  const auto& frame = *picture.frame;
  if (!scaler_) {
    const double scale = std::min(1.0, static_cast<double>(kSmallSide) / std::max(frame.width, frame.height));
    scaler_ = std::make_unique<media::Scaler>(even(static_cast<int>(frame.width * scale)),
                                              even(static_cast<int>(frame.height * scale)));
  }
  VIGIL_ASSIGN(auto small, scaler_->scale(picture.frame));
  const double score = look_at(*small).score();
  if (!first_ || picture.place.time < first_->note.time) {
    VIGIL_ASSIGN(first_, thumbnail(picture, PictureKind::First));
  }
  if (score > best_score_) {
    best_score_ = score;
    VIGIL_ASSIGN(best_, thumbnail(picture, PictureKind::Best));
  }
  const auto place = std::upper_bound(small_.begin(), small_.end(), picture.place.time,
                                      [](Ticks time, const Small& each) { return time < each.time; });
  small_.insert(place, {picture.place.time, std::move(small)});
  return {};
}

Result<void> Survey::thumbnails(Outlet& outlet) {
  VIGIL_TRY(outlet.picture(first_->note, first_->jpeg));
  return outlet.picture(best_->note, best_->jpeg);
}

void copy_into(const media::Frame& tile, int left, int top, std::uint8_t* const rows[3], const int strides[3]) {
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& plane = tile.planes[i];
    const int shift = i == 0 ? 0 : 1;
    for (int y = 0; y < plane.height; ++y) {
      std::memcpy(rows[i] + static_cast<std::ptrdiff_t>((top >> shift) + y) * strides[i] + (left >> shift),
                  plane.data + static_cast<std::ptrdiff_t>(y) * plane.stride, static_cast<std::size_t>(plane.width));
    }
  }
}

Result<void> Survey::sheet(Outlet& outlet) {
  const int tiles = std::min<int>(kSheetColumns * kSheetRows, static_cast<int>(small_.size()));
  const int columns = std::min(kSheetColumns, tiles), rows = (tiles + columns - 1) / columns;
  media::Frame sheet;
  sheet.width = columns * (width() + kGap) - kGap;
  sheet.height = rows * (height() + kGap) - kGap;
  const std::size_t luma = static_cast<std::size_t>(sheet.width) * static_cast<std::size_t>(sheet.height);
  std::vector<std::uint8_t> pixels(luma * 3 / 2, 128);
  std::fill_n(pixels.begin(), luma, std::uint8_t{16});
  std::uint8_t* const at[3] = {pixels.data(), pixels.data() + luma, pixels.data() + luma * 5 / 4};
  const int strides[3] = {sheet.width, sheet.width / 2, sheet.width / 2};
  for (std::size_t i = 0; i < 3; ++i) {
    sheet.planes[i] = {at[i], strides[i], strides[i], i == 0 ? sheet.height : sheet.height / 2};
  }
  for (int i = 0; i < tiles; ++i) {
    const auto& small = small_[static_cast<std::size_t>(i) * small_.size() / static_cast<std::size_t>(tiles)];
    copy_into(*small.frame, i % columns * (width() + kGap), i / columns * (height() + kGap), at, strides);
  }
  VIGIL_ASSIGN(const auto jpeg, media::encode_jpeg(sheet, {.quality = 80}));
  return outlet.picture({PictureKind::Sheet, Ticks(0), -1, false, sheet.width, sheet.height}, jpeg);
}

Result<void> Survey::preview(Outlet& outlet) {
  VIGIL_ASSIGN(auto video, media::make_memory_video(width(), height(), kPreviewFps));
  Ticks time{0};
  for (const auto& small : small_) {
    auto frame = std::make_shared<media::Frame>(*small.frame);
    frame->owner = small.frame;
    frame->pts = time;
    time += Ticks(90000 / kPreviewFps);
    VIGIL_TRY(video->write(frame));
  }
  VIGIL_TRY(video->finish());
  return outlet.picture({PictureKind::Preview, Ticks(0), -1, false, width(), height()}, video->take());
}

// The key frame from which the picture at `time` is decoded; nothing where it cannot be decoded itself.
Result<std::optional<media::ClipPicture>> key_at(media::Clip& clip, Ticks time) {
  VIGIL_TRY(clip.seek(time));
  std::optional<Ticks> first;
  return clip.next([&](const media::ClipPlace& place) {
    if (place.key && !first) first = place.time;
    return first && place.time == *first;
  });
}

Result<void> look_at_keys(media::Clip& clip, Ticks duration, Outlet& outlet, Survey& survey) {
  for (int i = 0; i <= kPlaces; ++i) {
    const Ticks time = i == 0 ? Ticks(0) : duration * (2 * i - 1) / (2 * kPlaces);
    VIGIL_ASSIGN(const auto picture, key_at(clip, time));
    if (picture && !survey.knows(picture->place.time)) VIGIL_TRY(survey.add(*picture));
    VIGIL_TRY(outlet.progress(1));  // that we live
  }
  return {};
}

Result<void> look_evenly(media::Clip& clip, Ticks duration, Outlet& outlet, Survey& survey) {
  VIGIL_TRY(clip.seek(Ticks(0)));
  std::vector<Ticks> times;
  for (int i = 0; i < kEvenly; ++i) times.push_back(duration * i / kEvenly);
  for (;;) {
    VIGIL_ASSIGN(const auto picture, clip.next([&](const media::ClipPlace& place) {
      return std::any_of(times.begin(), times.end(), [&](Ticks time) { return shows(place, time); });
    }));
    if (!picture) return {};
    if (!survey.knows(picture->place.time)) VIGIL_TRY(survey.add(*picture));
    VIGIL_TRY(outlet.progress(1));
  }
}

}  // namespace

Result<void> survey(media::Clip& clip, const Request& request, Outlet& outlet) {
  const auto duration = std::max(clip.info().duration, clip.ahead());
  Survey survey;
  VIGIL_TRY(look_at_keys(clip, duration, outlet, survey));
  if (survey.count() < kFewKeyFrames && duration <= kLongestWhole) {
    VIGIL_TRY(look_evenly(clip, duration, outlet, survey));
  }
  if (survey.count() == 0) {
    return make_error(ErrorKind::InvalidArgument,
                      "There is not one picture in the video that can be decoded: it is damaged.", "media.no_pictures");
  }
  if (request.thumbnails) VIGIL_TRY(survey.thumbnails(outlet));
  if (request.sheet) VIGIL_TRY(survey.sheet(outlet));
  if (request.preview) VIGIL_TRY(survey.preview(outlet));
  return {};
}

}  // namespace vigil::extract
