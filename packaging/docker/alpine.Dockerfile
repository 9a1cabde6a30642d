# curfew as the first process of an Alpine image: the program is static, so it needs no glibc. Unpack
# the archive next to this file first: see docs/how-to/install.md.
# Sets no command: add CMD ["your-program"], or name one when the image is run.
FROM alpine:3
COPY curfew/bin/curfew /usr/bin/curfew
ENTRYPOINT ["/usr/bin/curfew", "init", "--"]
