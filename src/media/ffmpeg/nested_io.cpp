#include "media/ffmpeg/nested_io.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "base/redact.h"

extern "C" {
#include <libavutil/aes.h>
#include <libavutil/mem.h>
#include <libavutil/opt.h>
}

namespace vigil::media::ffmpeg {
namespace {

constexpr int kBufferSize = 32 << 10;
constexpr std::size_t kBlock = 16;

using Key = std::array<std::uint8_t, kBlock>;

std::optional<Key> parse_hex(const AVDictionary* options, const char* name) {
  const auto* entry = av_dict_get(options, name, nullptr, 0);
  std::string_view text = entry != nullptr ? entry->value : "";
  if (text.size() != 2 * kBlock) return std::nullopt;
  Key out{};
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto c = text[i];
    int digit = c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
    if (digit < 0) return std::nullopt;
    out[i / 2] = static_cast<std::uint8_t>(out[i / 2] << 4 | digit);
  }
  return out;
}

// AES-128-CBC with PKCS #7 padding over another reader.
class DecryptingReader final : public ByteReader {
 public:
  DecryptingReader(std::unique_ptr<ByteReader> inner, const Key& key, const Key& iv)
      : inner_(std::move(inner)), aes_(av_aes_alloc(), &av_free), iv_(iv) {
    if (aes_) av_aes_init(aes_.get(), key.data(), 128, 1);
  }

  Result<std::size_t> read(std::span<std::uint8_t> buffer) override {
    if (!aes_) return make_error(ErrorKind::ResourceExhausted, "no memory to decrypt");
    while (at_ == clear_.size()) {
      if (ended_) return std::size_t{0};
      VIGIL_TRY(fill());
    }
    auto count = std::min(buffer.size(), clear_.size() - at_);
    std::memcpy(buffer.data(), clear_.data() + at_, count);
    at_ += count;
    return count;
  }
  std::string location() const override { return inner_->location(); }

 private:
  // Decrypts what is there, but the last block: only the end tells whether it is padded.
  Result<void> fill() {
    std::array<std::uint8_t, 8192> chunk{};
    VIGIL_ASSIGN(auto count, inner_->read(chunk));
    ended_ = count == 0;
    secret_.insert(secret_.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(count));
    auto blocks = secret_.size() / kBlock;
    if (!ended_ && blocks > 0) --blocks;
    clear_.resize(blocks * kBlock);
    at_ = 0;
    if (blocks == 0) return {};
    av_aes_crypt(aes_.get(), clear_.data(), secret_.data(), static_cast<int>(blocks), iv_.data(), 1);
    secret_.erase(secret_.begin(), secret_.begin() + static_cast<std::ptrdiff_t>(clear_.size()));
    if (ended_) {
      std::size_t padding = clear_.back();
      if (padding == 0 || padding > kBlock) return make_error(ErrorKind::DataLoss, "the segment does not decrypt");
      clear_.resize(clear_.size() - padding);
    }
    return {};
  }

  std::unique_ptr<ByteReader> inner_;
  std::unique_ptr<AVAES, decltype(&av_free)> aes_;
  Key iv_;
  std::vector<std::uint8_t> secret_, clear_;
  std::size_t at_ = 0;
  bool ended_ = false;
};

// What AVIOContext::opaque points to. The HLS demuxer asks for the option "location" to learn where a playlist really
// came from; libav looks for options in the children of the context's class, so this object is made such a child.
struct OptionHead {
  const AVClass* av_class = nullptr;
  char* location = nullptr;  // by libav's allocator
};

struct Nested {
  OptionHead head;
  std::unique_ptr<ByteReader> reader;
  std::string* why = nullptr;
};

const AVOption kNestedOptions[] = {
    {"location", "", offsetof(OptionHead, location), AV_OPT_TYPE_STRING, {0}, 0, 0, 0, nullptr},
    {nullptr, nullptr, 0, AV_OPT_TYPE_FLAGS, {0}, 0, 0, 0, nullptr},
};

const AVClass kNestedClass = [] {
  AVClass c{};
  c.class_name = "vigil nested";
  c.item_name = [](void*) { return "nested"; };
  c.option = kNestedOptions;
  c.version = LIBAVUTIL_VERSION_INT;
  return c;
}();

const AVClass kContextClass = [] {
  AVClass c{};
  c.class_name = "vigil io";
  c.item_name = [](void*) { return "io"; };
  c.version = LIBAVUTIL_VERSION_INT;
  c.child_next = [](void* object, void* previous) -> void* {
    return previous == nullptr ? &static_cast<Nested*>(static_cast<AVIOContext*>(object)->opaque)->head : nullptr;
  };
  return c;
}();

int to_av_error(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::Unauthenticated:
      return AVERROR_HTTP_UNAUTHORIZED;
    case ErrorKind::PermissionDenied:
      return AVERROR_HTTP_FORBIDDEN;
    case ErrorKind::NotFound:
      return AVERROR_HTTP_NOT_FOUND;
    case ErrorKind::DeadlineExceeded:
      return AVERROR(ETIMEDOUT);
    case ErrorKind::Cancelled:
      return AVERROR_EXIT;
    case ErrorKind::Unavailable:
      return AVERROR_HTTP_SERVER_ERROR;
    case ErrorKind::DataLoss:
      return AVERROR_INVALIDDATA;
    default:
      return AVERROR(EIO);
  }
}

int read_nested(void* opaque, std::uint8_t* buffer, int size) {
  auto* nested = static_cast<Nested*>(opaque);
  auto count = nested->reader->read({buffer, static_cast<std::size_t>(size)});
  if (!count) {
    if (nested->why != nullptr) *nested->why = redact(count.error().message);
    return to_av_error(count.error().kind);
  }
  return *count == 0 ? AVERROR_EOF : static_cast<int>(*count);
}

}  // namespace

int open_nested(AVIOContext** out, const std::string& url, AVDictionary* options, const OpenNested& open,
                std::string* why) {
  std::string target = url;
  const bool encrypted = target.starts_with("crypto+") || target.starts_with("crypto:");
  if (encrypted) target.erase(0, 7);
  auto reader = open(target);
  if (!reader) {
    *why = redact(reader.error().message);
    return to_av_error(reader.error().kind);
  }
  auto source = std::move(*reader);
  if (encrypted) {
    auto key = parse_hex(options, "key"), iv = parse_hex(options, "iv");
    if (!key || !iv) return AVERROR_INVALIDDATA;
    source = std::make_unique<DecryptingReader>(std::move(source), *key, *iv);
  }
  auto nested = std::make_unique<Nested>();
  nested->head.av_class = &kNestedClass;
  // Never empty: libav would take that for an address.
  auto location = source->location();
  nested->head.location = av_strdup(location.empty() ? target.c_str() : location.c_str());
  nested->reader = std::move(source);
  nested->why = why;
  auto* buffer = static_cast<unsigned char*>(av_malloc(kBufferSize));
  auto* context = buffer != nullptr
                      ? avio_alloc_context(buffer, kBufferSize, 0, nested.get(), &read_nested, nullptr, nullptr)
                      : nullptr;
  if (context == nullptr) {
    av_free(buffer);
    av_free(nested->head.location);
    return AVERROR(ENOMEM);
  }
  context->av_class = &kContextClass;
  context->seekable = 0;
  static_cast<void>(nested.release());
  *out = context;
  return 0;
}

void close_nested(AVIOContext* context) {
  if (context == nullptr) return;
  std::unique_ptr<Nested> nested(static_cast<Nested*>(context->opaque));
  av_free(nested->head.location);
  context->av_class = nullptr;
  av_freep(&context->buffer);
  avio_context_free(&context);
}

}  // namespace vigil::media::ffmpeg
