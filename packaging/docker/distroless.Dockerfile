# curfew as the first process of an image without a shell. Unpack the archive next to this file
# first: see docs/how-to/install.md.
# Sets no command: add CMD ["your-program"], or name one when the image is run.
FROM gcr.io/distroless/static-debian12
COPY curfew/bin/curfew /usr/bin/curfew
ENTRYPOINT ["/usr/bin/curfew", "init", "--"]
