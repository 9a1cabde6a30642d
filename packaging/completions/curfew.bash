# Completion for curfew in bash.

# What an option's value is completed with. Fails where the option has no value of its own word.
# $1: the command, $2: the option, $3: "attached" where the value follows "=".
_curfew_value() {
  case "$1 $2" in
@VALUES@
    *) return 1 ;;
  esac
}

# The options of a command.
_curfew_options() {
  case $1 in
@OPTIONS@
  esac
}

# What stands behind the options of a command.
_curfew_operands() {
  case $1 in
@OPERANDS@
  esac
}

# Completes a value: $1 as _curfew_value prints it, $2 what was typed of it.
_curfew_complete_value() {
  local kind=$1 typed=$2 before=
  case $kind in
    files)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$typed")
      ;;
    signals)
      # A list of signals goes on behind its last comma.
      [[ $typed == *,* ]] && before=${typed%,*},
      mapfile -t COMPREPLY < <(
        compgen -P "$before" -W '@SIGNALS@' -- "${typed##*,}"
      )
      ;;
    pids) mapfile -t COMPREPLY < <(compgen -W "$(cd /proc && printf '%s ' [1-9]*)" -- "$typed") ;;
    choices\ *) mapfile -t COMPREPLY < <(compgen -W "${kind#choices }" -- "$typed") ;;
  esac
}

# Completes the words of another command, from word $1 on.
_curfew_complete_command() {
  local offset=$1
  if declare -F _comp_command_offset >/dev/null; then
    _comp_command_offset "$offset"
  elif declare -F _command_offset >/dev/null; then
    _command_offset "$offset"
  elif ((offset == COMP_CWORD)); then
    mapfile -t COMPREPLY < <(compgen -c -- "${COMP_WORDS[COMP_CWORD]}")
  else
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
  fi
}

_curfew() {
  local command operands word kind i=1 cur=${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  case ${COMP_WORDS[0]##*/} in
@TOOLS@
    *)
      if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W '@SUBCOMMANDS@ --help --version' -- "$cur")
        return
      fi
      command=${COMP_WORDS[1]} i=2
      ;;
  esac
  operands=$(_curfew_operands "$command")
  while ((i < COMP_CWORD)); do
    word=${COMP_WORDS[i]}
    if [[ $word == -- ]]; then
      ((i++))
      break
    elif [[ $word == -?* ]]; then
      # bash makes words of its own of the "=" and of what follows it.
      if [[ ${COMP_WORDS[i + 1]} == = ]]; then
        if ((i + 2 >= COMP_CWORD)); then
          [[ $cur == = ]] && cur=
          kind=$(_curfew_value "$command" "$word" attached) && _curfew_complete_value "$kind" "$cur"
          return
        fi
        ((i += 3))
      elif kind=$(_curfew_value "$command" "$word"); then
        if ((i + 1 == COMP_CWORD)); then
          _curfew_complete_value "$kind" "$cur"
          return
        fi
        ((i += 2))
      else
        ((i++))
      fi
    elif [[ $operands == duration-command ]]; then
      operands=command
      ((i++))
    elif [[ $operands == command ]]; then
      break
    else
      ((i++))
    fi
  done
  if ((i == COMP_CWORD)) && [[ $cur == -* && ${COMP_WORDS[i - 1]} != -- ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_curfew_options "$command")" -- "$cur")
  elif [[ $operands == command ]]; then
    _curfew_complete_command "$i"
  elif [[ $operands == pids || $operands == files || $operands == choices\ * ]]; then
    _curfew_complete_value "$operands" "$cur"
  fi
}

complete -F _curfew curfew
# A link that has the name of another tool is curfew only if it leads here.
_curfew_links() {
  local name path
  for name in @NAMES@; do
    path=$(type -P "$name") && path=$(readlink -f -- "$path") && [[ $path == */curfew ]] &&
      complete -F _curfew "$name"
  done
  return 0
}
_curfew_links
unset -f _curfew_links
