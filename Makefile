# For packagers: `make`, then `make install DESTDIR=... PREFIX=...`. docs/how-to/install.md tells what
# a build needs.
PREFIX ?= /usr/local
DESTDIR ?=
NODE ?= node

all:
	"$(NODE)" scripts/run.mjs build/build --say

install:
	"$(NODE)" scripts/run.mjs release/install --destdir "$(DESTDIR)" --prefix "$(PREFIX)"

uninstall:
	"$(NODE)" scripts/run.mjs release/install --remove --destdir "$(DESTDIR)" --prefix "$(PREFIX)"

check:
	"$(NODE)" scripts/test.mjs

.PHONY: all install uninstall check
