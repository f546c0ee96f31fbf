#include <sstream>
#include <thread>

#include "clients.h"

namespace vigil::viewers {
namespace {

using namespace std::chrono_literals;

std::string attribute(const std::string& line, const std::string& name) {
  for (auto at = line.find(name + "="); at != std::string::npos; at = line.find(name + "=", at + 1)) {
    if (line[at - 1] != ',' && line[at - 1] != ':') continue;
    const auto from = at + name.size() + 1;
    if (line[from] == '"') return line.substr(from + 1, line.find('"', from + 1) - from - 1);
    return line.substr(from, line.find(',', from) - from);
  }
  return {};
}

std::string resolve(const std::string& base, const std::string& address) {
  if (const auto host = address.find("://"); host != std::string::npos)
    return address.substr(address.find('/', host + 3));
  if (address.starts_with('/')) return address;
  const auto path = base.substr(0, base.find('?'));
  return path.substr(0, path.rfind('/') + 1) + address;
}

// Pieces in their order: parts where there are some, else segments.
struct Piece {
  std::string address;
  std::uint64_t segment = 0;
  std::int64_t part = -1;  // -1: a whole segment
  bool independent = true;
};

struct Playlist {
  std::vector<Piece> pieces;
  std::string variant;  // not empty: it leads to another playlist
  std::uint64_t next_segment = 0;
  std::int64_t next_part = 0;
  double target = 2;
  bool waits = false;  // the server answers when there is something new
};

Playlist parse(const std::string& text, const std::string& base) {
  Playlist out;
  std::istringstream lines(text);
  std::uint64_t segment = 0;
  std::int64_t part = 0;
  bool variants = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.starts_with("#EXT-X-MEDIA-SEQUENCE:")) segment = std::stoull(line.substr(22));
    if (line.starts_with("#EXT-X-SKIP:")) segment += std::stoull("0" + attribute(line, "SKIPPED-SEGMENTS"));
    if (line.starts_with("#EXT-X-TARGETDURATION:")) out.target = std::atof(line.c_str() + 22);
    if (line.starts_with("#EXT-X-SERVER-CONTROL:")) out.waits = attribute(line, "CAN-BLOCK-RELOAD") == "YES";
    if (line.starts_with("#EXT-X-STREAM-INF:")) variants = true;
    if (line.starts_with("#EXT-X-PART:")) {
      out.pieces.push_back(
          {resolve(base, attribute(line, "URI")), segment, part++, attribute(line, "INDEPENDENT") == "YES"});
    }
    if (line.empty() || line[0] == '#') continue;
    if (variants) {
      out.variant = resolve(base, line);
      return out;
    }
    if (part == 0) out.pieces.push_back({resolve(base, line), segment, -1, true});
    ++segment;
    part = 0;
  }
  out.next_segment = segment;
  out.next_part = part;
  return out;
}

// The pieces after `last`, the first time from the newest that a player can begin with.
std::vector<Piece> fresh(const Playlist& list, const std::optional<Piece>& last) {
  std::vector<Piece> out;
  for (const auto& piece : list.pieces) {
    if (!last) {
      if (piece.independent) out.clear();
      out.push_back(piece);
    } else if (piece.segment > last->segment ||
               (piece.segment == last->segment && piece.part > last->part && last->part >= 0)) {
      out.push_back(piece);
    }
  }
  return out;
}

}  // namespace

std::string watch_hls(const Viewing& viewing, Meter& meter, std::stop_token stop) {
  Http http(viewing.address, viewing.headers);
  auto path = viewing.address.path;
  std::optional<Piece> last;
  std::string query;
  Brake brake(viewing.pace, stop);
  int refusals = 0;
  while (!stop.stop_requested()) {
    const auto mark = path.find('?') == std::string::npos ? "?" : "&";
    auto reply = http.get(query.empty() ? path : path + mark + query, stop);
    if (stop.stop_requested()) break;
    if (!reply) return "the connection ended";
    if (reply->status == 503 && ++refusals < 40) {
      std::this_thread::sleep_for(250ms);
      continue;
    }
    if (reply->status != 200) return "playlist " + std::to_string(reply->status);
    const auto list = parse(reply->body, path);
    if (!list.variant.empty()) {
      path = list.variant;
      continue;
    }
    const auto pieces = fresh(list, last);
    for (const auto& piece : pieces) {
      auto got = http.get(piece.address, stop);
      if (stop.stop_requested()) break;
      if (!got || got->status != 200) return "segment " + std::to_string(got ? got->status : 0);
      meter.go_on({reinterpret_cast<const std::uint8_t*>(got->body.data()), got->body.size()});
      brake.read(got->body.size());
      last = piece;
    }
    if (viewing.pace < 0) brake.stand();
    query = list.waits
                ? "_HLS_msn=" + std::to_string(list.next_segment) + "&_HLS_part=" + std::to_string(list.next_part)
                : "";
    if (!list.waits && pieces.empty())
      std::this_thread::sleep_for(std::chrono::duration<double>(std::min(list.target / 2, 1.0)));
  }
  return "";
}

}  // namespace vigil::viewers
