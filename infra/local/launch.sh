# Sourced by infra/up, infra/kafka, infra/sql and infra/audit: finds Java, builds, runs. For bash 3.2 (macOS) too.
# Expects: $name, how the person called us; $infra, the folder of those scripts.

root=$(dirname "$infra")
target="$infra/local/target"
# Written by the build: what to start java with.
classpath_file="$target/classpath"

fail() {
  echo "$name: $*" >&2
  exit 1
}

# Sets java and java_version. JAVA_HOME goes before PATH, as it does for Maven.
find_java() {
  if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then
    java="$JAVA_HOME/bin/java"
  else
    java=$(command -v java) || fail "needs a JDK, 17 or newer: put its java on the PATH or set JAVA_HOME"
  fi
  # 'openjdk version "17.0.15" 2025-04-15', '"21"', '"1.8.0_402"'; macOS has a java that only says where to get one.
  java_version=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\)[^"]*".*/\1/p' | head -n 1)
  if [ -z "$java_version" ] || [ "$java_version" -lt 17 ]; then
    fail "needs a JDK, 17 or newer, and $java is ${java_version:-none}: install one or set JAVA_HOME"
  fi
}

# Whether something is newer than the last build, or the build is gone.
is_stale() {
  [ -f "$classpath_file" ] || return 0
  local entry
  local IFS=:
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
  if ! (cd "$root" && mvn -B -ntp -pl infra/local -am package -Dmaven.test.skip=true 2>&1) | tee "$log" |
    while IFS= read -r line; do
      case $line in "[INFO] Building AI Credits"*) echo "  ${line#"[INFO] Building "}" ;; esac
    done; then
    rm -f "$classpath_file"
    # Warnings of the compiler too: they fail the build.
    grep -e '^\[ERROR\] .' -e '^\[WARNING\] .*\.java' "$log" | grep -v 'Help 1\|re-run Maven\|full stack trace\|For more information' |
      head -n 15 >&2
    fail "the build failed, see $log"
  fi
  # What changed while it was building is newer than it.
  touch -r "$begun" "$classpath_file"
}

# Java's options for quiet native libraries; versions before 24 know neither the warnings nor the options.
jvm_options=()
quiet_natives() {
  if [ "$java_version" -ge 24 ]; then
    jvm_options+=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
  fi
}

# exec: signals reach the JVM and its exit code is ours.
run_java() {
  quiet_natives
  exec "$java" ${jvm_options[@]+"${jvm_options[@]}"} -Daicredits.infra="$infra" \
    -cp "$target/infra-local-0.1.0-SNAPSHOT.jar:$(cat "$classpath_file")" "$@"
}

# A tool with a short life: compile little, say only warnings.
run_tool() {
  find_java
  if is_stale; then
    [ -f "$classpath_file" ] || build >&2
  fi
  jvm_options+=(-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto
    -Dlogback.configurationFile=dev/aicredits/local/logback-tools.xml)
  run_java "$@"
}

# From the environment, else from demo.env in the default data folder.
demo_env() {
  local file="$infra/.data/demo.env"
  if [ -z "$(eval "echo \"\${$1:-}\"")" ] && [ -r "$file" ]; then
    eval "$(grep "^export $1=" "$file")"
  fi
}
