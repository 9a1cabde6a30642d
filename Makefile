# For packagers: `make`, then `make install DESTDIR=... PREFIX=...`. docs/how-to/install.md tells what
# a build needs.
PREFIX ?= /usr/local
DESTDIR ?=

all:
	npm run build

install:
	node scripts/run.mjs release/install --destdir "$(DESTDIR)" --prefix "$(PREFIX)"

check:
	npm test

.PHONY: all install check
