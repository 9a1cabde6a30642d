# Completion for curfew in fish.

# The options of each command whose value is a word of its own.
function __curfew_valued
    switch $argv[1]
@VALUED@
    end
end

# Where the cursor is, in words: "subcommand", "options COMMAND", "duration COMMAND",
# "pids COMMAND", "files COMMAND", "topics COMMAND" or "command N", where N is the number of the token
# that starts the command.
function __curfew_place
    set -l tokens (commandline -opc)
    set -l command
    set -l at 2
    switch (string replace -r '.*/' '' -- $tokens[1])
@TOOLS@
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
@OPERANDS@
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
        case pids files topics
            echo "$operands $command"
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
    printf '%s\n' @SIGNALS@
end

function __curfew_complete
    set -l name $argv[1]
    complete -c $name -f
    complete -c $name -n __curfew_at_command -xa '(__curfew_command)'
@OFFERED@
    for command in $argv[2..]
        switch $command
@OPTIONS@
        end
    end
end

complete -c curfew -n '__curfew_in subcommand' -l help -d 'print this text'
complete -c curfew -n '__curfew_in subcommand' -l version -d 'print the version'
@SUBCOMMANDS@
__curfew_complete curfew @SUBCOMMAND_NAMES@

# A link that has the name of another tool is curfew only if it leads here.
function __curfew_link
    set -l path (command -s $argv[1]); or return
    test (path basename -- (path resolve -- $path)) = curfew; or return
    complete -c $argv[1] -e
    __curfew_complete $argv
end
@LINKS@
