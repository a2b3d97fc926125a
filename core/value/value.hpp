// Values, for node authors: fields(), keys, JSON codecs and the shared value types. See fields.hpp and keys.hpp.
#pragma once
#include "core/value/keys.hpp"
