#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/records.h"

namespace vigil::records {

// COCO (https://cocodataset.org/#format-data), piece by piece, so that an export of any length takes little memory:
// about 150 bytes a picture. Images, annotations with box, area and, where there is a mask, its segmentation as
// uncompressed RLE over the whole picture, and categories by label. Pure; not thread-safe.
class CocoWriter {
 public:
  // `labels` gives category numbers that are fixed, as COCO's own are; further labels get the next free ones.
  explicit CocoWriter(std::map<std::string, int> labels = {});

  // In this order: all images, all annotations (those of other pictures are left out), the end. What they return makes
  // one document.
  std::string images(const std::vector<model::KeyFrame>& frames);
  std::string annotations(const std::vector<model::DetectedObject>& objects);
  // `remark`: stands in the document's info; empty: there is none.
  std::string end(const std::string& remark = {});

  std::size_t pictures() const { return images_.size(); }

 private:
  struct Image {
    std::uint64_t number = 0;
    int width = 0, height = 0;
  };
  enum class Part { Nothing, Images, Annotations };
  // What stands between what was written and an item of this part.
  std::string before(Part part);

  std::map<std::string, int> categories_;
  int next_category_ = 1;
  std::map<std::string, Image> images_;  // by key frame
  std::uint64_t written_ = 0;            // annotations
  Part part_ = Part::Nothing;
  bool first_ = true;  // of its part
};

}  // namespace vigil::records
