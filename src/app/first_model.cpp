#include "app/first_model.h"

#include <algorithm>

#include "app/model_source.h"
#include "base/log.h"
#include "vision/model_store.h"

namespace vigil::app {
namespace {

void fetch_default(const std::filesystem::path& models, const std::vector<std::string>& deny, std::stop_token stop) {
  vision::ModelStore store(models);
  const auto there = store.list();
  // Of another task it is no detector; one that cannot be read may be one.
  const bool any = std::any_of(there.begin(), there.end(), [](const vision::StoredModel& model) {
    return model.card.task == vision::Task::Detect || !model.problem.empty();
  });
  if (!store.default_model().empty() || any) return;
  const auto& catalogue = vision::built_in_catalogue();
  const auto* entry = catalogue.find(catalogue.default_name);
  auto egress = ingest::EgressPolicy::make({}, deny);
  if (entry == nullptr || !egress) return;
  log::info("there is no detector yet; fetching the default one",
            {{"model", entry->card.id()}, {"from", entry->card.source}, {"bytes", entry->card.bytes}});
  Fetching fetching{std::make_shared<const ingest::EgressPolicy>(std::move(*egress)), stop,
                    [next = std::uint64_t{25}](std::uint64_t done, std::uint64_t of) mutable {
                      if (of == 0 || done * 100 / of < next) return;
                      next = done * 100 / of + 25;
                      log::info("fetching the default detector", {{"percent", done * 100 / of}});
                    }};
  auto found = fetch_entry(fetching, *entry);
  auto added = found ? store.add(std::move(found->card), found->onnx) : Result<vision::ModelCard>(found.error());
  if (added) {
    log::info("the default detector is there", {{"model", added->id()}, {"licence", added->licence}});
  } else if (added.error().kind != ErrorKind::Cancelled) {
    log::warn(
        "there is no detector model: the classic detector finds people; vigil models pull, or vigil models add, gets "
        "one",
        {{"reason", added.error().message}});
  }
}

}  // namespace

FirstModel::FirstModel(std::filesystem::path models, std::vector<std::string> deny_networks)
    : thread_([models = std::move(models), deny = std::move(deny_networks)](std::stop_token stop) {
        fetch_default(models, deny, stop);
      }) {}

}  // namespace vigil::app
