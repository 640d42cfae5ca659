# Runs a command over all nodes of this replica. Arguments: the folder of the
# key pair, the port of the workers' SSH servers, the number of nodes, of ranks
# on each, and the command.
set -euf
mpi_keys=$1 mpi_port=$2 mpi_nodes=$3 mpi_ranks=$4
shift 4
# The first process of a container ignores signals that it does not handle.
trap 'exit 143' TERM
mpi_run=$(command -v mpirun) || {
  echo 'mpirun is missing in the image: TensorRT-LLM over several nodes needs Open MPI' >&2
  exit 1
}

# ssh refuses a key that others may read, which a mounted Secret is.
mpi_key=$(mktemp)
cat "$mpi_keys/private.key" >"$mpi_key"

# A worker's name is the leader's with its number behind the first part.
mpi_names=$LWS_LEADER_ADDRESS
mpi_hosts=$LWS_LEADER_ADDRESS:$mpi_ranks
mpi_i=1
while [ "$mpi_i" -lt "$mpi_nodes" ]; do
  mpi_name=${LWS_LEADER_ADDRESS%%.*}-$mpi_i.${LWS_LEADER_ADDRESS#*.}
  mpi_names="$mpi_names $mpi_name"
  mpi_hosts=$mpi_hosts,$mpi_name:$mpi_ranks
  mpi_i=$((mpi_i + 1))
done

# All in one go: one that was there may have been restarted since.
without_address() {
  for mpi_name in $mpi_names; do
    getent hosts "$mpi_name" >/dev/null || echo "$mpi_name"
  done
}
mpi_wait=${MPI_WAIT_SECONDS:-300}
mpi_deadline=$(($(date +%s) + mpi_wait))
while mpi_missing=$(without_address) && [ -n "$mpi_missing" ]; do
  if [ "$(date +%s)" -ge "$mpi_deadline" ]; then
    echo "no address after $mpi_wait s:" $mpi_missing >&2
    exit 1
  fi
  echo "waiting for the address of" $mpi_missing
  sleep 2
done

# Ranks get this environment, but for what is about this pod or MPI's own.
set -- bash -c 'exec trtllm-llmapi-launch "$@"' trtllm-llmapi-launch "$@"
for mpi_name in $(awk 'BEGIN { for (n in ENVIRON) if (n ~ /^[A-Za-z_][A-Za-z0-9_]*$/) print n }'); do
  case $mpi_name in
  _ | PWD | OLDPWD | SHLVL | HOSTNAME | LWS_WORKER_INDEX | NVIDIA_VISIBLE_DEVICES | OMPI_* | PMIX_* | PRTE_*) ;;
  *) set -- -x "$mpi_name" "$@" ;;
  esac
done
if [ "$(id -u)" -eq 0 ]; then
  set -- --allow-run-as-root "$@"
fi
# By its path, so that the nodes look for the rest of MPI there too. An address
# may be known before its server listens, so ssh tries for a minute. Host keys
# are new with each container: there is none to compare with. Ranks have many
# threads, which one core each would not do for.
exec "$mpi_run" --host "$mpi_hosts" -np $((mpi_nodes * mpi_ranks)) --map-by slot --bind-to none \
  --mca plm_rsh_args "-p $mpi_port -i $mpi_key -o ConnectionAttempts=60 -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR" \
  "$@"
