# curfew as the first process of a Debian image. Unpack the archive next to this file first: see
# docs/how-to/install.md.
# Sets no command: add CMD ["your-program"], or name one when the image is run.
FROM debian:12-slim
COPY curfew/bin/curfew /usr/bin/curfew
# Under these names it behaves as the tools do. They are in no PATH: nothing of the image is replaced.
COPY curfew/libexec/curfew /usr/libexec/curfew
ENTRYPOINT ["/usr/bin/curfew", "init", "--"]
