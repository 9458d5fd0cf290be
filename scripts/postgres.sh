# A throw-away PostgreSQL for the collector's tests. Sourced by test.sh.
# shellcheck shell=bash

start_postgres() {
  local bin as=()
  # Debian keeps initdb beside the other programs of its version; a link on PATH may stand alone.
  bin=$(dirname "$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | tail -n 1 || command -v initdb)")
  postgres_dir=$(mktemp -d)
  postgres_bin=$bin
  # PostgreSQL refuses to run as root.
  if [ "$(id -u)" = 0 ]; then
    id urna-test >/dev/null 2>&1 || useradd --system --no-create-home urna-test
    chown urna-test "$postgres_dir"
    as=(setpriv --reuid=urna-test --regid=urna-test --clear-groups)
  fi
  postgres_as=("${as[@]}")
  postgres_port=$((20000 + RANDOM % 20000))
  (
    cd "$postgres_dir"
    "${postgres_as[@]}" "$bin/initdb" -D "$postgres_dir/data" -U urna --auth=trust -E UTF8 --locale=C >/dev/null
    "${postgres_as[@]}" "$bin/pg_ctl" -D "$postgres_dir/data" -w -l "$postgres_dir/log" \
      -o "-p $postgres_port -k $postgres_dir -c listen_addresses=127.0.0.1" start >/dev/null
    "$bin/createdb" -h 127.0.0.1 -p "$postgres_port" -U urna urna
  )
  export URNA_TEST_POSTGRES="postgres://urna@127.0.0.1:$postgres_port/urna"
}

stop_postgres() {
  (cd "$postgres_dir" && "${postgres_as[@]}" "$postgres_bin/pg_ctl" -D "$postgres_dir/data" -m immediate stop >/dev/null) || true
  rm -rf "$postgres_dir"
}
