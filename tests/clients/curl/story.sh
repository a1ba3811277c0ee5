#!/usr/bin/env bash
# Plays a story: each line of the file is a request, in columns between tabs: its name, the method,
# the path, then the fields of the form or the query; a field that begins with "X-" is a header.
# "<name>" stands for the SID in the answer to the request of that name. Prints name, body and
# status, between tabs, for each answer; a list is walked to its end, one line for each page.
set -euo pipefail
root=${CLIENT_BASE_URL:-https://conversations.twilio.com}
declare -A sids

filled() {
  local text=$1
  while [[ $text =~ \<([^\<\>]+)\> ]]; do
    text=${text//"${BASH_REMATCH[0]}"/"${sids[${BASH_REMATCH[1]}]:-unknown}"}
  done
  printf '%s' "$text"
}

while IFS=$'\t' read -r -a columns; do
  name=${columns[0]} method=${columns[1]} url=$root$(filled "${columns[2]}")
  fields=()
  for column in "${columns[@]:3}"; do
    if [[ $column == X-* ]]; then
      fields+=(--header "${column/=/: }")
    else
      fields+=(--data-urlencode "$(filled "$column")")
    fi
  done
  [[ $method != GET ]] || fields+=(--get)
  [[ $method != DELETE ]] || fields+=(--request DELETE)
  [[ $method != POST || ${#columns[@]} -gt 3 ]] || fields+=(--data '')
  while [[ $url ]]; do
    answer=$(curl --silent --show-error --globoff --write-out '\t%{http_code}' \
      --user "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN" "${fields[@]}" "$url")
    printf '%s\t%s\n' "$name" "$answer"
    if [[ $answer =~ \"sid\":\"([A-Za-z]{2}[0-9a-f]{32})\" ]]; then
      sids[$name]=${sids[$name]:-${BASH_REMATCH[1]}}
    fi
    url=''
    if [[ $answer =~ \"next_page_url\":\"([^\"]+)\" ]]; then url=${BASH_REMATCH[1]} fields=(); fi
  done
done <"$1"
