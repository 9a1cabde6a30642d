# curfew in an empty image: `COPY --from` takes the program from it, and a static program can be
# added to it. Unpack the archive next to this file first: see docs/how-to/install.md.
# Sets no command: add CMD ["your-program"], or name one when the image is run.
FROM scratch
COPY curfew/bin/curfew /usr/bin/curfew
ENTRYPOINT ["/usr/bin/curfew", "init", "--"]
