#!/usr/bin/env bash
# What a user does with their conversations, by plain curl, at the door of the account or of a
# service. Prints a line for each request: its name, the body, the status, between tabs.
set -euo pipefail
door=$1
root=${CLIENT_BASE_URL:-https://conversations.twilio.com}/v1

call() {
  local name=$1
  shift
  printf '%s\t' "$name"
  curl --silent --show-error --globoff --write-out '\t%{http_code}\n' \
    --user "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN" "$@"
}

if [[ $door == service ]]; then
  made=$(call service "$root/Services" --data-urlencode 'FriendlyName=Shop')
  [[ $made =~ \"sid\":\"(IS[0-9a-f]{32})\" ]]
  root=$root/Services/${BASH_REMATCH[1]}
fi

lunch=$root/Conversations/team%20lunch
users=$root/Users/j%C3%B6rg%2Flee/Conversations
theirs=$users/team%20lunch

call conversation "$root/Conversations" --data-urlencode 'UniqueName=team lunch'
call participant "$lunch/Participants" --data-urlencode 'Identity=jörg/lee'
call other "$lunch/Participants" -d Identity=ann
for body in one 'two & a half' drei; do
  call message "$lunch/Messages" --data-urlencode "Body=$body"
done

call fetch "$theirs"
call list "$users"
call muted "$theirs" -d NotificationLevel=muted
call read "$theirs" -d LastReadMessageIndex=0
call dated "$theirs" --data-urlencode 'LastReadTimestamp=2026-01-01T12:00:00+02:00'
call fetch_read "$theirs"
call anns "$root/Users/ann/Conversations/team%20lunch"
call participant_read "$lunch/Participants/ann"
call participant_dated "$lunch/Participants/j%C3%B6rg%2Flee"
call unmuted "$theirs" -d NotificationLevel=default -d LastReadMessageIndex=null
call forgotten_by_word "$theirs"
call read_again "$theirs" -d LastReadMessageIndex=1
call forgotten "$theirs" -d LastReadMessageIndex=
call fetch_forgotten "$theirs"
call bad_level "$theirs" -d NotificationLevel=loud
call twice "$lunch/Participants" -d Identity=ann

for name in a b; do
  call room "$root/Conversations" -d "UniqueName=$name"
  call seat "$root/Conversations/$name/Participants" --data-urlencode 'Identity=jörg/lee'
done
url="$users?PageSize=2"
for number in first second; do
  page=$(call "page_$number" "$url")
  printf '%s\n' "$page"
  if [[ $page =~ \"next_page_url\":\"([^\"]+)\" ]]; then url=${BASH_REMATCH[1]}; fi
done

call closed "$lunch" -d State=closed
call message_to_closed "$lunch/Messages" -d Body=late
call left "$theirs" -X DELETE
call fetch_left "$theirs"
call leave_again "$theirs" -X DELETE
call list_left "$users"
call participants_left "$lunch/Participants"
call messages_left "$lunch/Messages?Order=desc"
call nobody "$root/Users" --user "$TWILIO_ACCOUNT_SID:"
