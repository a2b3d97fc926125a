// Every code that a diagnostic can have, with the sentence that the reference page says about it. Codes are an interface:
// they are never renumbered and never used again for something else.
#pragma once
#include <array>
#include <string_view>

namespace headrace {

struct DiagnosticCode {
  std::string_view code, sentence;
};

namespace codes {
inline constexpr DiagnosticCode not_yaml{"H001", "The text is not YAML."};
inline constexpr DiagnosticCode tab{"H002", "A line is indented with a tab."};
inline constexpr DiagnosticCode name_not_scalar{"H003", "The name of a member is a list or a map."};
inline constexpr DiagnosticCode merge_key{"H004", "A merge key ('<<') is used; they are not supported."};
inline constexpr DiagnosticCode given_twice{"H005", "A map has two members of one name."};
inline constexpr DiagnosticCode several_documents{"H006", "A file holds several YAML documents."};
inline constexpr DiagnosticCode unreadable{"H007", "A file cannot be read."};
inline constexpr DiagnosticCode too_large{"H008", "A file is nested too deeply or holds too many values."};
inline constexpr DiagnosticCode unknown_section{"H009", "A pipeline file has a section that does not exist."};
inline constexpr DiagnosticCode wrong_shape{"H010", "A list stands where a map is needed, or the like."};
inline constexpr DiagnosticCode unknown_node{"H011", "No node of this name is registered."};
inline constexpr DiagnosticCode unknown_field{"H012", "A node has no field of this name."};
inline constexpr DiagnosticCode bad_value{"H013", "A value does not fit its field: its type, its range or its choices."};
inline constexpr DiagnosticCode missing_field{"H014", "A required field is not given."};
inline constexpr DiagnosticCode bad_variable{"H015", "A '${...}' names nothing that exists, or is not written correctly."};
inline constexpr DiagnosticCode unknown_parameter{"H016", "A value is given for a parameter that the file does not declare."};
inline constexpr DiagnosticCode unset_parameter{"H017", "A required parameter has no value."};
inline constexpr DiagnosticCode unused_parameter{"H018", "A parameter is declared and never used."};
inline constexpr DiagnosticCode name_taken{
    "H019", "Two entries of a file have one name; inputs, resources, sources, graph and sinks share their names."};
inline constexpr DiagnosticCode missing_key{"H020", "A node needs a key that nothing produces."};
inline constexpr DiagnosticCode missing_member{"H021", "A binding names a field that the value of the key does not have."};
inline constexpr DiagnosticCode type_mismatch{"H022", "A port is bound to a value of another type."};
inline constexpr DiagnosticCode unknown_port{"H023", "A node has no port of this name."};
inline constexpr DiagnosticCode vocabulary_mismatch{"H024", "A key has another type than the vocabulary gives to its name."};
inline constexpr DiagnosticCode cycle{"H025", "Keys need each other in a circle."};
inline constexpr DiagnosticCode wrong_section{"H026", "A node stands in a section that is not for its kind."};
inline constexpr DiagnosticCode decorator_refused{"H027", "A decorator makes no sense for this node."};
inline constexpr DiagnosticCode missing_resource{"H028", "A node needs a resource that is not there."};
inline constexpr DiagnosticCode wrong_resource{"H029", "A resource has another interface than the node needs."};
inline constexpr DiagnosticCode resource_cycle{"H030", "Resources need each other in a circle."};
inline constexpr DiagnosticCode endless_subgraph{"H031", "A graph file contains itself, or subgraphs are too many or too deep."};
inline constexpr DiagnosticCode unused_key{"H032", "A key is computed and read by no sink and no other key."};
inline constexpr DiagnosticCode crossing{"H033", "A key reads from two expansions of which neither contains the other."};
inline constexpr DiagnosticCode unknown_input{"H034", "An input has a name or a type that the vocabulary does not know."};
inline constexpr DiagnosticCode nothing_to_run{"H035", "A file has neither a graph nor resources."};
inline constexpr DiagnosticCode unknown_mock{"H036", "A mock is given for a key that does not exist."};
inline constexpr DiagnosticCode bad_mock{"H037", "A mock does not fit its key."};
inline constexpr DiagnosticCode no_node{"H038", "An entry names no node, or both a node and a graph."};
inline constexpr DiagnosticCode bad_name{"H039", "A name holds other characters than letters, digits, '_' and '-'."};
inline constexpr DiagnosticCode bad_identity{"H040", "The identity is not a string."};
inline constexpr DiagnosticCode bad_after{"H041", "'after' names something that is not a key of the graph."};
inline constexpr DiagnosticCode unknown_want{"H042", "A wanted key does not exist."};
inline constexpr DiagnosticCode too_many{"H043", "There are more problems than are shown."};
}  // namespace codes

inline constexpr std::array diagnostic_codes{codes::not_yaml,
                                             codes::tab,
                                             codes::name_not_scalar,
                                             codes::merge_key,
                                             codes::given_twice,
                                             codes::several_documents,
                                             codes::unreadable,
                                             codes::too_large,
                                             codes::unknown_section,
                                             codes::wrong_shape,
                                             codes::unknown_node,
                                             codes::unknown_field,
                                             codes::bad_value,
                                             codes::missing_field,
                                             codes::bad_variable,
                                             codes::unknown_parameter,
                                             codes::unset_parameter,
                                             codes::unused_parameter,
                                             codes::name_taken,
                                             codes::missing_key,
                                             codes::missing_member,
                                             codes::type_mismatch,
                                             codes::unknown_port,
                                             codes::vocabulary_mismatch,
                                             codes::cycle,
                                             codes::wrong_section,
                                             codes::decorator_refused,
                                             codes::missing_resource,
                                             codes::wrong_resource,
                                             codes::resource_cycle,
                                             codes::endless_subgraph,
                                             codes::unused_key,
                                             codes::crossing,
                                             codes::unknown_input,
                                             codes::nothing_to_run,
                                             codes::unknown_mock,
                                             codes::bad_mock,
                                             codes::no_node,
                                             codes::bad_name,
                                             codes::bad_identity,
                                             codes::bad_after,
                                             codes::unknown_want,
                                             codes::too_many};

}  // namespace headrace
