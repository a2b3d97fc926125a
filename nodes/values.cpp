#include "nodes/values.hpp"

namespace headrace {

template const TypeInfo& type_of<Person>();
template const TypeInfo& type_of<Entry>();
template const TypeInfo& type_of<FeedDocument>();
template const TypeInfo& type_of<FeedInfo>();
template const TypeInfo& type_of<Enclosure>();
template const TypeInfo& type_of<FeedEntry>();
template const TypeInfo& type_of<ParsedFeed>();
template const TypeInfo& type_of<FeedReference>();
template const TypeInfo& type_of<SitemapPage>();
template const TypeInfo& type_of<SitemapReference>();
template const TypeInfo& type_of<Sitemap>();
template const TypeInfo& type_of<CanonicalUrl>();
template const TypeInfo& type_of<Page>();
template const TypeInfo& type_of<PageIdentity>();
template const TypeInfo& type_of<Picture>();
template const TypeInfo& type_of<Evidence>();
template const TypeInfo& type_of<Article>();
template const TypeInfo& type_of<Topic>();
template const TypeInfo& type_of<StoryRef>();
template const TypeInfo& type_of<Share>();
template const TypeInfo& type_of<std::vector<FeedReference>>();
template const TypeInfo& type_of<std::vector<Topic>>();

}  // namespace headrace
