#pragma once

#include <string>

#include "api/message.h"
#include "base/result.h"
#include "base/secret.h"
#include "store/records.h"

// Queries for records, out of the parameters that the contract has checked. InvalidArgument, with "query:NAME" as
// pointer, for what a schema cannot say.

namespace vigil::api {

Result<store::RecordScope> record_scope(const Request& request);  // camera, from, to, run
Result<std::optional<WallTime>> time_in(const Request& request, const char* name);
std::vector<std::string> texts_in(const Request& request, const char* name);
std::string text_in(const Request& request, const char* name);                             // empty: not there
Result<model::Polygon> polygon_from(const std::string& text, const std::string& pointer);  // "x,y;x,y;…"

Result<std::uint64_t> subject_id_from(std::string_view text, const std::string& pointer);

// limit and cursor. The cursor is good for requests with the same conditions only.
Result<store::PageRequest> page_request(const Request& request, const Secret& key);
Json next_cursor(const Request& request, const std::optional<store::RecordCursor>& next, const Secret& key);

Result<store::TrackQuery> track_query(const Request& request, const Secret& key);

// The answer to a query that is wrong: 400, as for what the contract finds.
Response bad_query(const Error& error);

}  // namespace vigil::api
