# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# A terminal to type on, by tmux: screen_open WIDTH, keys, typed, shows. Source it behind lib.sh.

# Each screen has a server of its own: one that is just ending takes no new one.
screens=0
tm() { tmux -S "$work/tmux$screens" -f /dev/null "$@" 2>/dev/null; }
screen_close() { tm kill-server; }
trap 'screen_close; clean_up' EXIT

# What it shows now, without empty lines and what was filled up with blanks.
shown() { tm capture-pane -p -t s | sed 's/ *$//' | grep -v '^$'; }

# shows PATTERN: waits until a line has it (an extended regular expression); 1 after 20 s.
shows() {
	for _ in $(seq 400); do
		if shown | grep -qE -- "$1"; then return 0; fi
		read -rt 0.05 <> <(:)
	done
	echo "# no '$1' on the screen:"
	shown | sed 's/^/# /'
	return 1
}

# screen_open WIDTH: a shell that says 'ready>' and forgets nothing of the terminal's settings.
screen_open() {
	screen_close
	screens=$((screens + 1))
	tm new-session -d -s s -x "$1" -y 50 "exec env PS1='ready> ' HISTFILE= HOME='$work/home' bash --norc"
	shows '^ready>'
}

# keys KEY...: as tmux names them. typed TEXT: as it stands.
keys() { tm send-keys -t s "$@"; }
typed() { tm send-keys -t s -l -- "$1"; }
