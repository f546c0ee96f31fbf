#include "records/batch_codec.h"

#include <bit>
#include <cstdint>
#include <optional>

#include "store/record_fields.h"
#include "store/record_text.h"

namespace vigil::records {
namespace {

constexpr char kVersion = 1;

class Put {
 public:
  explicit Put(std::string& out) : out_(out) {}
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_.push_back(static_cast<char>((value & 0x7f) | 0x80));
    out_.push_back(static_cast<char>(value));
  }
  void operator()(const char*, const std::string& text) {
    number(text.size());
    out_ += text;
  }
  void operator()(const char*, const bool& yes) { number(yes ? 1 : 0); }
  void operator()(const char*, const int& value) { number(static_cast<std::uint32_t>(value)); }
  void operator()(const char*, const std::uint64_t& value) { number(value); }
  void operator()(const char*, const float& value) { number(std::bit_cast<std::uint32_t>(value)); }
  void operator()(const char*, const double& value) { number(std::bit_cast<std::uint64_t>(value)); }
  void operator()(const char*, const WallTime& time) {
    number(static_cast<std::uint64_t>(time.time_since_epoch().count()));
  }
  void operator()(const char* name, const store::Bytes<const std::string>& coded) { (*this)(name, coded.bytes); }
  void operator()(const char* name, const model::Box& box) {
    for (float side : {box.x, box.y, box.width, box.height}) (*this)(name, side);
  }
  template <typename T>
  void operator()(const char* name, const std::optional<T>& maybe) {
    number(maybe ? 1 : 0);
    if (maybe) (*this)(name, *maybe);
  }
  template <typename Composed>
  void operator()(const char* name, const Composed& composed) {
    (*this)(name, store::written(composed));
  }

 private:
  std::string& out_;
};

class Take {
 public:
  explicit Take(std::string_view in) : in_(in) {}
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64 && !in_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(in_.front());
      in_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }
  void operator()(const char*, std::string& text) { text = std::string(piece()); }
  void operator()(const char*, bool& yes) { yes = number() != 0; }
  void operator()(const char*, int& value) { value = static_cast<int>(static_cast<std::uint32_t>(number())); }
  void operator()(const char*, std::uint64_t& value) { value = number(); }
  void operator()(const char*, float& value) { value = std::bit_cast<float>(static_cast<std::uint32_t>(number())); }
  void operator()(const char*, double& value) { value = std::bit_cast<double>(number()); }
  void operator()(const char*, WallTime& time) {
    time = WallTime(std::chrono::microseconds(static_cast<std::int64_t>(number())));
  }
  void operator()(const char* name, store::Bytes<std::string> coded) { (*this)(name, coded.bytes); }
  void operator()(const char* name, model::Box& box) {
    for (float* side : {&box.x, &box.y, &box.width, &box.height}) (*this)(name, *side);
  }
  template <typename T>
  void operator()(const char* name, std::optional<T>& maybe) {
    if (number() != 0 && ok_) (*this)(name, maybe.emplace());
  }
  template <typename Composed>
  void operator()(const char*, Composed& composed) {
    ok_ = store::read(piece(), composed) && ok_;
  }
  void fail() { ok_ = false; }
  bool ok() const { return ok_; }
  std::size_t left() const { return in_.size(); }

 private:
  std::string_view piece() {
    const auto size = number();
    if (size > in_.size()) ok_ = false;
    if (!ok_) return {};
    auto out = in_.substr(0, size);
    in_.remove_prefix(size);
    return out;
  }
  std::string_view in_;
  bool ok_ = true;
};

template <typename T>
void put_all(Put& put, const std::vector<T>& records) {
  put.number(records.size());
  for (const auto& record : records) store::RecordTable<T>::fields(put, record);
}

template <typename T>
void take_all(Take& take, std::vector<T>& records) {
  const auto count = take.number();
  // A record has at least as many bytes as fields; five is fewer than any has.
  if (count > take.left() / 5) return take.fail();
  for (std::uint64_t i = 0; i < count && take.ok(); ++i) store::RecordTable<T>::fields(take, records.emplace_back());
}

template <typename Visitor, typename Batch, typename Action>
void all_kinds(Visitor& visitor, Batch& batch, Action action) {
  action(visitor, batch.runs);
  action(visitor, batch.tracks);
  action(visitor, batch.key_frames);
  action(visitor, batch.objects);
  action(visitor, batch.scenes);
  action(visitor, batch.plates);
  action(visitor, batch.embeddings);
  action(visitor, batch.segments);
}

}  // namespace

std::string encode(const store::RecordBatch& batch) {
  std::string out(1, kVersion);
  Put put(out);
  all_kinds(put, batch, [](auto& visitor, const auto& records) { put_all(visitor, records); });
  return out;
}

Result<store::RecordBatch> decode(std::string_view bytes) {
  auto damaged = make_error(ErrorKind::DataLoss, "spooled records cannot be read", "records.damaged");
  if (bytes.empty() || bytes.front() != kVersion) return damaged;
  Take take(bytes.substr(1));
  store::RecordBatch batch;
  all_kinds(take, batch, [](auto& visitor, auto& records) { take_all(visitor, records); });
  if (!take.ok() || take.left() != 0) return damaged;
  return batch;
}

}  // namespace vigil::records
