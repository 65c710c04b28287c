# fish completion for duplexctl(1)

set -l commands status plan reload pause resume stop
set -l no_command "not __fish_seen_subcommand_from $commands"

complete -c duplexctl -f
complete -c duplexctl -n $no_command -a status -d 'Show state, listeners and upstreams'
complete -c duplexctl -n $no_command -a plan -d 'Show what a reload would change'
complete -c duplexctl -n $no_command -a reload -d 'Apply the configuration file'
complete -c duplexctl -n $no_command -a pause -d 'Refuse new clients, keep sessions'
complete -c duplexctl -n $no_command -a resume -d 'Accept clients again'
complete -c duplexctl -n $no_command -a stop -d 'End the process once its sessions have ended'
complete -c duplexctl -s s -l socket -r -F -d 'Control socket'
complete -c duplexctl -s j -l json -d 'Print the answer as JSON'
complete -c duplexctl -l timeout -x -a '10s 60s 5m' -d 'Give up after this time'
complete -c duplexctl -s V -l version -d 'Print the version'
complete -c duplexctl -s h -l help -d 'Print a summary of the options'
