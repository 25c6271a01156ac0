#!/bin/sh
# Follows the quotes with kcat and shows them with jq (Debian and Ubuntu: apt install kcat jq).
#
#     sh examples/quotes.sh [HOST:PORT [TOPIC [OPTION OF KCAT...]]]
#
# From the beginning to the end of the topic: sh examples/quotes.sh 127.0.0.1:9092 news.quotes -o beginning -e
set -eu
servers=${1:-127.0.0.1:9092}
topic=${2:-news.quotes}
shift "$(($# < 2 ? $# : 2))"
# Only quotes have a text: what else lies on the topic are version markers (docs/subscribing.md says what they mean).
kcat -C -u -b "$servers" -t "$topic" "$@" |
  jq --unbuffered -r 'select(has("text")) |
    "\(.speaker.name // .speaker.mention.text // "?"): \(.text)  (\([.article.source, .article.id] | map(values) | join(", ")))"'
