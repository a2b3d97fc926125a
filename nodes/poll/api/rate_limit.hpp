// What an answer says of the limits of its server.
#pragma once
#include "nodes/fetch/http_client.hpp"
#include "nodes/poll/api/description.hpp"

namespace headrace::api {

// How long to leave the server alone: zero while requests are left, or when nothing is said. A reset may be a date, seconds from
// now, or seconds or milliseconds since 1970; without one that can be read it is a minute, and never more than a day. The form
// `RateLimit: "name";r=0;t=30` is known as well.
Duration pause_asked_for(const HttpResponse& response, const Limits& limits, Time now);

}  // namespace headrace::api
