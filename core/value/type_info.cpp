#include "core/value/type_info.hpp"

namespace headrace {

template const TypeInfo& type_of<bool>();
template const TypeInfo& type_of<std::int64_t>();
template const TypeInfo& type_of<double>();
template const TypeInfo& type_of<std::string>();
template const TypeInfo& type_of<Bytes>();
template const TypeInfo& type_of<Time>();
template const TypeInfo& type_of<Json>();
template const TypeInfo& type_of<std::vector<std::string>>();

AnyValue::AnyValue(const TypeInfo& type) : type_(&type), data_(::operator new(type.size, std::align_val_t(type.align))) {}

AnyValue AnyValue::read(const TypeInfo& type, const ValueView& view) {
  AnyValue any(type);
  type.read(view, any.data_);
  any.full_ = true;
  return any;
}

AnyValue& AnyValue::operator=(AnyValue&& other) noexcept {
  if (this == &other) return *this;
  reset();
  type_ = std::exchange(other.type_, nullptr);
  data_ = std::exchange(other.data_, nullptr);
  full_ = std::exchange(other.full_, false);
  return *this;
}

void AnyValue::move_into(void* slot) {
  type_->move(data_, slot);
  reset();
}

void AnyValue::reset() {
  if (full_) type_->destroy(data_);
  if (data_) ::operator delete(data_, std::align_val_t(type_->align));
  data_ = nullptr;
  full_ = false;
}

}  // namespace headrace
