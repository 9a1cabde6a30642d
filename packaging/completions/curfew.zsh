#compdef curfew @NAMES@
# Completion for curfew in zsh.

_curfew_signals() {
  compset -P '*,'
  compadd "$@" -- @SIGNALS@
}

# All processes: zsh's own _pids offers only those of this terminal.
_curfew_pids() {
  local expl line
  local -a lines pids
  lines=(${(f)"$(ps -Ao pid=,comm= 2>/dev/null)"})
  for line in $lines; do pids+=(${${=line}[1]}); done
  (($#pids)) || pids=(/proc/<1->(N:t)) lines=($pids)
  _wanted processes expl process compadd -l -d lines -- $pids
}

_curfew_words() {
  local -a specs
  case $1 in
@SPECS@
  esac
  # -A: what follows the first word that is no option is the command's.
  _arguments -S -s -A '-*' : $specs
}

_curfew() {
  local name=${service:t} curcontext=$curcontext state line
  # A link that has the name of another tool is curfew only if it leads here.
  if [[ $name != curfew && ${${commands[$name]}:A:t} != curfew ]]; then
    if [[ $name == timeout ]]; then
      autoload -Uz _timeout
      _timeout
    else
      _default
    fi
    return
  fi
  case $name in
@TOOLS@
  esac
  local -a subcommands=(
@SUBCOMMANDS@
  )
  _arguments -C \
    '(- *)--help[print this text]' \
    '(- *)--version[print the version]' \
    '1:command:->subcommand' \
    '*::argument:->arguments'
  case $state in
    subcommand) _describe -t commands 'curfew command' subcommands ;;
    arguments)
      case $words[1] in
        @SUBCOMMAND_NAMES@) _curfew_words $words[1] ;;
      esac
      ;;
  esac
}

_curfew "$@"
