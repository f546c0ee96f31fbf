#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/records.h"

namespace vigil::records {

// A batch of records as bytes, for the spool. Version byte, then of each kind the count and the fields in the order of
// store/record_fields.h: numbers of variable length, texts with their length before them.
std::string encode(const store::RecordBatch& batch);

// DataLoss for anything that encode() did not make. Memory is bounded by the text's size.
Result<store::RecordBatch> decode(std::string_view bytes);

}  // namespace vigil::records
