# Sourced by demo, bench and soak, which set `root`: builds a project unless nothing has changed since it was built last.

# No build server is left behind.
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false

# build_once PROJECT FOLDER...: FOLDER is what else the project is built from, beside src.
build_once() {
  local project="$root/$1" stamp="$root/$1/obj/built" log
  local sources=("$root/src" "$root/global.json" "$root"/Directory.*.props "$project" "${@:2}")
  if [ -f "$stamp" ] && [ -d "$project/bin/Release" ] && [ -z "$(find "${sources[@]}" \( -name bin -o -name obj \) -prune -o -newer "$stamp" -print -quit)" ]; then
    return
  fi
  if ! command -v dotnet >/dev/null; then
    echo "The .NET 10 SDK is missing, there is no 'dotnet' on the PATH: https://dotnet.microsoft.com/download" >&2
    exit 2
  fi
  echo "Building (the first time takes a minute)..." >&2
  # In the folder of global.json, which says which SDK.
  if ! log="$(cd "$root" && touch_before "$stamp" && dotnet build "$project" --configuration Release --nologo --verbosity quiet 2>&1)"; then
    printf '%s\n' "$log" >&2
    exit 1
  fi
  mv "$stamp.new" "$stamp"
}

# What is edited during the build is built again next time.
touch_before() {
  mkdir -p "$(dirname "$1")"
  touch "$1.new"
}
