// The completion for fish: conditions that walk over the words as the parser does.
import type { CompletedCommand, CompletedOption } from "./model.ts";
import { ALL, NAMES, SIGNAL_WORDS, SUBCOMMAND_SUMMARIES } from "./model.ts";

/** The file that fish reads for curfew, and through links for each drop-in name. */
export function fishCompletion(): string {
  return `# Completion for curfew in fish.

# The options of each command whose value is a word of its own.
function __curfew_valued
    switch $argv[1]
${Object.entries(ALL).map(valuedCase).join("\n")}
    end
end

# Where the cursor is, in words: "subcommand", "options COMMAND", "duration COMMAND",
# "pids COMMAND" or "command N", where N is the number of the token that starts the command.
function __curfew_place
    set -l tokens (commandline -opc)
    set -l command
    set -l at 2
    switch (string replace -r '.*/' '' -- $tokens[1])
${NAMES.map(([name, command]) => `        case ${name}\n            set command ${command}`).join("\n")}
        case '*'
            if test (count $tokens) -lt 2
                echo subcommand
                return
            end
            set command $tokens[2]
            set at 3
    end
    set -l operands command
    switch $command
${Object.entries(ALL)
  .filter(([, { operands }]) => operands !== "command")
  .map(([name, { operands }]) => `        case ${name}\n            set operands ${operands}`)
  .join("\n")}
    end
    set -l valued (__curfew_valued $command)
    while test $at -le (count $tokens)
        set -l token $tokens[$at]
        if test "$token" = --
            set at (math $at + 1)
            test $operands = command; and echo "command $at"
            return
        else if string match -q -- '-?*' $token
            contains -- $token $valued; and set at (math $at + 1)
        else if test $operands = duration-command
            set operands command
        else if test $operands = command
            echo "command $at"
            return
        end
        set at (math $at + 1)
    end
    echo "options $command"
    # An option, or the value of one in a word of its own: the option's completion offers it.
    test $at -gt (math (count $tokens) + 1); and return
    string match -q -- '-*' (commandline -ct); and return
    switch $operands
        case command
            echo "command $at"
        case duration-command
            echo "duration $command"
        case pids
            echo "pids $command"
    end
end

function __curfew_in
    contains -- "$argv" (__curfew_place)
end

function __curfew_at_command
    string match -q -- 'command *' (__curfew_place)
end

# What the command itself would be completed with.
function __curfew_command
    set -l at (__curfew_place | string replace -rf '^command ' '')
    set -l tokens (commandline -opc)
    set -l current (commandline -ct)
    set -l words (string escape -- $tokens[$at..])
    test $at -gt (count $tokens); and set words
    complete "-C"(string join ' ' -- $words $current)
end

function __curfew_signals
    printf '%s\\n' ${SIGNAL_WORDS.join(" ")}
end

function __curfew_complete
    set -l name $argv[1]
    complete -c $name -f
    complete -c $name -n __curfew_at_command -xa '(__curfew_command)'
    complete -c $name -n '__curfew_in pids kill' -xa '(__fish_complete_pids)'
    for command in $argv[2..]
        switch $command
${Object.entries(ALL).map(optionsCase).join("\n")}
        end
    end
end

complete -c curfew -n '__curfew_in subcommand' -l help -d 'print this text'
complete -c curfew -n '__curfew_in subcommand' -l version -d 'print the version'
${SUBCOMMAND_SUMMARIES.map(
  ([name, summary]) =>
    `complete -c curfew -n '__curfew_in subcommand' -xa ${name} -d ${quoted(summary)}`,
).join("\n")}
__curfew_complete curfew ${SUBCOMMAND_SUMMARIES.map(([name]) => name).join(" ")}

# A link that has the name of another tool is curfew only if it leads here.
function __curfew_link
    set -l path (command -s $argv[1]); or return
    test (path basename -- (path resolve -- $path)) = curfew; or return
    complete -c $argv[1] -e
    __curfew_complete $argv
end
${NAMES.map(([name, command]) => `__curfew_link ${name} ${command}`).join("\n")}
`;
}

function valuedCase([name, { options }]: readonly [string, CompletedCommand]): string {
  const names = options.flatMap(({ names: all, value }) =>
    value === undefined || value.isOptional ? [] : all,
  );
  return `        case ${name}\n            printf '%s\\n' ${names.join(" ")}`;
}

function optionsCase([name, { options }]: readonly [string, CompletedCommand]): string {
  const lines = options.map((option) => `                ${optionLine(name, option)}`);
  return [`            case ${name}`, ...lines].join("\n");
}

function optionLine(command: string, { names, help, value }: CompletedOption): string {
  const spelled = names.map((name) =>
    name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
  );
  const parts = [
    `complete -c $name -n '__curfew_in options ${command}'`,
    ...spelled,
    `-d ${quoted(help)}`,
    ...valueParts(value),
  ];
  return parts.join(" ");
}

function valueParts(value: CompletedOption["value"]): string[] {
  if (value === undefined) return [];
  const { words, isOptional } = value;
  const takes = isOptional ? [] : [words.kind === "files" ? "-r" : "-x"];
  switch (words.kind) {
    case "choices":
      return [...takes, `-a '${words.words.join(" ")}'`];
    case "signals":
      return [...takes, "-a '(__curfew_signals)'"];
    case "pids":
      return [...takes, "-a '(__fish_complete_pids)'"];
    case "files":
      return [...takes, "-F"];
    default:
      return takes;
  }
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}
