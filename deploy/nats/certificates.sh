#!/bin/sh
# Makes certificates for NATS servers: certificates.sh FOLDER NAME[,ALSO...]...
#
# FOLDER/ca.pem goes to all machines; FOLDER/<NAME>.pem and <NAME>-key.pem to the server NAME, as server.pem and
# server-key.pem. ALSO are more names or IP addresses that it is called by. FOLDER/ca-key.pem stays where it is; run
# again, the same authority signs more.
set -eu
[ $# -ge 2 ] || { echo 'write: certificates.sh FOLDER NAME[,ALSO...]...' >&2; exit 2; }
folder=$1
shift
umask 077
mkdir -p "$folder"
cd "$folder"
if [ ! -f ca.pem ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj '/CN=Troupe NATS' \
    -addext 'keyUsage=critical,keyCertSign' -keyout ca-key.pem -out ca.pem 2>/dev/null
fi
for server in "$@"; do
  name=${server%%,*}
  names=$(echo "$server" | tr , '\n' | sed -E 's/^[0-9.]+$|.*:.*/IP:&/; t; s/^/DNS:/' | paste -sd, -)
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$name" \
    -keyout "$name-key.pem" -out "$name.csr" 2>/dev/null
  # Servers of a cluster are each other's clients.
  printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\n' "$names" >"$name.ext"
  openssl x509 -req -in "$name.csr" -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 825 -extfile "$name.ext" \
    -out "$name.pem" 2>/dev/null
  rm "$name.csr" "$name.ext"
done
