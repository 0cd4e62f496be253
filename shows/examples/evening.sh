#!/usr/bin/env bash
# Flies the loaded show by itself, through `starling ctl`: uploads, waits until every drone is ready, authorizes, starts,
# follows the show and prints the batteries. When anything goes wrong it lands everybody and ends with exit code 1.
# Somebody has to stand by all the same: it takes the keys from no operator. See evening.md.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: evening.sh [-s SHOW] [-n DRONES] [-d SECONDS] [-t SECONDS] [-- CTL OPTIONS]

  -s SHOW     load this show first (default: the one that is loaded)
  -n DRONES   how many drones must be ready; all that are ready fly (default: as many as the show has)
  -d SECONDS  from the start command until they go (default 10, at least 4)
  -t SECONDS  how long to wait for all to be there and ready (default 300)

Behind -- stand options for every call of `starling ctl`, such as --port 9876 --token-file FILE.
STARLING in the environment is the command, where it is not `starling`: STARLING="node dist/bin/starling.js".
Exit codes: 0 flown and landed, 1 something went wrong, 2 called wrongly.
USAGE
}

wrong_call() {
  echo "evening: $1" >&2
  usage >&2
  exit 2
}

show='' drones='' delay_s=10 patience_s=300
while getopts ':s:n:d:t:h' option; do
  case $option in
    s) show=$OPTARG ;;
    n) drones=$OPTARG ;;
    d) delay_s=$OPTARG ;;
    t) patience_s=$OPTARG ;;
    h) usage && exit 0 ;;
    *) wrong_call "-$OPTARG: unknown, or without its value" ;;
  esac
done
shift $((OPTIND - 1))
ctl_options=("$@")
for number in "$drones" "$delay_s" "$patience_s"; do
  [[ $number =~ ^[0-9]{0,6}$ ]] || wrong_call "\"$number\" is no number"
done
command -v jq >/dev/null || wrong_call 'it reads answers with jq, which is not installed: apt install jq'
read -ra starling <<<"${STARLING:-starling}"

say() { printf '%(%H:%M:%S)T  %s\n' -1 "$*"; }

ctl() { "${starling[@]}" ctl "$@" "${ctl_options[@]}"; }

# What the server says, as JSON. One that was restarted is back in a few seconds: asked for that long.
ask() {
  local tries
  for tries in 1 2 3 4 5 6 7 8; do
    ctl "$1" --json && return
    ((tries < 8)) && sleep 1
  done
  return 1
}

# Set once anybody may be in the air, so that an end that nobody planned lands them; and how it ended.
may_fly=no
is_over=no

leave() {
  local code=$?
  trap - EXIT
  if [[ $is_over == yes ]]; then exit 0; fi
  # Called wrongly: nothing was begun.
  if ((code == 2)) && [[ $may_fly == no ]]; then exit 2; fi
  if [[ $may_fly == no ]]; then
    say 'Something went wrong before the start: nothing was started.' >&2
  else
    say 'Something went wrong: landing everybody.' >&2
    ctl land >&2 || say 'LANDING WAS NOT CONFIRMED BY ALL: land them by hand (Ctrl-X in the panel, or the remote control).' >&2
  fi
  exit 1
}
trap leave EXIT
trap 'exit 1' INT TERM HUP

fail() {
  say "$*" >&2
  exit 1
}

# Everybody who is not ready, and why.
complaints() {
  ask list | jq -r '.[] | select(.ready | not) | "  \(.id): \(if .connected then [.blockers[].text] | join("; ") else "lost" end)"'
}

# Counts of the fleet: there, ready, armed.
counts() { ask status | jq -r '.counts | "\(.connected) \(.ready) \(.armed)"'; }

wait_until() {
  local what=$1 wanted=$2 counted there ready armed
  local deadline=$((SECONDS + patience_s))
  while true; do
    counted=$(counts)
    read -r there ready armed <<<"$counted"
    case $what in
      there) ((there >= wanted)) && return ;;
      ready) ((ready >= wanted)) && return ;;
      down) ((armed == 0)) && return ;;
    esac
    if ((SECONDS >= deadline)); then
      complaints >&2
      fail "Waited ${patience_s} s for $wanted drones to be $what: $there there, $ready ready, $armed armed."
    fi
    sleep 1
  done
}

prepare() {
  local title slots phase
  phase=$(ask status | jq -r '.phase')
  [[ $phase == idle ]] || fail "A show is on ($phase): this flies one when there is none."
  if [[ -n $show ]]; then ctl load "$show"; fi
  title=$(ask status | jq -r '.show.name // empty')
  slots=$(ask status | jq -r '.show.slots // [] | length')
  [[ -n $title ]] || fail 'The server has no show: load one, or name it with -s.'
  drones=${drones:-$slots}
  say "Show $title, $drones drones."
  wait_until there "$drones"
  say 'Uploading what is missing.'
  ctl upload --all
  wait_until ready "$drones"
  say 'All ready.'
}

fly() {
  ctl authorize ready
  may_fly=yes
  ctl start ready --delay "$delay_s"
  local phase was='' has_run=no troubles
  while true; do
    phase=$(ask status | jq -r '.phase')
    if [[ $phase != "$was" ]]; then say "Phase: $phase"; fi
    was=$phase
    case $phase in
      running) has_run=yes ;;
      idle) break ;;
    esac
    troubles=$(ask list | jq -r '.[] | select(.telemetry.armed) | if .connected | not then "  \(.id): lost"
      elif (.telemetry.failsafe // [] | length) > 0 then "  \(.id): failsafe: \(.telemetry.failsafe | tostring)" else empty end')
    if [[ -n $troubles ]]; then fail "In trouble:"$'\n'"$troubles"; fi
    sleep 1
  done
  if [[ $has_run == no ]]; then fail 'The start was called off; the event log says why.'; fi
  patience_s=60
  wait_until down "$drones"
  say 'All have landed.'
}

main() {
  prepare
  fly
  say 'Batteries:'
  ask list | jq -r '.[] | "  \(.id)  \((.telemetry.battery // [])[1] | if . == null then "unknown" else "\(. * 100 | round) %" end)"'
  is_over=yes
}

# On one line: whoever edits this file in the meantime changes nothing for this flight.
main; exit
