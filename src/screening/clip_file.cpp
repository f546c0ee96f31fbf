#include "screening/clip_file.h"

#include <utility>

namespace vigil::screening {
namespace {

class ClipFile final : public media::VideoFile {
 public:
  explicit ClipFile(media::Clip& clip) : clip_(clip) {}

  int width() const override { return clip_.info().turns % 2 == 0 ? clip_.info().width : clip_.info().height; }
  int height() const override { return clip_.info().turns % 2 == 0 ? clip_.info().height : clip_.info().width; }
  double fps() const override { return clip_.info().fps > 0 ? clip_.info().fps : 25.0; }
  std::int64_t estimated_frames() const override { return clip_.info().pictures; }

  Result<media::FramePtr> read() override {
    auto picture = clip_.next([](const media::ClipPlace&) { return true; });
    trouble_.broken = clip_.figures().broken;
    if (!picture) return std::move(picture).error();
    if (!*picture) {
      trouble_.ended = clip_.figures().ended;
      return media::FramePtr();
    }
    return std::move((*picture)->frame);
  }
  const Trouble& trouble() const override { return trouble_; }

 private:
  media::Clip& clip_;
  Trouble trouble_;
};

}  // namespace

std::unique_ptr<media::VideoFile> make_clip_file(media::Clip& clip) {
  return std::make_unique<ClipFile>(clip);
}

}  // namespace vigil::screening
