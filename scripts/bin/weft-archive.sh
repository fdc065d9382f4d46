#!/usr/bin/env bash
# Makes commands and processes of this installation start faster: runs a small job and keeps the classes that it
# loaded in a form that Java maps into memory. Run it once after unpacking and after each change of the Java in use;
# an archive that does not fit is ignored by Java.
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/weft-env.sh"

mkdir -p "$WEFT_RUN_DIR"
work=$(mktemp -d -p "$WEFT_RUN_DIR")
trap 'rm -rf "$work"' EXIT
echo "to be or not to be" >"$work/text"
"$JAVA" "${JAVA_FLAGS[@]}" -XX:ArchiveClassesAtExit="$work/weft.jsa" -XX:+UseParallelGC \
  -Dweft.log.file="$work/log" -Dlog4j2.configurationFile="$(conf_file log4j2-client.xml)" \
  -cp "$WEFT_HOME/lib/*" dev.weft.client.Weft run -t local "$WEFT_HOME/examples/WordCount.jar" \
  --from "file://$work/text" --into "file://$work/out" >"$work/console" 2>&1 || { cat "$work/console" >&2; exit 4; }
mv "$work/weft.jsa" "$CLASS_ARCHIVE"
echo "Made $CLASS_ARCHIVE"
