// The completion for zsh: specifications for `_arguments`.
import type { CompletedCommand, CompletedOption, Words } from "./model.ts";
import { ALL, COMMANDS, NAMES, SIGNAL_WORDS, SUBCOMMAND_SUMMARIES } from "./model.ts";

/** The file `_curfew` of a folder in `fpath`. */
export function zshCompletion(): string {
  const names = NAMES.map(([name]) => name);
  return `#compdef curfew ${names.join(" ")}
# Completion for curfew in zsh.

_curfew_signals() {
  compset -P '*,'
  compadd "$@" -- ${SIGNAL_WORDS.join(" ")}
}

_curfew_words() {
  local -a specs
  case $1 in
${Object.entries(ALL).map(commandCase).join("\n")}
  esac
  # -A: what follows the first word that is no option is the command's.
  _arguments -S -s -A '-*' : $specs
}

_curfew() {
  local name=\${service:t} curcontext=$curcontext state line
  # A link that has the name of another tool is curfew only if it leads here.
  if [[ $name != curfew && \${\${commands[$name]}:A:t} != curfew ]]; then
    if [[ $name == timeout ]]; then
      autoload -Uz _timeout
      _timeout
    else
      _default
    fi
    return
  fi
  case $name in
${NAMES.map(([name, command]) => `    ${name}) _curfew_words ${command}; return ;;`).join("\n")}
  esac
  local -a subcommands=(
${SUBCOMMAND_SUMMARIES.map(([name, summary]) => `    ${quoted(`${name}:${summary}`)}`).join("\n")}
  )
  _arguments -C \\
    '(- *)--help[print this text]' \\
    '(- *)--version[print the version]' \\
    '1:command:->subcommand' \\
    '*::argument:->arguments'
  case $state in
    subcommand) _describe -t commands 'curfew command' subcommands ;;
    arguments)
      case $words[1] in
        ${Object.keys(COMMANDS).join("|")}) _curfew_words $words[1] ;;
      esac
      ;;
  esac
}

_curfew "$@"
`;
}

const OPERANDS: Readonly<Record<CompletedCommand["operands"], readonly string[]>> = {
  none: [],
  pids: ["*:process:_pids"],
  command: ["*:::command:_normal"],
  "duration-command": ["1:duration: ", "*:::command:_normal"],
};

function commandCase([name, { options, operands }]: readonly [string, CompletedCommand]): string {
  const specs = [...options.flatMap(specsOf), ...OPERANDS[operands]];
  const lines = specs.map((spec) => `        ${quoted(spec)}`);
  return [`    ${name})`, "      specs=(", ...lines, "      )", "      ;;"].join("\n");
}

/** One specification for each name. All may be repeated, so that the last one can be corrected. */
function specsOf({ names, help, value }: CompletedOption): string[] {
  const text = `[${help.replace(/[[\]\\]/g, "\\$&")}]`;
  return names.map((name) => {
    if (value === undefined) return `*${name}${text}`;
    const action = `:${value.name.replaceAll(":", "\\:")}:${actionOf(value.words)}`;
    if (value.isOptional) return `*${name}=-${text}:${action}`;
    return `*${name}${name.startsWith("--") ? "=" : "+"}${text}${action}`;
  });
}

function actionOf(words: Words): string {
  switch (words.kind) {
    case "choices":
      return `(${words.words.join(" ")})`;
    case "files":
      return "_files";
    case "signals":
      return "_curfew_signals";
    case "pids":
      return "_pids";
    default:
      return " ";
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
