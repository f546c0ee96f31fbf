#pragma once

#include "model/job_rules.h"
#include "store/sql/database.h"
#include "store/uploads.h"

// Plates of videos that were handed in, as rows. Callers hold a transaction.

namespace vigil::store::sql {

// Those of this job are these from now on; none where its asset is gone.
Result<void> put_found_plates(Connection& connection, const model::Job& job,
                              const std::vector<model::FoundPlate>& plates);
Result<void> remove_found_plates(Connection& connection, const std::string& job_id);

Result<Page<model::FoundPlate>> find_found_plates(Connection& connection, const FoundPlateQuery& query);

}  // namespace vigil::store::sql
