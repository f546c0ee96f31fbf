#include "records/export.h"

#include <algorithm>
#include <functional>

#include "api/handlers/context.h"
#include "api/handlers/seat.h"
#include "api/problem.h"
#include "api/record_query.h"

// Tracks as files. What cannot be written piece by piece (COCO, MOT) is bounded by what fits into memory many times.

namespace vigil::api {
namespace {

constexpr int kMaxExports = 2;
constexpr std::size_t kMaxTracks = 100000, kMaxPictures = 5000;
constexpr int kMaxSegments = 10000;

// Pieces out of a function, on the stream's own thread; an empty piece is passed over.
class Pieces final : public BodyStream {
 public:
  using Next = std::function<std::optional<std::string>(std::stop_token)>;
  Pieces(std::unique_ptr<Seat> seat, std::string first, Next next)
      : seat_(std::move(seat)), first_(std::move(first)), next_(std::move(next)) {}
  std::optional<std::string> next(std::stop_token gone) override {
    if (auto piece = std::exchange(first_, std::nullopt)) return piece;
    return next_ ? next_(gone) : std::nullopt;
  }

 private:
  std::unique_ptr<Seat> seat_;
  std::optional<std::string> first_;
  Next next_;
};

std::string without_head(const std::string& csv) {
  auto end = csv.find('\n');
  return end == std::string::npos ? std::string() : csv.substr(end + 1);
}

// The pages after the first, each when the client has taken the one before.
Pieces::Next pages_after(store::TrackRepository& tracks, store::TrackQuery query,
                         std::optional<store::RecordCursor> next, std::size_t written) {
  return [&tracks, query, next, written](std::stop_token gone) mutable -> std::optional<std::string> {
    while (next && written < kMaxTracks && !gone.stop_requested()) {
      query.page.after = std::exchange(next, std::nullopt);
      auto page = tracks.find(query);
      if (!page.ok()) return std::nullopt;  // the file ends early: the answer's beginning is gone already
      next = page->next;
      written += page->items.size();
      if (!page->items.empty()) return without_head(records::to_csv(page->items));
    }
    return std::nullopt;
  };
}

struct Scope {
  store::RecordScope records;
  std::vector<std::string> labels;
};

Result<std::unique_ptr<BodyStream>> csv(store::Records& records, const Scope& scope, std::unique_ptr<Seat> seat) {
  store::TrackQuery query;
  query.scope = scope.records;
  query.labels = scope.labels;
  query.page.limit = store::kMaxPage;
  VIGIL_ASSIGN(auto page, records.tracks().find(query));
  auto more = pages_after(records.tracks(), query, page.next, page.items.size());
  return std::unique_ptr<BodyStream>(
      std::make_unique<Pieces>(std::move(seat), records::to_csv(page.items), std::move(more)));
}

Result<std::string> coco(store::Records& records, const Scope& scope) {
  std::vector<model::KeyFrame> frames;
  store::KeyFrameQuery query;
  query.scope = scope.records;
  query.page.limit = store::kMaxPage;
  do {
    VIGIL_ASSIGN(auto page, records.pictures().find(query));
    frames.insert(frames.end(), page.items.begin(), page.items.end());
    query.page.after = page.next;
  } while (query.page.after && frames.size() < kMaxPictures);
  std::vector<model::DetectedObject> objects;
  store::ObjectQuery wanted;
  wanted.scope = scope.records;
  wanted.labels = scope.labels;
  wanted.page.limit = store::kMaxPage;
  do {
    VIGIL_ASSIGN(auto page, records.pictures().objects(wanted));
    objects.insert(objects.end(), page.items.begin(), page.items.end());
    wanted.page.after = page.next;
  } while (wanted.page.after && objects.size() < kMaxTracks);
  return records::to_coco(frames, objects);
}

Result<std::string> mot(store::Records& records, const Scope& scope) {
  VIGIL_ASSIGN(auto segments, records.tracks().boxes({scope.records, "", kMaxSegments}));
  if (!scope.labels.empty()) {
    std::erase_if(segments, [&](const auto& segment) {
      return std::find(scope.labels.begin(), scope.labels.end(), segment.label) == scope.labels.end();
    });
  }
  VIGIL_ASSIGN(auto boxes, records::boxes_of(segments));
  return records::to_mot(boxes);
}

Response file(const char* type, const char* name, std::unique_ptr<BodyStream> stream) {
  Response response;
  response.headers.add("Content-Type", type);
  response.headers.add("Content-Disposition", std::string("attachment; filename=\"") + name + "\"");
  response.headers.add("Cache-Control", "no-store");
  response.stream = std::move(stream);
  return response;
}

Response export_tracks(Context& context, const Request& request) {
  auto& records = context.services.store.records();
  auto scope = record_scope(request);
  if (!scope.ok()) return bad_query(scope.error());
  const Scope wanted{std::move(*scope), texts_in(request, "label")};
  const auto format = text_in(request, "format");
  if (format == "mot" && wanted.records.run_id.empty()) {
    auto error = make_error(ErrorKind::InvalidArgument, "is required for mot: frames are numbered within one run");
    error.pointer = "query:run";
    return bad_query(error);
  }
  auto seat = std::make_unique<Seat>(context.exports, kMaxExports);
  if (!seat->mine()) {
    auto response = problem(503, "exports.limit", "Two exports are running already. Try again when one has ended.");
    response.headers.add("Retry-After", "10");
    return response;
  }
  if (format == "csv") {
    auto stream = csv(records, wanted, std::move(seat));
    if (!stream.ok()) return problem(stream.error());
    return file("text/csv; charset=utf-8", "tracks.csv", std::move(*stream));
  }
  auto text = format == "coco" ? coco(records, wanted) : mot(records, wanted);
  if (!text.ok()) return problem(text.error());
  auto stream = std::make_unique<Pieces>(std::move(seat), std::move(*text), nullptr);
  return format == "coco" ? file("application/json", "tracks.json", std::move(stream))
                          : file("text/plain; charset=utf-8", "tracks.txt", std::move(stream));
}

}  // namespace

void add_export_routes(std::vector<Route>& routes, Context& context) {
  routes.push_back({"GET", "/api/export/tracks", "export_tracks", Permission::Viewer,
                    [&context](const Request& request) { return export_tracks(context, request); }, Lane::Slow});
}

}  // namespace vigil::api
