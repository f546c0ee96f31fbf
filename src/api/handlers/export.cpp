#include "records/export.h"

#include <algorithm>
#include <functional>

#include "api/handlers/context.h"
#include "api/handlers/seat.h"
#include "api/problem.h"
#include "api/record_query.h"
#include "records/coco.h"

// Tracks as files, written page by page as the client takes them. Only MOT, which is sorted by frame, is made as a
// whole.

namespace vigil::api {
namespace {

constexpr int kMaxExports = 2;
constexpr std::size_t kMaxPictures = 200000;  // of a COCO file: those that annotations can refer to are remembered
constexpr int kMaxSegments = 10000;           // of a MOT file: about a hundred tracks for an hour

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
                         std::optional<store::RecordCursor> next) {
  return [&tracks, query, next](std::stop_token gone) mutable -> std::optional<std::string> {
    while (next && !gone.stop_requested()) {
      query.page.after = std::exchange(next, std::nullopt);
      auto page = tracks.find(query);
      if (!page.ok()) return std::nullopt;  // the file ends early: the answer's beginning is gone already
      next = page->next;
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
  auto more = pages_after(records.tracks(), query, page.next);
  return std::unique_ptr<BodyStream>(
      std::make_unique<Pieces>(std::move(seat), records::to_csv(page.items), std::move(more)));
}

// All kept pictures, then what they show.
class CocoPages {
 public:
  CocoPages(store::PictureRepository& pictures, const Scope& scope) : pictures_(pictures) {
    frames_.scope = objects_.scope = scope.records;
    objects_.labels = scope.labels;
    frames_.page.limit = objects_.page.limit = store::kMaxPage;
  }

  // Nothing after the end, and after an error: a file that ends early is not valid JSON.
  Result<std::optional<std::string>> next() {
    switch (step_) {
      case Step::Images: {
        VIGIL_ASSIGN(auto page, pictures_.find(frames_));
        frames_.page.after = page.next;
        auto out = writer_.images(page.items);
        cut_ = page.next && writer_.pictures() >= kMaxPictures;
        if (!page.next || cut_) step_ = Step::Objects;
        return std::optional(std::move(out));
      }
      case Step::Objects: {
        VIGIL_ASSIGN(auto page, pictures_.objects(objects_));
        objects_.page.after = page.next;
        auto out = writer_.annotations(page.items);
        if (!page.next) {
          out += writer_.end(
              cut_ ? "Not all: only the newest 200000 pictures of what was asked for. Ask for a shorter time." : "");
          step_ = Step::Done;
        }
        return std::optional(std::move(out));
      }
      case Step::Done:
        break;
    }
    return std::optional<std::string>();
  }

 private:
  enum class Step { Images, Objects, Done };
  store::PictureRepository& pictures_;
  store::KeyFrameQuery frames_;
  store::ObjectQuery objects_;
  records::CocoWriter writer_;
  Step step_ = Step::Images;
  bool cut_ = false;
};

Result<std::unique_ptr<BodyStream>> coco(store::Records& records, const Scope& scope, std::unique_ptr<Seat> seat) {
  auto pages = std::make_shared<CocoPages>(records.pictures(), scope);
  VIGIL_ASSIGN(auto first, pages->next());
  auto more = [pages](std::stop_token gone) -> std::optional<std::string> {
    while (!gone.stop_requested()) {
      auto piece = pages->next();
      if (!piece.ok() || !*piece) return std::nullopt;
      if (!(*piece)->empty()) return std::move(*piece);
    }
    return std::nullopt;
  };
  return std::unique_ptr<BodyStream>(
      std::make_unique<Pieces>(std::move(seat), first.value_or(std::string()), std::move(more)));
}

Result<std::string> mot(store::Records& records, const Scope& scope) {
  VIGIL_ASSIGN(auto segments, records.tracks().boxes({scope.records, "", kMaxSegments}));
  if (segments.size() >= kMaxSegments) {
    return make_error(ErrorKind::InvalidArgument,
                      "gives more boxes than a MOT file is made of at once; ask for a shorter time", {}, "query:to");
  }
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
  if (format == "coco") {
    auto stream = coco(records, wanted, std::move(seat));
    if (!stream.ok()) return problem(stream.error());
    return file("application/json", "tracks.json", std::move(*stream));
  }
  auto text = mot(records, wanted);
  if (!text.ok()) return bad_query(text.error());
  return file("text/plain; charset=utf-8", "tracks.txt",
              std::make_unique<Pieces>(std::move(seat), std::move(*text), nullptr));
}

}  // namespace

void add_export_routes(std::vector<Route>& routes, Context& context) {
  routes.push_back({"GET", "/api/export/tracks", "export_tracks", Permission::Viewer,
                    [&context](const Request& request) { return export_tracks(context, request); }, Lane::Slow});
}

}  // namespace vigil::api
