/**
 * The program of the guardian: sh(1) as POSIX has it, so that dash, bash, busybox and zsh run it.
 *
 * It reads `+ GROUP SIGNAL TENTHS` and `- GROUP`, one a line. The end of the file says that Node
 * has ended. Then it looks once, by /proc or else by ps(1), for processes below those groups that
 * lead groups of their own. Every group gets its signal and CONT, and KILL when its time is over. A
 * group keeps its number while it has members, so no other process is hit.
 *
 * `kill -TERM -GROUP` is what all of them take for a group: dash and busybox each refuse another
 * form (`kill -s TERM -GROUP`, `kill -TERM -- -GROUP`). `sleep 0.1` is no POSIX; where it fails, a
 * whole second is slept and counts as ten tenths.
 */
export const GUARDIAN_SCRIPT = `
trap '' HUP INT QUIT TERM PIPE TSTP TTIN TTOU ALRM USR1 USR2
groups=
while read -r sign group signal tenths; do
  case $sign in
    +) groups="$groups$group:$signal:$tenths " ;;
    -)
      rest=
      while [ -n "$groups" ]; do
        first=\${groups%% *}
        groups=\${groups#* }
        case $first in
          "$group":*) ;;
          *) rest="$rest$first " ;;
        esac
      done
      groups=$rest
      ;;
  esac
done
look() {
  if [ "$1" != ps ] && [ -r /proc/self/stat ]; then
    for file in /proc/[0-9]*/stat; do
      { read -r line <"$file"; } 2>/dev/null || continue
      pid=\${file#/proc/}
      set -- \${line##*) }
      all="$all\${pid%/stat}:$2:$3 "
    done
  else
    set -- $(ps -ax -o pid= -o ppid= -o pgid= 2>/dev/null)
    while [ $# -gt 2 ]; do
      all="$all$1:$2:$3 "
      shift 3
    done
  fi
}
below() {
  found=
  for process in $all; do
    pid=\${process%%:*}
    above=\${process#*:}
    group=\${above#*:}
    above=\${above%%:*}
    case $members in *" $pid:"*) continue ;; esac
    case " $groups" in
      *" $group:"*) how=" $groups" who=$group ;;
      *)
        case $members in
          *" $above:"*) how=$members who=$above ;;
          *) continue ;;
        esac
        ;;
    esac
    how=\${how#*" $who:"}
    how=\${how%% *}
    members="$members$pid:$how "
    found=1
    case " $groups" in *" $pid:"*) continue ;; esac
    [ "$group" != "$pid" ] || groups="$groups$pid:$how "
  done
  [ -n "$found" ]
}
each() {
  todo=$groups
  groups=
  while [ -n "$todo" ]; do
    entry=\${todo%% *}
    todo=\${todo#* }
    group=\${entry%%:*}
    tenths=\${entry##*:}
    signal=\${entry#*:}
    signal=\${signal%%:*}
    "$@"
  done
}
keep() { groups="$groups$group:$signal:$tenths "; }
begin() {
  kill "-$signal" "-$group" 2>/dev/null || return 0
  kill -CONT "-$group" 2>/dev/null
  keep
}
watch() {
  kill -0 "-$group" 2>/dev/null || return 0
  tenths=$((tenths - passed))
  if [ "$tenths" -gt 0 ]; then
    keep
  else
    kill -KILL "-$group" 2>/dev/null
  fi
}
all=
members=' '
[ -z "$groups" ] || look "$1"
while below; do :; done
each begin
while [ -n "$groups" ]; do
  if sleep 0.1 2>/dev/null; then passed=1; else
    sleep 1
    passed=10
  fi
  each watch
done
`;
