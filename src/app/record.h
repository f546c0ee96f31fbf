#pragma once

#include <memory>

#include "app/options.h"
#include "app/scene_teller.h"
#include "bus/bus.h"
#include "cameras/cameras.h"
#include "records/sweeper.h"
#include "records/writer.h"
#include "store/repositories.h"

namespace vigil::app {

// Subscribes to what is seen, to keep it in the store, with pictures from the cameras; all of them outlive it.
std::unique_ptr<records::Writer> make_writer(const Settings& settings, bus::Observations& observations,
                                             store::Store& store, cameras::Cameras& cameras, Clock& clock);

// Null where no endpoint is set. Cameras and writer outlive it.
std::unique_ptr<SceneTeller> make_scene_teller(const Settings& settings, bus::Observations& observations,
                                               cameras::Cameras& cameras, records::Writer& writer, Clock& clock);

std::unique_ptr<records::Sweeper> make_sweeper(const Settings& settings, store::Store& store, Clock& clock);

}  // namespace vigil::app
