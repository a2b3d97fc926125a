// Reads a NodeSpec off a node class. Included by core/node.hpp; nothing here is for authors.
#pragma once

namespace headrace::detail {

template <class F> struct Signature;
template <class C, class R, class... A> struct Signature<R (C::*)(A...)> {
  using result = R;
  using args = std::tuple<A...>;
  static constexpr bool is_const = false;
};
template <class C, class R, class... A> struct Signature<R (C::*)(A...) const> {
  using result = R;
  using args = std::tuple<A...>;
  static constexpr bool is_const = true;
};
template <class C, class R, class... A> struct Signature<R (C::*)(A...) noexcept> : Signature<R (C::*)(A...)> {};
template <class C, class R, class... A> struct Signature<R (C::*)(A...) const noexcept> : Signature<R (C::*)(A...) const> {};

template <class T> struct Result { using type = T; };
template <class T> struct Result<Maybe<T>> { using type = T; };
template <class T> struct Result<Each<T>> { using type = T; };
template <class T> inline constexpr bool is_maybe = false;
template <class T> inline constexpr bool is_maybe<Maybe<T>> = true;
template <class T> inline constexpr bool is_each = false;
template <class T> inline constexpr bool is_each<Each<T>> = true;
template <class T> inline constexpr bool is_reply = false;
template <class T> inline constexpr bool is_reply<Reply<T>> = true;
template <class T> inline constexpr bool is_emit = false;
template <class T> inline constexpr bool is_emit<Emit<T>> = true;
template <> inline constexpr bool is_emit<Fill> = true;
template <class T> inline constexpr bool is_use = false;
template <class I> inline constexpr bool is_use<Use<I>> = true;

template <class A>
concept PortParameter = requires {
  A::key;
  A::optional;
};
template <class A>
inline constexpr bool is_service =
    std::same_as<A, Now> || std::same_as<A, Random> || std::same_as<A, Deadline> || std::same_as<A, DocumentId> || std::same_as<A, Mark> ||
    std::same_as<A, State> || std::same_as<A, Inputs>;

template <class Interface> InterfaceInfo interface_info() {
  static_assert(
      requires {
        Interface::interface_name;
        Interface::default_node;
        Interface::file_node;
      },
      "a resource interface has the static members interface_name, default_node and file_node (empty when there is none)");
  return {&typeid(Interface), std::string(Interface::interface_name), std::string(Interface::default_node),
          std::string(Interface::file_node)};
}

// ---- configuration ---------------------------------------------------------------------------------------------------

template <class Config> Config read_config(BuildContext& context) {
  Config config{};
  std::size_t index = 0;
  static const std::vector<FieldSpec> specs = [] {
    std::vector<FieldSpec> out;
    for_each_field<Config>([&](const auto& each) {
      FieldSpec spec;
      spec.name = each.name;
      using Member = typename std::remove_cvref_t<decltype(each)>::member_type;
      if constexpr (is_use<Member>) spec.resource = interface_info<typename Member::interface_type>();
      out.push_back(std::move(spec));
    });
    return out;
  }();
  for_each_field<Config>([&](const auto& each) {
    using Member = typename std::remove_cvref_t<decltype(each)>::member_type;
    if constexpr (is_use<Member>)
      config.*(each.member) = Member(std::static_pointer_cast<typename Member::interface_type>(context.resource(specs[index])));
    else if (context.config && !context.config->is_null()) read_member(*context.config, config, each);
    ++index;
  });
  return config;
}

// Only the fields that are not resources: what ports() may look at before anything is open.
template <class Config> Config read_plain_config(const std::optional<ValueView>& view) {
  Config config{};
  if (view && !view->is_null())
    for_each_field<Config>([&](const auto& each) {
      if constexpr (!is_use<typename std::remove_cvref_t<decltype(each)>::member_type>) read_member(*view, config, each);
    });
  return config;
}

template <class F> FieldSpec field_spec(const F& each, const auto& defaults) {
  using Member = typename F::member_type;
  FieldSpec spec;
  spec.name = each.name;
  spec.doc = each.doc;
  spec.required = F::template has<Required>;
  spec.secret = F::template has<Secret>;
  if constexpr (is_use<Member>) {
    spec.resource = interface_info<typename Member::interface_type>();
    spec.type_name = spec.resource->name;
  } else {
    spec.type = &type_of<Member>();
    spec.type_name = Codec<Member>::name();
    if (!spec.required) spec.default_json = to_json(defaults.*(each.member));
  }
  std::apply(
      [&](const auto&... rule) {
        (
            [&](const auto& one) {
              using Rule = std::remove_cvref_t<decltype(one)>;
              if constexpr (std::same_as<Rule, InRange>) spec.range = one;
              else if constexpr (requires { one.choices; }) spec.choices.assign(one.choices.begin(), one.choices.end());
            }(rule),
            ...);
      },
      each.rules);
  if constexpr (!is_use<Member>) {
    spec.check = [each](const ValueView& view) {
      if (is_optional<Member> && view.is_null()) return;
      check_rules(each, view, read_value<Member>(view));
    };
  }
  return spec;
}

template <class N> void add_fields(NodeSpec& spec) {
  if constexpr (requires { typename N::Config; }) {
    static_assert(Described<typename N::Config>, "a node's Config describes its members in a static fields()");
    const typename N::Config defaults{};
    for_each_field<typename N::Config>([&](const auto& each) { spec.fields.push_back(field_spec(each, defaults)); });
  }
}

template <class N> N make_node(BuildContext& context) {
  if constexpr (requires { typename N::Config; }) {
    using Config = typename N::Config;
    if constexpr (std::constructible_from<N, Config, Services&>) return N(read_config<Config>(context), context.services);
    else return N(read_config<Config>(context));
  } else if constexpr (std::constructible_from<N, Services&>) {
    return N(context.services);
  } else {
    return N();
  }
}

// ---- calling ---------------------------------------------------------------------------------------------------------

template <class T> class ChildrenOf final : public Children {
 public:
  explicit ChildrenOf(std::vector<T> items) : items_(std::move(items)) {}
  std::size_t size() const override { return items_.size(); }
  void move_out(std::size_t index, void* slot) override { new (slot) T(std::move(items_[index])); }

 private:
  std::vector<T> items_;
};

// Runs a body; whatever it throws ends as a Failure in the context.
template <class Body> Status guarded(CallContext& context, Body&& body) noexcept {
  try {
    return body();
  } catch (const NodeError& error) {
    context.failure = error.failure;
  } catch (const BadValue& bad) {
    context.failure = {"bad_input", bad.path.empty() ? bad.message : bad.path + ": " + bad.message, false, {}};
  } catch (const std::exception& error) {
    context.failure = {"internal", error.what(), false, {}};
  } catch (...) {
    context.failure = {"internal", "an exception that is not a std::exception", false, {}};
  }
  return Status::failed;
}

template <class N, class Args> struct Caller;
template <class N, class... A> struct Caller<N, std::tuple<A...>> {
  // The index of each port among the ports: services take no place.
  static constexpr std::array<std::size_t, sizeof...(A) + 1> port_index = [] {
    std::array<std::size_t, sizeof...(A) + 1> out{};
    std::size_t i = 0, ports = 0;
    ((out[i++] = ports, ports += PortParameter<A> ? 1 : 0), ...);
    return out;
  }();

  template <class P> static P argument(const void* const* in, std::size_t index, CallContext& context, auto& extra) {
    if constexpr (PortParameter<P>) {
      if constexpr (P::optional) return P(static_cast<const typename P::type*>(in[index]));
      else return P(*static_cast<const typename P::type*>(in[index]));
    } else if constexpr (std::same_as<P, Now>) return Now{context.services->clock.now()};
    else if constexpr (std::same_as<P, Random>)
      return Random(context.services->seed ^ context.key_hash ^ (context.record * 0x9E3779B97F4A7C15u));
    else if constexpr (std::same_as<P, Deadline>) return Deadline(context.services->clock, context.deadline);
    else if constexpr (std::same_as<P, DocumentId>) return DocumentId{context.document_id};
    else if constexpr (std::same_as<P, Mark>) return Mark(*context.marks, context.claims, context.claimant);
    else if constexpr (std::same_as<P, State>) return State(*context.state);
    else if constexpr (std::same_as<P, Inputs>) return Inputs(*context.ports, in);
    else return P(extra);
  }
  template <std::size_t... I>
  static decltype(auto) call(N& node, const void* const* in, CallContext& context, auto& extra, std::index_sequence<I...>) {
    return node(argument<A>(in, port_index[I], context, extra)...);
  }
  static decltype(auto) call(N& node, const void* const* in, CallContext& context, auto& extra) {
    return call(node, in, context, extra, std::index_sequence_for<A...>{});
  }
};

template <class N> class NodeOf final : public Node {
  using S = Signature<decltype(&N::operator())>;
  using R = typename S::result;
  using T = typename Result<R>::type;
  using Call = Caller<N, typename S::args>;

 public:
  explicit NodeOf(BuildContext& context) : node_(make_node<N>(context)) {}
  explicit NodeOf(N node) : node_(std::move(node)) {}

  void open(StateAccess& access) override {
    if constexpr (requires(State state) { node_.open(state); }) node_.open(State(access));
    else (void)access;
  }
  Status call(const void* const* in, void* out, CallContext& context) noexcept override {
    return guarded(context, [&]() -> Status {
      int none = 0;
      if constexpr (has_extra()) return context.failure = {"internal", "called in the wrong way", false, {}}, Status::failed;
      else if constexpr (std::is_void_v<R>) Call::call(node_, in, context, none);
      else if constexpr (is_each<R>) context.children = std::make_unique<ChildrenOf<T>>(Call::call(node_, in, context, none).items);
      else if constexpr (is_maybe<R>) {
        R result = Call::call(node_, in, context, none);
        if (!result.has_value()) return context.reason = result.reason(), Status::dropped;
        new (out) T(std::move(result.value()));
      } else new (out) T(Call::call(node_, in, context, none));
      return Status::ready;
    });
  }
  void start(const void* const* in, std::shared_ptr<ReplyTarget> target, CallContext& context) override {
    if constexpr (takes<ReplyTrait>()) {
      if (guarded(context, [&] { return Call::call(node_, in, context, target), Status::pending; }) == Status::failed && target->claim())
        target->complete(Status::failed, std::move(context.failure), {});
    }
  }
  void run(SourceTarget& target) override {
    if constexpr (takes<EmitTrait>()) {
      CallContext context;
      Call::call(node_, nullptr, context, target);
    }
  }
  void flush() override {
    if constexpr (requires { node_.flush(); }) node_.flush();
  }
  std::optional<std::uint64_t> position() override {
    if constexpr (requires { node_.position(); }) return node_.position();
    else return {};
  }
  void resume(std::uint64_t position) override {
    if constexpr (requires { node_.resume(position); }) node_.resume(position);
    else (void)position;
  }
  void close() override {
    if constexpr (requires { node_.close(); }) node_.close();
  }
  std::string last_word() override {
    if constexpr (requires { node_.last_word(); }) return node_.last_word();
    else return {};
  }

 private:
  struct ReplyTrait {
    template <class A> static constexpr bool value = is_reply<A>;
  };
  struct EmitTrait {
    template <class A> static constexpr bool value = is_emit<A>;
  };
  template <class Trait> static constexpr bool takes() {
    return []<class... A>(std::type_identity<std::tuple<A...>>) {
      return (Trait::template value<A> || ...);
    }(std::type_identity<typename S::args>{});
  }
  static constexpr bool has_extra() { return takes<ReplyTrait>() || takes<EmitTrait>(); }
  N node_;
};

// ---- specs -----------------------------------------------------------------------------------------------------------

template <class A> void add_parameter(NodeSpec& spec) {
  static_assert(PortParameter<A> || is_service<A> || is_reply<A> || is_emit<A>,
                "a parameter of a node is In, Opt, Reply, Emit, Fill, Now, Random, Deadline, DocumentId, Mark, State or Inputs, by value");
  if constexpr (PortParameter<A>) spec.inputs.push_back({std::string(A::key), &type_of<typename A::type>(), A::optional, {}});
  else if constexpr (is_reply<A>) spec.kind = Kind::async, spec.output = &type_of<typename A::type>();
  else if constexpr (std::same_as<A, Fill>) spec.kind = Kind::source, spec.fills = true;
  else if constexpr (is_emit<A>) spec.kind = Kind::source, spec.output = &type_of<typename A::type>();
  else if constexpr (std::same_as<A, Deadline>) spec.takes_deadline = true;
  else if constexpr (std::same_as<A, State>) spec.takes_state = true;
  else if constexpr (std::same_as<A, DocumentId>) spec.takes_document = true;
  else if constexpr (std::same_as<A, Now>) spec.takes_now = true;
  else if constexpr (std::same_as<A, Random>) spec.takes_random = true;
  else if constexpr (std::same_as<A, Mark>) spec.takes_mark = true;
  else if constexpr (std::same_as<A, Inputs>) spec.dynamic = true;
}

template <class N> NodeSpec describe(std::string name, std::string doc, const char* file, int line) {
  static_assert(
      requires { &N::operator(); }, "a node has exactly one operator(), neither overloaded nor a template");
  using S = Signature<decltype(&N::operator())>;
  using R = typename S::result;
  NodeSpec spec;
  spec.name = std::move(name);
  spec.doc = std::move(doc);
  spec.file = file;
  spec.line = line;
  spec.kind = std::is_void_v<R> ? Kind::sink : S::is_const ? Kind::pure : Kind::stateful;
  if constexpr (!std::is_void_v<R>) spec.output = &type_of<typename Result<R>::type>();
  spec.may_drop = is_maybe<R>;
  spec.expands = is_each<R>;
  [&]<class... A>(std::type_identity<std::tuple<A...>>) { (add_parameter<A>(spec), ...); }(std::type_identity<typename S::args>{});
  if (spec.kind == Kind::async) spec.may_drop = true;
  if constexpr (requires { N::version; }) spec.version = N::version;
  if constexpr (requires { N::state_version; }) spec.state_version = N::state_version;
  if constexpr (requires { N::errors(); })
    for (const auto& kind : N::errors()) spec.errors.emplace_back(kind);
  return spec;
}

template <class N> NodeSpec spec_of(std::string name, std::string doc, const char* file, int line) {
  NodeSpec spec = describe<N>(std::move(name), std::move(doc), file, line);
  add_fields<N>(spec);
  if constexpr (requires(PortList & ports) { N::ports(std::declval<const typename N::Config&>(), ports); }) {
    spec.ports = [](const std::optional<ValueView>& view) {
      PortList list;
      N::ports(read_plain_config<typename N::Config>(view), list);
      return list.ports;
    };
  }
  spec.build = [](BuildContext& context) -> std::unique_ptr<Node> { return std::make_unique<NodeOf<N>>(context); };
  return spec;
}

template <class N, class Interface> NodeSpec resource_spec_of(std::string name, std::string doc, const char* file, int line) {
  static_assert(std::derived_from<N, Interface>, "a resource derives from the interface that it provides");
  NodeSpec spec;
  spec.name = std::move(name);
  spec.doc = std::move(doc);
  spec.file = file;
  spec.line = line;
  spec.kind = Kind::resource;
  spec.provides = interface_info<Interface>();
  add_fields<N>(spec);
  spec.build_resource = [](BuildContext& context) -> std::shared_ptr<void> {
    std::shared_ptr<Interface> resource;
    if constexpr (requires { typename N::Config; }) {
      using Config = typename N::Config;
      if constexpr (std::constructible_from<N, Config, Services&>)
        resource = std::make_shared<N>(read_config<Config>(context), context.services);
      else resource = std::make_shared<N>(read_config<Config>(context));
    } else if constexpr (std::constructible_from<N, Services&>) resource = std::make_shared<N>(context.services);
    else resource = std::make_shared<N>();
    return resource;
  };
  return spec;
}

// A node made from a lambda with ports: mocks.
template <class F> NodeSpec spec_of_callable(std::string name, F callable) {
  NodeSpec spec = describe<F>(std::move(name), "A callable given in C++.", "", 0);
  spec.build = [callable](BuildContext&) -> std::unique_ptr<Node> { return std::make_unique<NodeOf<F>>(callable); };
  return spec;
}

}  // namespace headrace::detail
