#!/bin/sh
# Creates the namespace, whose retention is how long Temporal remembers a closed withdrawal, and Outflow's search
# attributes. Leaves alone what is there. Where: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE.
set -eu

RETENTION=30d
# Written by `npm run docs`, from contract/search-attributes.ts.
ATTRIBUTES='WithdrawalProvider WithdrawalStatus WithdrawalCurrency WithdrawalProviderId WithdrawalAttention WithdrawalBatch'

# A server that has just started, and a namespace that has just been created, are not known everywhere at once.
retry() {
  tries=1
  until output=$("$@" 2>&1); do
    if [ "$tries" -ge 60 ]; then
      echo "$output" >&2
      return 1
    fi
    tries=$((tries + 1))
    sleep 1
  done
}

retry temporal operator cluster health
if temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  echo "namespace $TEMPORAL_NAMESPACE: is there"
else
  retry temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
  echo "namespace $TEMPORAL_NAMESPACE: created, with a retention of $RETENTION"
fi
for attribute in $ATTRIBUTES; do
  retry temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$attribute" --type Keyword
  echo "search attribute $attribute: is there"
done
