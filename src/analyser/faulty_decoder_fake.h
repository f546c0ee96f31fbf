#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyser/child.h"
#include "pipeline/decoder_fake.h"
#include "vision/plates.h"

// Decoders that do what the first byte of a packet says, in the child where it happens. Header-only, for tests.

namespace vigil::analyser {

constexpr std::uint8_t kCrash = 101;   // ends the process
constexpr std::uint8_t kHang = 102;    // never comes back
constexpr std::uint8_t kEscape = 103;  // opens a file; fails when it cannot
constexpr std::uint8_t kForge = 104;   // writes nonsense to the server
constexpr std::uint8_t kSlow = 105;    // takes a fifth of a second
constexpr std::uint8_t kChurn = 107;   // takes much memory in small pieces and gives it back
constexpr std::uint8_t kEat = 106;     // takes all memory that it gets

class FaultyDecoders {
 public:
  pipeline::DecoderFactory factory() {
    return [inner = fakes_.factory()](const media::CodecParams& params,
                                      const media::DecoderOptions& options) -> Result<std::unique_ptr<media::Decoder>> {
      VIGIL_ASSIGN(auto made, inner(params, options));
      return std::unique_ptr<media::Decoder>(std::make_unique<Faulty>(std::move(made)));
    };
  }

 private:
  class Faulty final : public media::Decoder {
   public:
    explicit Faulty(std::unique_ptr<media::Decoder> inner) : inner_(std::move(inner)) {}
    Result<std::vector<media::FramePtr>> decode(const media::Packet& packet) override {
      switch (packet.data.view()[0]) {
        case kCrash:
          std::abort();
        case kHang: {
          volatile bool forever = true;
          while (forever) {
          }
          break;
        }
        case kEscape:
          if (::open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0)
            return make_error(ErrorKind::PermissionDenied, "no files");
          break;
        case kForge: {
          constexpr std::string_view text = "this is not a header of forty-eight bytes, but it is as long";
          static_cast<void>(!::write(kSocket, text.data(), text.size()));
          break;
        }
        case kSlow:
          ::usleep(200'000);
          break;
        case kChurn: {
          std::vector<std::unique_ptr<std::vector<std::uint8_t>>> pieces;
          for (int i = 0; i < 200; ++i) pieces.push_back(std::make_unique<std::vector<std::uint8_t>>(200'000, 1));
          while (!pieces.empty()) pieces.pop_back();
          break;
        }
        case kEat:
          for (;;) new std::vector<std::uint8_t>(64 << 20, 1);
        default:
          break;
      }
      return inner_->decode(packet);
    }
    std::vector<media::FramePtr> flush() override { return inner_->flush(); }

   private:
    std::unique_ptr<media::Decoder> inner_;
  };

  pipeline::FakeDecoders fakes_;
};

// Makes Opus, but for MP3, whose first byte it obeys.
class FaultyOpus final : public media::OpusTranscoder {
 public:
  explicit FaultyOpus(std::unique_ptr<media::OpusTranscoder> inner) : inner_(std::move(inner)) {}
  static Result<std::unique_ptr<media::OpusTranscoder>> make() {
    VIGIL_ASSIGN(auto inner, media::make_opus_transcoder());
    return std::unique_ptr<media::OpusTranscoder>(std::make_unique<FaultyOpus>(std::move(inner)));
  }
  Result<std::vector<media::Packet>> take(const media::Packet& packet) override {
    if (packet.params->codec == media::Codec::Mp3 && packet.data.view()[0] == kCrash) std::abort();
    return inner_->take(packet);
  }
  void interrupt() override { inner_->interrupt(); }

 private:
  std::unique_ptr<media::OpusTranscoder> inner_;
};

// Never comes back, once it is used in earnest: the picture to warm up with is 640 samples wide.
class EndlessFinder final : public vision::PlateFinder {
 public:
  Result<std::vector<vision::PlateSpot>> find(const media::Frame& frame, const vision::Region&) override {
    volatile bool forever = frame.width != 640;
    while (forever) {
    }
    return std::vector<vision::PlateSpot>();
  }
  const std::string& name() const override { return name_; }

 private:
  std::string name_ = "endless";
};

}  // namespace vigil::analyser
