#include "app/process_records.h"

#include <fmt/format.h>

#include "media/image.h"
#include "store/open.h"

namespace vigil::app {
namespace {

constexpr std::size_t kQueue = 16;  // emptied after every picture

}  // namespace

Result<std::unique_ptr<ProcessRecords>> ProcessRecords::open(const std::string& database, const std::string& scratch) {
  auto out = std::unique_ptr<ProcessRecords>(new ProcessRecords());
  store::OpenOptions options;
  const bool url = database.find("://") != std::string::npos;
  options.data_dir = url ? scratch : database;
  if (url) options.database_url = Secret(database);
  VIGIL_ASSIGN(out->store_, store::open_store(options));
  records::WriterConfig config;
  config.data_dir = options.data_dir;
  auto picture = [held = &out->frame_](const std::string&, std::uint64_t, WallTime) -> std::optional<records::Picture> {
    if (!*held) return std::nullopt;
    auto jpeg = media::encode_jpeg(**held);
    if (!jpeg) return std::nullopt;
    return records::Picture{std::string(jpeg->begin(), jpeg->end()), (*held)->width, (*held)->height};
  };
  out->writer_ = std::make_unique<records::Writer>(config, out->observations_.subscribe("records", kQueue),
                                                   out->store_->records().log(), picture, system_clock());
  return out;
}

void ProcessRecords::add(const media::FramePtr& frame, const model::Observation& seen) {
  frame_ = frame;
  observations_.publish(seen);
  writer_->step();
}

Result<void> ProcessRecords::finish() {
  observations_.close();
  writer_->stop();
  const auto figures = writer_->figures();
  if (figures.away || figures.lost > 0 || figures.refused > 0) {
    return make_error(ErrorKind::Unavailable,
                      fmt::format("the database did not take everything: {} records lost, {} refused, {} bytes wait in "
                                  "the data folder for the next start",
                                  figures.lost, figures.refused, figures.spooled_bytes));
  }
  return {};
}

}  // namespace vigil::app
