#!/usr/bin/env bash
# Writes the properties that `sluice version` shows: build-info.sh ROOT FILE VERSION FLINK_VERSION
# The same sources give the same bytes, and a file that is right already is left alone. Needs no network; without a
# git program the commit is read from git's files, and whether the tree has changes stays unknown.
set -euo pipefail
export LC_ALL=C.UTF-8

root=$1
file=$2
commit=unknown
changes=unknown

# With its folder named, git takes no repository around this one, and reads one of another user too (the build runs what
# stands in the folder in any case). It writes nothing: no index, no watching process.
status() {
  git --git-dir="$root/.git" --work-tree="$root" --no-optional-locks -c core.fsmonitor=false \
    status --porcelain=v2 --branch --untracked-files=normal 2>/dev/null
}

# Lines that begin with # tell of the commit and the branch, each other line of a change.
read_status() {
  changes=no
  local line
  while IFS= read -r line; do
    case $line in
      "# branch.oid "*) commit=${line#"# branch.oid "} ;;
      "#"* | "") ;;
      *) changes=yes ;;
    esac
  done <<<"$1"
}

# Prints the first argument, below the second one unless it is absolute.
below() {
  case $1 in
    /*) printf '%s' "$1" ;;
    *) printf '%s/%s' "$2" "$1" ;;
  esac
}

# In a worktree .git is a file that names the worktree's own folder, and that one names the common one with the branches.
read_files() {
  local own=$root/.git common line name
  if [ -f "$own" ]; then
    line=$(<"$own")
    own=$(below "${line#gitdir: }" "$root")
  fi
  [ -r "$own/HEAD" ] || return 0
  common=$own
  if [ -r "$own/commondir" ]; then
    common=$(below "$(<"$own/commondir")" "$own")
  fi
  commit=$(<"$own/HEAD")
  local branch=${commit#ref: }
  if [ "$branch" = "$commit" ]; then
    return 0
  fi
  if [ -r "$common/$branch" ]; then
    commit=$(<"$common/$branch")
  elif [ -r "$common/packed-refs" ]; then
    while read -r line name; do
      if [ "$name" = "$branch" ]; then commit=$line; fi
    done <"$common/packed-refs"
  fi
}

if [ -e "$root/.git" ]; then
  if command -v git >/dev/null && known=$(status); then
    read_status "$known"
  else
    read_files
  fi
fi
# A repository without a commit, or of a form that is not known here.
if ! [[ $commit =~ ^[0-9a-f]{40,64}$ ]]; then
  commit=unknown
  changes=unknown
fi

content=$(printf 'version=%s\ncommit=%s\nchanges=%s\nflink=%s\n' "$3" "$commit" "$changes" "$4")
if [ ! -f "$file" ] || [ "$(<"$file")" != "$content" ]; then
  mkdir -p "${file%/*}"
  printf '%s\n' "$content" >"$file.new"
  mv -f "$file.new" "$file"
fi
