# Sourced by infra/up and its neighbours, and by cli/bin/mcpstack to build: finds Java, builds, runs. For bash 3.2 (macOS) too.
# Expects: $name, how the person called us; $infra, the folder of those scripts. May be given: $launch_module, what to build;
# $launch_product, what that build writes last.

root=$(dirname "$infra")
: "${launch_module:=infra/local}"
target="$root/$launch_module/target"
# Written by the build: what to start java with.
classpath_file=${launch_product:-$target/classpath}
jvm_options=()

fail() {
  echo "$name: $*" >&2
  exit 1
}

# Sets java, java_banner and java_version. JAVA_HOME goes before PATH, as it does for Maven.
find_java() {
  if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then
    java="$JAVA_HOME/bin/java"
  else
    java=$(command -v java) || fail "needs a JDK, 17 or newer: put its java on the PATH or set JAVA_HOME"
  fi
  java_banner=$("$java" -version 2>&1) || true
  # 'openjdk version "17.0.15" 2025-04-15', '"21"', '"1.8.0_402"'; macOS has a java that only says where to get one.
  java_version=$(echo "$java_banner" | sed -n 's/.*version "\([0-9]*\)[^"]*".*/\1/p' | head -n 1)
  if [ -z "$java_version" ] || [ "$java_version" -lt 17 ]; then
    fail "needs a JDK, 17 or newer, and $java is ${java_version:-none}: install one or set JAVA_HOME"
  fi
  if [ "$java_version" -ge 24 ]; then
    # Compression libraries are native; Kafka and Scala use Unsafe. Older versions warn of neither.
    jvm_options+=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
  fi
}

# Whether a source is newer than the last build, or what that built is gone.
is_stale() {
  [ -f "$classpath_file" ] || return 0
  local IFS=: entry
  for entry in $(cat "$classpath_file"); do
    [ -e "$entry" ] || return 0
  done
  # Folders too: a deleted file leaves nothing but its folder's new time.
  [ -n "$(find "$root" \( -name target -o -name '.?*' -o -name node_modules \) -prune -o \
    \( -name pom.xml -o -path '*/src/main/*' -o -path "$infra/topics.yaml" \) -newer "$classpath_file" -print |
    head -n 1)" ]
}

require_maven() {
  command -v mvn >/dev/null || fail "needs Maven, 3.8 or newer, to build: put mvn on the PATH"
  local version
  version=$(mvn --version 2>/dev/null | sed -n 's/.*Apache Maven \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1)
  set -- $version
  if [ $# -lt 2 ] || [ "$1" -lt 3 ] || { [ "$1" -eq 3 ] && [ "$2" -lt 8 ]; }; then
    fail "needs Maven, 3.8 or newer, and mvn is ${1:-none}${2:+.$2}"
  fi
}

# Says which module it is at; the rest goes to build.log, and the errors from there to the terminal.
build() {
  require_maven
  mkdir -p "$target" || fail "cannot write $target"
  local log="$target/build.log" begun="$target/build.begun"
  : >"$begun" || fail "cannot write $target"
  echo "Building (the first time downloads libraries, which takes minutes); log in $log"
  if ! (cd "$root" && mvn -B -ntp -pl "$launch_module" -am package -Dmaven.test.skip=true 2>&1) | tee "$log" |
    while IFS= read -r line; do
      case $line in "[INFO] Building AI Credits"*) echo "  ${line#"[INFO] Building "}" ;; esac
    done; then
    rm -f "$classpath_file"
    # Warnings of the compiler too: they fail the build.
    grep -e '^\[ERROR\] .' -e '^\[WARNING\] .*\.java' "$log" |
      grep -v -e 'Help 1' -e 're-run Maven' -e 'full stack trace' -e 'For more information' | head -n 15 >&2
    fail "the build failed, see $log"
  fi
  # What changed while it was building is newer than it.
  touch -r "$begun" "$classpath_file"
}

# Sets libraries and class_path, which begins with them. Our own jars are copied, for a build while the system runs
# writes over them; a copy is renamed into place, so a JVM that has the one before keeps it.
find_classes() {
  local IFS=: entry copy ours=
  mkdir -p "$target/run" || fail "cannot write $target/run"
  libraries=
  for entry in $(cat "$classpath_file") "$target"/infra-local-*-SNAPSHOT.jar; do
    case $entry in
      "$root"/*/target/*)
        copy="$target/run/${entry##*/}"
        if ! cmp -s "$entry" "$copy"; then
          cp -p "$entry" "$copy.$$" && mv -f "$copy.$$" "$copy" || fail "cannot write $target/run"
        fi
        ours="$ours:$copy"
        ;;
      *) libraries="$libraries:$entry" ;;
    esac
  done
  libraries=${libraries#:}
  class_path="$libraries$ours"
  archive="$target/libraries-$(echo "$java $java_banner $libraries" | cksum | tr ' ' '-').jsa"
}

# The JVM maps an archive of the libraries' classes instead of loading and verifying them one by one, which halves the
# time of a start. It is made from the list of classes that a start loads, and holds until libraries or JDK change.
make_archive() {
  if [ -f "$archive" ]; then
    return
  fi
  echo "  an archive of the libraries' classes, for quicker starts"
  local log="$target/archive.log" list="$target/archive.classes" folder="$target/archive.data" waited=0
  rm -rf "$folder" "$list" "$target"/libraries-*.jsa
  env -u STRIPE_API_KEY "$java" -XX:DumpLoadedClassList="$list" ${jvm_options[@]+"${jvm_options[@]}"} -cp "$class_path" dev.aicredits.local.Up \
    --data "$folder" --port 0 --kafka-port 0 --postgres-port 0 --stripe-port 0 \
    --traffic 100 >"$log" 2>&1 &
  pid=$!
  trap 'kill "$pid" 2>/dev/null' EXIT
  while kill -0 "$pid" 2>/dev/null && [ "$waited" -lt 120 ] && ! grep -q '^Ready' "$log"; do
    sleep 1
    waited=$((waited + 1))
  done
  sleep 2
  kill "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  trap - EXIT
  "$java" -Xshare:dump -XX:SharedClassListFile="$list" -XX:SharedArchiveFile="$archive.new" -cp "$libraries" \
    >>"$log" 2>&1 && mv -f "$archive.new" "$archive" || true
  rm -rf "$folder" "$list"
}

# Of what another command built, such as mvn verify: no start is to wait for an archive. The first one writes the list, and
# while a later one runs the archive is made of it, at the lowest priority; it is given up if that run ends before.
make_archive_by_and_by() {
  local list="$target/archive.classes"
  if [ -f "$archive" ]; then
    return
  elif [ -f "$list" ]; then
    dump_archive_beside "$list" >"$target/archive.log" 2>&1 &
  else
    jvm_options+=(-XX:DumpLoadedClassList="$list")
  fi
}

# Ends with this shell's process, which is the JVM's from exec on.
dump_archive_beside() {
  nice -n 19 "$java" -Xshare:dump -XX:SharedClassListFile="$1" -XX:SharedArchiveFile="$archive.$$" -cp "$libraries" &
  local dump=$!
  while kill -0 "$dump" 2>/dev/null; do
    if ! kill -0 $$ 2>/dev/null; then
      kill "$dump" 2>/dev/null || true
      rm -f "$archive.$$"
      return
    fi
    sleep 1
  done
  rm -f "$target"/libraries-*.jsa
  wait "$dump" && mv -f "$archive.$$" "$archive" || rm -f "$archive.$$"
  rm -f "$1"
}

# exec: signals reach the JVM, and its exit code is ours.
run_java() {
  if [ -f "$archive" ]; then
    jvm_options+=(-XX:SharedArchiveFile="$archive" -Xlog:cds=off -Xlog:cds+dynamic=off)
  fi
  exec "$java" ${jvm_options[@]+"${jvm_options[@]}"} -Daicredits.infra="$infra" -cp "$class_path" "$@"
}

# A tool with a short life: compile little, say only warnings. It takes what is built, to be there at once.
run_tool() {
  find_java
  if [ ! -f "$classpath_file" ]; then
    build >&2
  fi
  find_classes
  jvm_options+=(-XX:TieredStopAtLevel=1 -XX:+UseSerialGC
    -Dlogback.configurationFile=dev/aicredits/local/logback-tools.xml)
  run_java "$@"
}

# Takes a variable from demo.env of the default data folder unless the environment has it.
demo_env() {
  local file="$infra/.data/demo.env"
  if [ -z "$(eval "echo \"\${$1:-}\"")" ] && [ -r "$file" ]; then
    eval "$(grep "^export $1=" "$file")"
  fi
}
