# fish completion for duplexd(8)

complete -c duplexd -f
complete -c duplexd -s c -l config -r -F -d 'Configuration file'
complete -c duplexd -l listen -x -d 'Listen on this address, without a file'
complete -c duplexd -l upstream -x -d 'Relay to this endpoint, without a file'
complete -c duplexd -s t -l check -d 'Check the configuration and the limits of this process'
complete -c duplexd -l probe -d 'With --check, try what could fail at run time'
complete -c duplexd -l verbose -d 'With --check, print every setting'
complete -c duplexd -s T -l dump-config -d 'Check, then print every effective key'
complete -c duplexd -s V -l version -d 'Print the version'
complete -c duplexd -l build-info -d 'Print how this program was built'
complete -c duplexd -s h -l help -d 'Print a summary of the options'
complete -c duplexd -l log-level -x -a 'error warning info debug' -d 'Override log.level'
complete -c duplexd -l log-format -x -a 'auto logfmt json journald' -d 'Override log.format'
