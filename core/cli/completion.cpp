#include <ostream>

#include "core/cli/candidates.hpp"
#include "core/cli/verbs.hpp"

namespace headrace::cli {

namespace {

// The scripts ask the program that is typed, so that they know its nodes: `headrace completion words -- WORD...`.

// Readline breaks words at '=' and ':'; they are put together again, and of what comes back only the rest is given to it.
constexpr std::string_view bash_script = R"(_headrace() {
  local word glued= words=()
  for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
    if ((${#words[@]} > 1)) && [[ -n $glued || $word == [=:]* ]]; then
      words[${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
    glued=
    [[ $word == *[=:] ]] && glued=1
  done
  local typed=${words[${#words[@]}-1]} IFS=$'\n'
  local before=${typed%"${typed##*[=:]}"}
  COMPREPLY=($("${words[0]}" completion words -- "${words[@]:1}" 2>/dev/null))
  COMPREPLY=("${COMPREPLY[@]#"$before"}")
  [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[=/] ]] && compopt -o nospace 2>/dev/null
  return 0
}
complete -F _headrace headrace
)";

constexpr std::string_view zsh_script = R"(#compdef headrace
_headrace() {
  local -a found whole open
  found=("${(@f)$("${words[1]}" completion words -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  whole=("${(@)found:#*[=/]}")
  open=("${(@M)found:#*[=/]}")
  compadd -- "${(@)whole:#}"
  compadd -S '' -- "${(@)open:#}"
}
if [[ ${funcstack[1]} == _headrace ]]; then _headrace "$@"; else compdef _headrace headrace; fi
)";

constexpr std::string_view fish_script = R"(function __headrace_words
  set -l words (commandline -opc)
  $words[1] completion words -- $words[2..-1] (commandline -ct | string collect --allow-empty) 2>/dev/null
end
complete -c headrace -f -a '(__headrace_words)'
)";

int completion(const Args& args, const Console& console) {
  const std::string& shell = args.operands[0];
  if (shell == "words") {
    for (const auto& each : candidates({args.operands.begin() + 1, args.operands.end()})) console.out << each << "\n";
    return fine;
  }
  if (args.operands.size() > 1) throw UsageError("'" + args.operands[1] + "' is one too many: headrace completion bash|zsh|fish");
  if (shell == "bash") console.out << bash_script;
  else if (shell == "zsh") console.out << zsh_script;
  else if (shell == "fish") console.out << fish_script;
  else throw UsageError("there is no completion for '" + shell + "'" + did_you_mean(shell, {"bash", "zsh", "fish"}) + " (bash, zsh, fish)");
  return fine;
}

}  // namespace

const Verb& completion_verb() {
  static const Verb verb{"completion",
                         "bash|zsh|fish",
                         "prints what makes a shell complete this command",
                         "Verbs, options, pipelines, nodes, keys and parameters. For every bash to come:\n"
                         "  headrace completion bash >~/.local/share/bash-completion/completions/headrace",
                         "headrace completion bash",
                         {},
                         1,
                         SIZE_MAX,
                         completion};
  return verb;
}

}  // namespace headrace::cli
