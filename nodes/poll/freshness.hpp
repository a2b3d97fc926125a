// How long the server of a feed says that its answer stays fresh: until then, asking again tells nothing new.
#pragma once
#include "nodes/fetch/http_client.hpp"

namespace headrace {

// Cache-Control: max-age less Age, else Expires less Date (or `now`); zero when the server does not say. The fields were written
// by a stranger: any text, in linear time.
Duration fresh_for(const HttpResponse& response, Time now);

}  // namespace headrace
