# fish completion for duplexctl(1)

set -l commands status plan reload upgrade pause resume stop endpoint import
set -l no_command "not __fish_seen_subcommand_from $commands"

complete -c duplexctl -f
complete -c duplexctl -n $no_command -a status -d 'Show state, listeners and upstreams'
complete -c duplexctl -n $no_command -a plan -d 'Show what a reload would change'
complete -c duplexctl -n $no_command -a reload -d 'Apply the configuration file'
complete -c duplexctl -n $no_command -a upgrade -d 'Put a new process in the place of this one'
complete -c duplexctl -n $no_command -a pause -d 'Refuse new clients, keep sessions'
complete -c duplexctl -n $no_command -a resume -d 'Accept clients again'
complete -c duplexctl -n $no_command -a stop -d 'End the process once its sessions have ended'
complete -c duplexctl -n $no_command -a endpoint -d 'Show endpoints, and take them out of service and back'
complete -c duplexctl -n $no_command -a import -d 'Write what duplexd does in place of another proxy'
complete -c duplexctl -n '__fish_seen_subcommand_from import' -F
complete -c duplexctl -n '__fish_seen_subcommand_from import' -l from -x -a 'haproxy nginx rinetd' -d 'Whose file it is'
complete -c duplexctl -n '__fish_seen_subcommand_from import' -s o -l output -r -F -d 'Write to this file'
complete -c duplexctl -n '__fish_seen_subcommand_from import' -l force -d 'Replace the file'
set -l no_endpoint_command "__fish_seen_subcommand_from endpoint; and not __fish_seen_subcommand_from list drain disable enable weight check"
complete -c duplexctl -n $no_endpoint_command -a list -d 'Show who is up, since when, and why not'
complete -c duplexctl -n $no_endpoint_command -a drain -d 'No new sessions'
complete -c duplexctl -n $no_endpoint_command -a disable -d 'Treat it as down'
complete -c duplexctl -n $no_endpoint_command -a enable -d 'Undo drain and disable'
complete -c duplexctl -n $no_endpoint_command -a weight -d 'Set its weight, or go back to that of the file'
complete -c duplexctl -n $no_endpoint_command -a check -d 'Check it now'
complete -c duplexctl -n '__fish_seen_subcommand_from plan' -l upgrade -d 'Show what an upgrade would do to sessions'
complete -c duplexctl -s s -l socket -r -F -d 'Control socket'
complete -c duplexctl -s j -l json -d 'Print the answer as JSON'
complete -c duplexctl -l timeout -x -a '10s 60s 5m' -d 'Give up after this time'
complete -c duplexctl -s V -l version -d 'Print the version'
complete -c duplexctl -s h -l help -d 'Print a summary of the options'
