// The canonical forms of a URL. Both are fixed points: the form of a form is itself.
//
//   safe_form      the same resource, spelled in one way, without tracking parameters: this one is fetched
//   identity_form  the key under which the variants of a document are the same (http and https, www and m, AMP, redirectors
//                  that carry their target): never fetched
#pragma once
#include <optional>

#include "nodes/url/url.hpp"

namespace headrace {

// Nothing when no host is left ("http://./").
std::optional<Url> safe_form(Url url);

// Of a safe form. One that wraps another URL more than five times is its own identity.
Url identity_form(Url safe);

}  // namespace headrace
