# Lets the leader of this replica start processes here: an SSH server for the
# key pair in the folder and on the port that are given as arguments.
set -eu
mpi_dir=$(mktemp -d)
ssh-keygen -q -t ed25519 -N '' -f "$mpi_dir/host_key"
if [ "$(id -u)" -eq 0 ]; then
  mkdir -p /run/sshd # Where a server of root goes to have no rights.
fi
# It insists on an absolute path, and users often have none to it.
mpi_sshd=$(PATH=$PATH:/usr/sbin:/sbin && command -v sshd) || {
  echo 'sshd is missing in the image: MPI over several nodes needs an SSH server' >&2
  exit 1
}
# StrictModes off: a mounted Secret never has the owner that it asks for.
exec "$mpi_sshd" -D -e -f /dev/null -p "$2" -h "$mpi_dir/host_key" \
  -o AuthorizedKeysFile="$1/private.key.pub" -o StrictModes=no -o PidFile=none \
  -o UsePAM=no -o PasswordAuthentication=no -o KbdInteractiveAuthentication=no
