#!/bin/sh
# Follows the quotes with kcat (Debian and Ubuntu: apt install kcat) and shows them with jq. From the beginning: add -o beginning.
#
#     sh examples/quotes.sh [HOST:PORT] [TOPIC]
set -eu
# %h are the headers, among them ce_type, which tells records from version markers.
kcat -C -b "${1:-127.0.0.1:9092}" -t "${2:-news.quotes}" -u -f '%h\t%s\n' |
  grep --line-buffered 'ce_type=newswire\.quote\.v1' | cut -f2- |
  jq --unbuffered -r '"\(.speaker.name // .speaker.mention.text // "?"): \(.text)  (\(.article.source), \(.article.id))"'
