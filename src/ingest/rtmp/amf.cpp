#include "ingest/rtmp/amf.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

namespace vigil::ingest::rtmp {
namespace {

enum Marker : std::uint8_t {
  kNumber = 0,
  kBoolean = 1,
  kString = 2,
  kObject = 3,
  kNull = 5,
  kUndefined = 6,
  kReference = 7,
  kEcmaArray = 8,
  kObjectEnd = 9,
  kStrictArray = 10,
  kDate = 11,
  kLongString = 12,
  kUnsupported = 13,
  kXml = 15,
  kTypedObject = 16,
};

constexpr int kMostValues = 1024;
constexpr int kDeepest = 8;

Error broken() {
  return make_error(ErrorKind::DataLoss, "a command is no AMF 0", "rtmp.amf");
}
Error too_much() {
  return make_error(ErrorKind::ResourceExhausted, "a command holds too many values", "rtmp.amf");
}

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : left_(bytes) {}
  bool at_end() const { return left_.empty(); }

  Result<Amf> value(int depth) {
    if (++values_ > kMostValues || depth > kDeepest) return too_much();
    std::uint8_t marker = 0;
    if (!byte(marker)) return broken();
    Amf out;
    switch (marker) {
      case kNumber:
        out.kind = Amf::Kind::Number;
        if (!number(out.number)) return broken();
        return out;
      case kBoolean: {
        std::uint8_t flag = 0;
        out.kind = Amf::Kind::Boolean;
        if (!byte(flag)) return broken();
        out.boolean = flag != 0;
        return out;
      }
      case kString:
      case kLongString:
        out.kind = Amf::Kind::String;
        if (!text(marker == kString ? 2 : 4, out.text)) return broken();
        return out;
      case kXml: {
        std::string ignored;
        if (!text(4, ignored)) return broken();
        return out;
      }
      case kNull:
      case kUndefined:
      case kUnsupported:
        return out;
      case kReference:
        return skip(2) ? Result<Amf>(std::move(out)) : broken();
      case kDate:
        out.kind = Amf::Kind::Number;
        if (!number(out.number) || !skip(2)) return broken();
        return out;
      default:
        return compound(marker, depth);
    }
  }

 private:
  Result<Amf> compound(std::uint8_t marker, int depth) {
    Amf out;
    std::string ignored;
    switch (marker) {
      case kStrictArray: {
        std::uint32_t count = 0;
        if (!integer(4, count)) return broken();
        out.kind = Amf::Kind::Array;
        for (std::uint32_t i = 0; i < count; ++i) {
          VIGIL_ASSIGN(auto one, value(depth + 1));
          out.members.push_back({"", std::move(one)});
        }
        return out;
      }
      case kTypedObject:
        if (!text(2, ignored)) return broken();
        break;
      case kEcmaArray:  // how many there are is a hint only
        if (!skip(4)) return broken();
        break;
      case kObject:
        break;
      default:
        return broken();
    }
    out.kind = Amf::Kind::Object;
    for (;;) {
      std::string name;
      if (!text(2, name)) return broken();
      if (name.empty() && !left_.empty() && left_.front() == kObjectEnd) {
        left_ = left_.subspan(1);
        return out;
      }
      VIGIL_ASSIGN(auto one, value(depth + 1));
      out.members.push_back({std::move(name), std::move(one)});
    }
  }

  bool byte(std::uint8_t& out) {
    if (left_.empty()) return false;
    out = left_.front();
    left_ = left_.subspan(1);
    return true;
  }
  bool skip(std::size_t count) {
    if (left_.size() < count) return false;
    left_ = left_.subspan(count);
    return true;
  }
  bool integer(std::size_t size, std::uint32_t& out) {
    if (left_.size() < size) return false;
    out = 0;
    for (std::size_t i = 0; i < size; ++i) out = out << 8 | left_[i];
    return skip(size);
  }
  bool number(double& out) {
    if (left_.size() < 8) return false;
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < 8; ++i) bits = bits << 8 | left_[i];
    out = std::bit_cast<double>(bits);
    return skip(8);
  }
  bool text(std::size_t size_bytes, std::string& out) {
    std::uint32_t size = 0;
    if (!integer(size_bytes, size) || left_.size() < size) return false;
    out.assign(left_.begin(), left_.begin() + static_cast<std::ptrdiff_t>(size));
    return skip(size);
  }

  std::span<const std::uint8_t> left_;
  int values_ = 0;
};

void write_text(std::string_view text, std::vector<std::uint8_t>& out) {
  text = text.substr(0, 0xffff);
  out.push_back(static_cast<std::uint8_t>(text.size() >> 8));
  out.push_back(static_cast<std::uint8_t>(text.size() & 0xff));
  out.insert(out.end(), text.begin(), text.end());
}

}  // namespace

Amf Amf::of(double value) {
  Amf out;
  out.kind = Kind::Number;
  out.number = value;
  return out;
}

Amf Amf::of(std::string_view value) {
  Amf out;
  out.kind = Kind::String;
  out.text = value;
  return out;
}

Amf Amf::object(std::vector<AmfMember> members) {
  Amf out;
  out.kind = Kind::Object;
  out.members = std::move(members);
  return out;
}

Amf Amf::array(const std::vector<std::string_view>& texts) {
  Amf out;
  out.kind = Kind::Array;
  for (auto text : texts) out.members.push_back({"", of(text)});
  return out;
}

const Amf* Amf::find(std::string_view name) const {
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const AmfMember& member) { return member.name == name; });
  return found == members.end() ? nullptr : &found->value;
}

std::string_view Amf::text_of(std::string_view name) const {
  const auto* member = find(name);
  return member != nullptr && member->kind == Kind::String ? std::string_view(member->text) : std::string_view();
}

Result<std::vector<Amf>> read_amf(std::span<const std::uint8_t> bytes) {
  Reader reader(bytes);
  std::vector<Amf> out;
  while (!reader.at_end()) {
    VIGIL_ASSIGN(auto value, reader.value(0));
    out.push_back(std::move(value));
  }
  return out;
}

void write_amf(const Amf& value, std::vector<std::uint8_t>& out) {
  switch (value.kind) {
    case Amf::Kind::Null:
      out.push_back(kNull);
      return;
    case Amf::Kind::Number: {
      out.push_back(kNumber);
      const auto bits = std::bit_cast<std::uint64_t>(value.number);
      for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(bits >> shift));
      return;
    }
    case Amf::Kind::Boolean:
      out.push_back(kBoolean);
      out.push_back(value.boolean ? 1 : 0);
      return;
    case Amf::Kind::String:
      out.push_back(kString);
      write_text(value.text, out);
      return;
    case Amf::Kind::Array: {
      out.push_back(kStrictArray);
      const auto count = static_cast<std::uint32_t>(value.members.size());
      for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(count >> shift));
      for (const auto& member : value.members) write_amf(member.value, out);
      return;
    }
    case Amf::Kind::Object:
      out.push_back(kObject);
      for (const auto& member : value.members) {
        write_text(member.name, out);
        write_amf(member.value, out);
      }
      out.insert(out.end(), {0, 0, kObjectEnd});
      return;
  }
}

}  // namespace vigil::ingest::rtmp
